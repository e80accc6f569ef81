// SPDX-License-Identifier: MIT
// Firefox, which on these machines has no H.264: a room that is transcoded to VP8 by configuration serves it.
import { describe, test } from 'node:test';
import { openChromium, openFirefox } from '../support/browser.mjs';
import { stage } from '../support/stage.mjs';
import { Wall } from '../support/wall.mjs';

describe('a room with codec = vp8', () => {
  const room = 'room-101';
  // Firefox offers the address of the default route alone, never that of loopback.
  const set = stage({ rooms: [{ id: room, codec: 'vp8' }], media: '0.0.0.0', open: openFirefox });

  test('is seen and heard in Firefox', async () => {
    await set.wall.open(room);
    await set.wall.shows(room, { count: 20 });
    await set.wall.sounds(room, set.classcast.classrooms.get(room).hertz);
    await set.wall.says(room, 'live');
  });

  test('is seen and heard in Chromium too', async () => {
    const chromium = await openChromium();
    try {
      const wall = await new Wall(chromium.page, set.classcast.url).signIn(
        set.classcast.user,
        set.classcast.password,
      );
      await wall.open(room);
      await wall.shows(room, { count: 20 });
      await wall.sounds(room, set.classcast.classrooms.get(room).hertz);
    } finally {
      await chromium.close();
    }
  });
});
