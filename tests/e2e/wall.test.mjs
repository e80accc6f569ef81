// SPDX-License-Identifier: MIT
// A principal's way through the wall.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { roomCode } from '../support/stamp.mjs';
import { stage } from '../support/stage.mjs';
import { until } from '../support/wait.mjs';

describe('the wall', () => {
  const rooms = ['room-101', 'room-102', 'room-103'];
  const set = stage({ rooms: rooms.map((id) => ({ id })) });
  const viewers = async () => (await set.classcast.relayStatus()).sessions - rooms.length;

  test('loads no video until a tile is clicked', async () => {
    for (const room of rooms) {
      await set.wall.says(room, 'live');
    }
    const videos = () => document.querySelectorAll('video').length;
    assert.equal(await set.wall.page.evaluate(videos), 0);
    assert.equal(await viewers(), 0);
  });

  test('shows several rooms at once, each its own picture, advancing', async () => {
    await Promise.all(rooms.map((room) => set.wall.open(room)));
    for (const room of rooms) {
      const frames = await set.wall.shows(room, { count: 20 });
      assert.ok(new Set(frames.map((frame) => frame.value)).size >= 18, `${room} advances`);
      const others = (await set.wall.frames(room)).filter(
        (frame) => (frame.code ?? roomCode(room)) !== roomCode(room),
      );
      assert.deepEqual(others, [], `${room} shows nobody else`);
    }
    assert.equal(await viewers(), 3);
  });

  test('carries the tone of each room', async () => {
    for (const room of rooms) {
      await set.wall.sounds(room, set.classcast.classrooms.get(room).hertz);
    }
  });

  test('plays sound on a click, of one room at a time', async () => {
    const audible = () =>
      [...document.querySelectorAll('cc-tile')]
        .filter((tile) => tile.querySelector('video')?.muted === false)
        .map((tile) => tile.dataset.room);
    assert.deepEqual(await set.wall.page.evaluate(audible), []);
    for (const room of ['room-101', 'room-102']) {
      await set.wall.page.click(set.wall.selector(room, '[data-act="sound"]'));
      await until(
        `only ${room} is heard`,
        async () => (await set.wall.page.evaluate(audible)).join() === room,
      );
    }
  });

  test('releases everything when a tile is closed', async () => {
    for (const room of rooms) {
      await set.wall.close(room);
    }
    await until('the relay has no viewer', async () => (await viewers()) === 0);
    assert.equal(await set.wall.page.evaluate(() => document.querySelectorAll('video').length), 0);
  });
});
