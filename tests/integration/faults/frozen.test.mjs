// SPDX-License-Identifier: MIT
// What a classroom PC sends when something stood still. A camera that freezes while the relay is away: what there is to begin with is an
// old picture. A PC that hung takes in one go what its camera has sent meanwhile: where a picture was missing, a browser would show a smear
// of old and new, and the wall would call it live.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Classcast } from '../../support/classcast.mjs';
import { ClipNumbers } from '../../support/clip-numbers.mjs';
import { until } from '../../support/wait.mjs';
import { Watcher } from '../../support/watcher.mjs';
import { smears, WirePictures } from '../../support/wire-pictures.mjs';

const ROOM = 'room-101';
/** Longer than it takes the classroom PC to come back and the room to be called LIVE for that picture. */
const LOOK_MS = 6_000;
/** More pictures than the camera's jitter buffer can tell the times of. */
const HANG_MS = 5_000;
const PICTURE = { seconds: 4, gop: 20, fps: 10 };

let classcast;
before(async () => {
  classcast = await Classcast.start({
    rooms: [{ id: ROOM, microphone: 'none', camera: { picture: PICTURE } }],
  });
  await classcast.allLive();
});
after(async () => {
  Watcher.cleanup();
  await classcast?.stop();
});

test('a classroom PC that hung passes on no picture without the one before it', async () => {
  const clip = await ClipNumbers.of(classcast.bin, ROOM, PICTURE);
  const pictures = new WirePictures(clip);
  const watcher = await Watcher.open(classcast, ROOM);
  watcher.onRtp = (packet) => pictures.take(packet);
  await until('pictures arrive', () => pictures.count > 5);
  const { daemon } = classcast.classrooms.get(ROOM);
  daemon.kill('SIGSTOP');
  await delay(HANG_MS);
  const enough = pictures.count + 2 * PICTURE.gop;
  daemon.kill('SIGCONT');
  await until('the picture moves again', () => pictures.count > enough, { within: 30_000 });
  await watcher.close();
  const seen = pictures.list();
  assert.ok(seen.filter(({ number }) => number !== undefined).length > PICTURE.gop, 'most are known');
  assert.deepEqual(smears(seen, clip.length), []);
  await classcast.becomes(ROOM, 'live');
});

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
