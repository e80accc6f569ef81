// SPDX-License-Identifier: MIT
// Firefox, which on these machines has no H.264 over WebRTC: a room that is transcoded to VP8 by configuration serves it.
// What was recorded of an H.264 room it plays.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openChromium, openFirefox } from '../support/browser.mjs';
import { stage } from '../support/stage.mjs';
import { until } from '../support/wait.mjs';
import { Wall } from '../support/wall.mjs';

const FILMED = 'room-102';

describe('a room with codec = vp8', () => {
  const room = 'room-101';
  // Firefox offers the address of the default route alone, never that of loopback.
  const set = stage({
    rooms: [
      { id: room, codec: 'vp8' },
      { id: FILMED, microphone: 'none' },
    ],
    media: '0.0.0.0',
    open: openFirefox,
    recorder: true,
  });
  const page = () => set.wall.page;
  const goTo = async (address, selector) => {
    await page().goto(`${set.classcast.url}${address}`);
    await page().waitForSelector(selector);
  };

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

  test('has a page in Firefox that plays, and takes a message', async () => {
    await set.classcast.api.expect(200, 'PATCH', `/rooms/${FILMED}`, { rewind_minutes: 10 });
    await goTo(`/rooms/${room}`, 'cc-chat textarea');
    await page().waitForSelector(`cc-room ${set.wall.selector(room)}[data-session="live"]`);
    await page().type('cc-chat textarea', 'Seen with Firefox.');
    await page().keyboard.press('Enter');
    const said = () => page().evaluate(() => document.querySelector('.messages').textContent);
    await until('it is sent', async () => /Seen with Firefox/.test(await said()));
  });

  test('and beside it another is recorded, found in the library, played, and rewound', async () => {
    const { api } = set.classcast;
    const past = () => api.expect(200, 'GET', `/rooms/${FILMED}/timeline`);
    await until('its past is kept', async () => (await past()).from_ms < Date.now() - 12_000, {
      within: 40_000,
    });
    const { id } = await api.expect(201, 'POST', `/rooms/${FILMED}/recordings`, {});
    await goTo('/library', `[data-recording="${id}"]`);
    assert.match(
      await page().evaluate(() => document.querySelector('[data-recording]').textContent),
      /Room 102/,
    );
    await goTo(`/rooms/${FILMED}`, '[data-act="rewind"]');
    await page().click('[data-act="rewind"]');
    await page().waitForSelector('cc-past video');
    const place = () => page().evaluate(() => document.querySelector('cc-past video')?.currentTime ?? 0);
    const began = await until('the past is shown', place, { within: 30_000 });
    await until('it goes on', async () => (await place()) > began + 0.5);
    await api.call('POST', `/recordings/${id}/stop`);
  });
});
