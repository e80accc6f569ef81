// SPDX-License-Identifier: MIT
// A tile takes the small picture, a room in full view or on its page the large one, in the same session; a closed tile has a still.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stage } from '../support/stage.mjs';
import { until } from '../support/wait.mjs';

const ROOM = 'room-101';
const HIGH = { width: 1280, height: 720, fps: 10 };
const LOW = { width: 640, height: 360, fps: 10 };
const SWITCHED_WITHIN = 12_000;

describe('the layers of a room', () => {
  const set = stage({
    rooms: [{ id: ROOM, microphone: 'none', camera: { picture: HIGH }, low: { picture: LOW } }],
  });
  const page = () => set.wall.page;
  const width = () =>
    page().evaluate((at) => document.querySelector(at)?.videoWidth, set.wall.selector(ROOM, 'video'));
  const shows = (picture) =>
    until(`the picture is ${picture.width} wide`, async () => (await width()) === picture.width, {
      within: SWITCHED_WITHIN,
    });
  const sessions = async () => (await set.classcast.relayStatus()).sessions;

  test('a closed tile shows a still that tells its age', async () => {
    const still = set.wall.selector(ROOM, 'img.stage-still:not([data-broken])');
    await page().waitForSelector(still, { timeout: 30_000 });
    await until('it is loaded', () =>
      page().evaluate((at) => document.querySelector(at).naturalWidth > 0, still),
    );
    assert.match(await page().textContent(set.wall.selector(ROOM, '.stage-age')), /still from/);
    await set.wall.says(ROOM, 'live');
  });

  test('a tile opens with the small picture; full view switches to the large one and back, without a new session', async () => {
    await set.wall.open(ROOM);
    await shows(LOW);
    const before = await sessions();
    await page().dblclick(set.wall.selector(ROOM, '.stage-button'));
    await page().waitForSelector('cc-tile[data-size="full"]');
    await shows(HIGH);
    assert.equal((await set.wall.tile(ROOM)).state, 'live');
    await page().keyboard.press('Escape');
    await shows(LOW);
    assert.equal(await sessions(), before, 'the session is the same');
  });

  test('a room’s own page shows the large picture, and the choice of a person holds', async () => {
    await page().goto(`${set.classcast.url}/rooms/${ROOM}`);
    await page().waitForSelector(`cc-room ${set.wall.selector(ROOM)}[data-session="live"]`);
    await shows(HIGH);
    await page().selectOption(set.wall.selector(ROOM, '[name="layer"]'), 'low');
    await shows(LOW);
    await page().selectOption(set.wall.selector(ROOM, '[name="layer"]'), 'high');
    await shows(HIGH);
  });
});
