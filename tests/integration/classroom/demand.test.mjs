// SPDX-License-Identifier: MIT
// publish = on-demand: the relay closes and opens a valve in the classroom (RFC 7728), and the first packet comes at
// once although the camera's next keyframe is seconds away.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { Classcast } from '../../support/classcast.mjs';
import { firstPackets, Watcher } from '../../support/watcher.mjs';

const ROOM = 'room-101';
const FIRST_PACKET_MS = 100;
const TRIES = 3;

describe('a room that publishes on demand', () => {
  let classcast;
  before(async () => {
    const camera = { picture: { gop: 80, seconds: 16 } };
    classcast = await Classcast.start({ rooms: [{ id: ROOM, publish: 'on-demand', camera }] });
  });
  after(async () => {
    Watcher.cleanup();
    await classcast?.stop();
  });

  test('is paused while nobody watches, and starts at once for each viewer', async () => {
    const asked = (await firstPackets(classcast, ROOM, TRIES)).sort((a, b) => a - b);
    console.log(`first packet after ${asked.map((ms) => ms.toFixed(0)).join(', ')} ms`);
    assert.ok(asked[1] < FIRST_PACKET_MS, `the first packet came after ${asked} ms`);
    const log = fs.readFileSync(`${classcast.logs}/classcastd-${ROOM}.err`, 'utf8');
    assert.match(log, /uplink: paused: nobody watches/);
  });
});
