// SPDX-License-Identifier: MIT
// publish = on-demand: the relay closes and opens the valve in the classroom (RFC 7728), and the first packet comes at
// once although the camera's next keyframe is far away.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Classcast } from '../../support/classcast.mjs';
import { Watcher } from '../../support/watcher.mjs';
import { until } from '../../support/wait.mjs';

const ROOM = 'room-101';
const FIRST_PACKET_MS = 100;

describe('a room that publishes on demand', () => {
  let classcast;
  before(async () => {
    const camera = { picture: { gop: 80, seconds: 16 } };
    classcast = await Classcast.start({ rooms: [{ id: ROOM, publish: 'on-demand', camera }] });
  });
  after(() => classcast?.stop());

  const packets = async () => {
    const { publisher } = (await classcast.relayStatus()).rooms.find((room) => room.room === ROOM);
    return publisher.video.packets;
  };
  const paused = async () => (await classcast.relayStatus()).rooms.find((room) => room.room === ROOM)?.paused;

  test('is paused while nobody watches, and starts at once for each viewer', async () => {
    for (let i = 0; i < 3; i++) {
      await until('paused', paused, { within: 20_000 });
      await until('no more packets', async () => {
        const before = await packets();
        await new Promise((resolve) => setTimeout(resolve, 400));
        return (await packets()) === before;
      });
      const watcher = await Watcher.open(classcast, ROOM);
      const waited = await watcher.firstPacket();
      await watcher.close();
      assert.ok(waited < FIRST_PACKET_MS, `the first packet came after ${waited} ms`);
    }
  });
});
