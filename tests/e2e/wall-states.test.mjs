// SPDX-License-Identifier: MIT
// What a closed tile tells without any video: six states, level, viewers; and that an open one believes its own frames.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { stage } from '../support/stage.mjs';
import { until } from '../support/wait.mjs';

const LIVE = 'room-101';
const MUTE = 'room-102';
const FROZEN = 'room-103';
const STANDBY = 'room-104';
const PRIVATE = 'room-201';
const DARK = 'room-202';
const STATES = {
  live: LIVE,
  no_audio: MUTE,
  stale: FROZEN,
  standby: STANDBY,
  privacy: PRIVATE,
  offline: DARK,
};
const TOLD_WITHIN = 3_000;

/** No program of this version pauses a room for privacy; the page learns of it as protocol.md says. */
function tellPrivacy(message) {
  const event = JSON.parse(message);
  for (const room of [event.room, ...(event.rooms ?? [])]) {
    if (room?.id === PRIVATE) {
      Object.assign(room, { state: 'privacy', cause: 'none', detail: '' });
    }
  }
  return JSON.stringify(event);
}

describe('what a tile tells', () => {
  const set = stage({ rooms: [{ id: LIVE }, { id: MUTE }, { id: FROZEN, microphone: 'none' }] });
  const page = () => set.wall.page;
  const tile = (room, inner) => set.wall.selector(room, inner);
  const press = (key) => page().keyboard.press(key);
  const order = () =>
    page().evaluate(() => [...document.querySelectorAll('cc-tile')].map(({ dataset }) => dataset.room));

  before(async () => {
    await set.classcast.startClassroom({ id: STANDBY, microphone: 'none', publish: 'on-demand' });
    await set.classcast.api.createRoom(PRIVATE, 'Room 201');
    await set.classcast.api.createRoom(DARK, 'Room 202');
    await page().routeWebSocket(/\/ws$/, (route) => {
      const server = route.connectToServer();
      server.onMessage((message) => route.send(tellPrivacy(message)));
    });
    await page().reload();
    await page().waitForSelector(tile(DARK));
    await set.wall.prepare();
  });

  test('the level of a microphone moves, and viewers are counted, without loading video', async () => {
    const meter = () => page().getAttribute(tile(LIVE, '[role="meter"]'), 'aria-valuenow');
    await until('a level is shown', async () => Number(await meter()) > -50);
    assert.equal(await page().getAttribute(tile(DARK, '.meter'), 'data-known'), 'false');
    await page().waitForSelector(tile(LIVE, '.tile-viewers[data-count="0"]'));
    assert.equal(await page().locator('video').count(), 0);
    await set.wall.open(LIVE);
    await page().waitForSelector(tile(LIVE, '.tile-viewers[data-count="1"]'));
    await set.wall.shows(LIVE, { count: 3 });
  });

  test('an open tile whose frames stop is STALE within 3 s, whatever the server says', async () => {
    const stopped = await page().evaluate(
      (video) => {
        document.querySelector(video).srcObject.getVideoTracks()[0].stop();
        return Date.now();
      },
      tile(LIVE, 'video'),
    );
    await set.wall.says(LIVE, 'stale', TOLD_WITHIN - (Date.now() - stopped));
    assert.match(await page().textContent(tile(LIVE, '.stage-note')), /The picture stopped \d+ seconds? ago/);
    assert.equal((await set.classcast.api.room(LIVE)).state, 'live');
    await set.wall.close(LIVE);
    await set.wall.says(LIVE, 'live');
  });

  test('six states, each with a word, a shape and a colour of its own, its cause and since when', async () => {
    await set.classcast.becomes(STANDBY, 'standby', 30_000);
    await set.classcast.microphones.unload(MUTE);
    await set.wall.says(MUTE, 'no_audio');
    await page().evaluate(() => {
      window.spoken = [];
      const region = document.querySelector('[data-announcer]');
      new MutationObserver(() => window.spoken.push(region.textContent)).observe(region, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    });
    set.classcast.classrooms.get(FROZEN).camera.freeze();
    await set.wall.says(FROZEN, 'stale');
    const faces = await page().evaluate(() =>
      Object.fromEntries(
        [...document.querySelectorAll('cc-tile')].map((of) => {
          const badge = of.querySelector('.badge');
          const { color, backgroundColor, borderColor } = getComputedStyle(badge);
          const face = {
            word: badge.textContent.trim(),
            shape: badge.querySelector('svg').innerHTML.replace(/<!--.*?-->/g, ''),
            colour: [color, backgroundColor, borderColor].join(' '),
            cause: of.querySelector('.stage-sentence').textContent.trim(),
            since: of.querySelector('.stage-for').textContent.trim(),
          };
          return [of.dataset.state, face];
        }),
      ),
    );
    assert.deepEqual(Object.keys(faces).sort(), Object.keys(STATES).sort());
    for (const part of ['word', 'shape', 'colour', 'cause']) {
      const different = new Set(Object.values(faces).map((face) => face[part]));
      assert.equal(different.size, 6, `six of ${part}: ${[...different].join('; ')}`);
    }
    for (const { cause, since } of Object.values(faces)) {
      assert.match(since, /^for .*\d/);
      assert.ok(cause.length > 10, cause);
    }
    await until('the change is read out', () =>
      page().evaluate(() => window.spoken.some((text) => /Room 103.*Stale/.test(text))),
    );
  });

  test('an order that follows trouble can be held, and let go', async () => {
    await page().click('cc-wall [data-act="view-options"]');
    await page().selectOption('[name="sort"]', 'trouble');
    await press('Escape');
    const place = async (room) => (await order()).indexOf(room);
    await until('trouble comes first', async () => (await place(FROZEN)) < (await place(LIVE)));
    await press('h');
    await page().waitForSelector('[data-act="hold"][data-pressed="true"]');
    const held = await order();
    set.classcast.classrooms.get(FROZEN).camera.resume();
    await set.wall.says(FROZEN, 'live', 30_000);
    await page().waitForSelector('[data-act="hold"][data-marked]');
    assert.deepEqual(await order(), held);
    await press('h');
    await until('the order follows', async () => (await order()).join() !== held.join());
    await until('what recovered is below', async () => (await place(MUTE)) < (await place(FROZEN)));
  });
});
