// SPDX-License-Identifier: MIT
// publish = on-demand: the relay closes and opens a valve in the classroom (RFC 7728), and the first packet comes at
// once although the camera's next keyframe is seconds away.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { Classcast } from '../../support/classcast.mjs';
import { until } from '../../support/wait.mjs';
import { Watcher } from '../../support/watcher.mjs';

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

  const room = async () => (await classcast.relayStatus()).rooms?.find((each) => each.room === ROOM);
  const packets = async () => (await room()).publisher.video.packets;
  const quiet = async () => {
    const earlier = await packets();
    await new Promise((resolve) => setTimeout(resolve, 500));
    return (await packets()) === earlier;
  };

  test('is paused while nobody watches, and starts at once for each viewer', async () => {
    const waits = [];
    for (let i = 0; i <= TRIES; i++) {
      await until('the relay has paused it', async () => (await room())?.paused, { within: 20_000 });
      await until('no more packets', quiet, { within: 10_000 });
      const watcher = await Watcher.open(classcast, ROOM);
      waits.push(await watcher.firstPacket());
      await until('the picture flows', () => watcher.packets > 50);
      await watcher.close();
    }
    // The first viewer may have come before the camera's first keyframe.
    const asked = waits
      .slice(1)
      .map((wait) => wait.asked)
      .sort((a, b) => a - b);
    console.log(`first packet after ${asked.map((ms) => ms.toFixed(0)).join(', ')} ms`);
    assert.ok(asked[1] < FIRST_PACKET_MS, `the first packet came after ${asked} ms`);
    const log = fs.readFileSync(`${classcast.logs}/classcastd-${ROOM}.err`, 'utf8');
    assert.match(log, /uplink: paused: nobody watches/);
  });
});
