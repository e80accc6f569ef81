// SPDX-License-Identifier: MIT
// A camera freezes while the relay is away: what the classroom PC sends then to begin with is an old picture.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Classcast } from '../../support/classcast.mjs';

const ROOM = 'room-101';
/** Longer than it takes the classroom PC to come back and the room to be called LIVE for that picture. */
const LOOK_MS = 6_000;

let classcast;
before(async () => {
  classcast = await Classcast.start({ rooms: [{ id: ROOM, microphone: 'none' }] });
  await classcast.allLive();
});
after(() => classcast?.stop());

test('a frozen camera is not called live again when the relay comes back', async () => {
  const { camera } = classcast.classrooms.get(ROOM);
  classcast.relay.kill('SIGKILL');
  await classcast.relay.ended;
  await classcast.relay.start();
  camera.freeze();
  await classcast.becomes(ROOM, 'stale');
  const seen = new Set();
  for (const from = Date.now(); Date.now() - from < LOOK_MS; await delay(100)) {
    seen.add((await classcast.api.rooms())[0].state);
  }
  assert.ok(!seen.has('live'), [...seen].join(', '));
  camera.resume();
  await classcast.becomes(ROOM, 'live');
});
