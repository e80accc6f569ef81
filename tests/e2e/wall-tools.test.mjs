// SPDX-License-Identifier: MIT
// What a principal does with the wall as a whole: find, arrange, page, read as a table, tour, keep, listen, measure.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { before, beforeEach, describe, test } from 'node:test';
import { violations } from '../support/axe.mjs';
import { tileBoxes } from '../support/held.mjs';
import { stage } from '../support/stage.mjs';
import { until } from '../support/wait.mjs';

const LIVE = ['room-101', 'room-102'];
const DARK = ['room-201', 'room-202', 'room-203'];
const SCREENS = [
  [360, 740],
  [1280, 800],
  [3840, 2160],
];
const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

/** Inside the page: the points of tiles at which something else is seen. */
function covered() {
  const parts = [0.03, 0.25, 0.5, 0.75, 0.97];
  return [...document.querySelectorAll('cc-tile')].flatMap((tile) => {
    const { x, y, width, height } = tile.getBoundingClientRect();
    const points = parts.flatMap((across) => parts.map((down) => [x + width * across, y + height * down]));
    return points.flatMap(([left, top]) => {
      const seen = document.elementFromPoint(left, top);
      const covers = seen !== null && seen.closest('cc-tile') !== tile;
      return covers ? [`${tile.dataset.room} at ${left}, ${top}: ${seen.className || seen.localName}`] : [];
    });
  });
}

describe('the tools of the wall', () => {
  const set = stage({ rooms: LIVE.map((id) => ({ id })) });
  const page = () => set.wall.page;
  const act = (name) => page().click(`cc-wall [data-act="${name}"]`);
  const press = (...keys) =>
    keys.reduce((done, key) => done.then(() => page().keyboard.press(key)), Promise.resolve());
  const tiles = () =>
    page().evaluate(() => [...document.querySelectorAll('cc-tile')].map((tile) => tile.dataset.room));
  const rows = () =>
    page().evaluate(() => [...document.querySelectorAll('tr[data-row]')].map((row) => row.dataset.row));
  const open = () =>
    page().evaluate(() =>
      [...document.querySelectorAll('cc-tile[data-open]')].map((tile) => tile.dataset.room),
    );
  const showing = (expected) =>
    until(`the tiles are ${expected.join()}`, async () => (await tiles()).join() === expected.join());
  const focused = () =>
    page().evaluate(() => document.activeElement.closest('[data-room], [data-row]')?.dataset);
  /** Those that media flows to; a page that is left in the middle of its request leaves a session that never connects. */
  const viewers = async () => {
    const { rooms } = await set.classcast.relayStatus();
    return rooms.reduce((sum, room) => sum + room.viewers, 0);
  };
  const reload = async () => {
    await page().reload();
    await page().waitForSelector('cc-tile, tr[data-row]');
    await set.wall.prepare();
  };

  before(async () => {
    for (const id of DARK) {
      await set.classcast.api.createRoom(id, `Annex ${id.slice(-3)}`);
    }
    await page().setViewportSize({ width: 1366, height: 768 });
  });

  beforeEach(async () => {
    await set.wall.forget(set.classcast.api);
    await reload();
    await showing([...DARK, ...LIVE]);
  });

  test('search by / narrows the wall; Enter goes to what was found', async () => {
    await press('/');
    await page().keyboard.type('ROOM 102');
    await showing(['room-102']);
    await press('Enter');
    assert.equal((await focused()).room, 'room-102');
    await press('/');
    await page().keyboard.type(' nowhere');
    await page().waitForSelector('[data-none]');
    await act('show-all');
    await showing([...DARK, ...LIVE]);
  });

  test('the state filter and trouble first', async () => {
    await page().selectOption('[name="filter"]', 'live');
    await showing(LIVE);
    await page().selectOption('[name="filter"]', 'trouble');
    await showing(DARK);
    await page().selectOption('[name="filter"]', 'all');
    await set.classcast.api.createRoom('room-300', 'Workshop');
    try {
      await showing([...DARK, ...LIVE, 'room-300']);
      await act('view-options');
      await page().selectOption('[name="sort"]', 'trouble');
      await showing([...DARK, 'room-300', ...LIVE]);
    } finally {
      await set.classcast.api.expect(204, 'DELETE', '/rooms/room-300');
    }
  });

  test('pages, and rooms out of sight stop loading until they are back', async () => {
    await act('view-options');
    await page().selectOption('[name="per-page"]', '4');
    await press('Escape');
    await showing([...DARK, LIVE[0]]);
    await set.wall.open(LIVE[0]);
    await until('the relay has a viewer', async () => (await viewers()) === 1);
    await press('PageDown');
    await showing([LIVE[1]]);
    await until('the relay has no viewer', async () => (await viewers()) === 0);
    await act('next-page');
    await showing([...DARK, LIVE[0]]);
    await set.wall.shows(LIVE[0], { since: Date.now() });
    await press('x');
  });

  test('all rooms of a page open and close at once', async () => {
    await page().selectOption('[name="filter"]', 'live');
    await showing(LIVE);
    await act('open-all');
    await until('both are open', async () => (await open()).join() === LIVE.join());
    await until('the relay has two viewers', async () => (await viewers()) === 2);
    await act('close-all');
    await until('the relay has no viewer', async () => (await viewers()) === 0);
    assert.deepEqual(await open(), []);
  });

  test('the table has the same rooms and does the same by keyboard', async () => {
    await press('t');
    await page().waitForSelector('tr[data-row]');
    assert.deepEqual(await rows(), [...DARK, ...LIVE]);
    await page().click('[data-column="state"] .sort');
    await page().click('[data-column="state"] .sort');
    await until('live rooms come first', async () => (await rows()).slice(0, 2).join() === LIVE.join());
    assert.equal(await page().getAttribute('[data-column="state"]', 'aria-sort'), 'descending');
    await page().focus(`tr[data-row="${LIVE[0]}"] .row-button`);
    await press('ArrowDown', 'Enter');
    assert.equal((await focused()).row, LIVE[1]);
    await set.wall.page.evaluate((id) => window.classcastProbe.watch(id), LIVE[1]);
    await set.wall.shows(LIVE[1], { count: 3 });
    const cells = await page().textContent(`tr[data-row="${LIVE[1]}"]`);
    assert.match(cells, /Live/);
    assert.match(cells, /\d+ × \d+/);
    assert.match(cells, /kbit\/s/);
    await press('m');
    await page().waitForSelector(`cc-tile[data-room="${LIVE[1]}"][data-sound]`);
    await press('Enter');
    await page().waitForSelector(`cc-tile[data-room="${LIVE[1]}"][data-size="full"]`);
    await press('Escape', 'Escape');
    await until('the room is closed', async () => (await open()).length === 0);
    assert.equal((await focused()).row, LIVE[1]);
    await press('t');
    await until('the same room has the focus', async () => (await focused())?.room === LIVE[1]);
  });

  test('a group and a layout are kept for the person, not the browser; a layout brings back its rooms', async () => {
    await act('view-options');
    await act('groups');
    await page().fill('[name="group-name"]', 'Science');
    await page().check(`[name="group-room"][value="${LIVE[1]}"]`);
    await page().check(`[name="group-room"][value="${DARK[0]}"]`);
    await act('group-save');
    await showing([DARK[0], LIVE[1]]);
    await set.wall.open(LIVE[1]);
    await act('layouts');
    await page().fill('[name="layout"]', 'Morning');
    await press('Enter');
    await page().waitForSelector('[data-layout="Morning"]');
    await press('Escape');
    await press('x');
    await until('the server has them', async () =>
      /Morning/.test(JSON.stringify(await set.classcast.api.expect(200, 'GET', '/account/documents/wall'))),
    );
    await page().evaluate(() => localStorage.clear());
    await reload();
    await showing([DARK[0], LIVE[1]]);
    await act('view-options');
    await page().selectOption('[name="group"]', '');
    await showing([...DARK, ...LIVE]);
    await press('Escape');
    await act('layouts');
    await page().click('[data-layout="Morning"]');
    await showing([DARK[0], LIVE[1]]);
    await until('its room is open', async () => (await open()).join() === LIVE[1]);
    await press('x');
  });

  test('the guard tour shows room after room, pauses and cleans up', async () => {
    await page().evaluate(() =>
      localStorage.setItem('classcast.settings', JSON.stringify({ tourStops: 'rooms', tourSeconds: 5 })),
    );
    await reload();
    await showing([...DARK, ...LIVE]);
    await act('tour-options');
    await act('tour-start');
    const full = () =>
      page().evaluate(() => document.querySelector('cc-tile[data-size="full"]')?.dataset.room);
    await until('the first room that shows something', async () => (await full()) === LIVE[0]);
    await until('then the next', async () => (await full()) === LIVE[1]);
    assert.deepEqual(await open(), [LIVE[1]], 'the former room was closed');
    await press('Space');
    await page().waitForSelector('[data-tour="paused"]');
    await press('Escape');
    await until('nothing is open', async () => (await open()).length === 0);
    assert.equal(await full(), undefined);
  });

  test('sound of several rooms together, when that is chosen', async () => {
    await page().click('[data-act="menu"]');
    await page().selectOption('[name="sound"]', 'mixed');
    await press('Escape');
    await Promise.all(LIVE.map((room) => set.wall.open(room)));
    for (const room of LIVE) {
      await page().click(set.wall.selector(room, '[data-act="sound"]'));
    }
    const audible = () =>
      page().evaluate(() => [...document.querySelectorAll('video')].filter((video) => !video.muted).length);
    await until('both are heard', async () => (await audible()) === 2);
    await page().focus(set.wall.selector(LIVE[0], '[name="volume"]'));
    await press('Home');
    await until('one is turned down', () =>
      page().evaluate((at) => document.querySelector(at).volume === 0, set.wall.selector(LIVE[0], 'video')),
    );
    await act('close-all');
  });

  test('measurements, a picture and a floating window of an open room', async () => {
    await set.wall.open(LIVE[0]);
    await set.wall.shows(LIVE[0], { count: 5 });
    await page().focus(set.wall.selector(LIVE[0], '.stage-button'));
    await press('i');
    const told = (name) =>
      page().evaluate(
        (key) => document.querySelector(`cc-stats [data-measure="${key}"] dd`)?.textContent.trim(),
        name,
      );
    await until('a frame rate is told', async () => Number(await told('framesPerSecond')) >= 10);
    assert.match(await told('width'), /^\d{3,4} × \d{3,4}$/);
    assert.match(await told('codec'), /^H264 \+ opus$/);
    await until('a delay is told', async () => /^[\d.]+ ms$/.test(await told('delayMs')));
    await until('data rate, loss, jitter, round trip and dropped frames, too', async () => {
      const words = await Promise.all(
        ['bitrateBps', 'lossShare', 'jitterMs', 'roundTripMs', 'dropped'].map(told),
      );
      return words.every((word) => /^\d/.test(word));
    });
    const size = await page().evaluate(
      (at) => {
        const video = document.querySelector(at);
        return [video.videoWidth, video.videoHeight];
      },
      set.wall.selector(LIVE[0], 'video'),
    );
    const [download] = await Promise.all([page().waitForEvent('download'), press('s')]);
    assert.match(download.suggestedFilename(), /^room-101_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d\.png$/);
    const file = fs.readFileSync(await download.path());
    assert.deepEqual(file.subarray(0, 8), PNG);
    assert.deepEqual([file.readUInt32BE(16), file.readUInt32BE(20)], size);
    const floats = () => page().evaluate(() => document.pictureInPictureElement !== null);
    await press('p');
    await until('it floats above other windows', floats);
    await press('p');
    await until('it is back', async () => !(await floats()));
    await press('x');
    await until(
      'the measurements are gone with it',
      async () => (await page().locator('cc-stats').count()) === 0,
    );
  });

  test('what is said covers no tile and moves none, on a phone, a laptop and a projector', async () => {
    const size = page().viewportSize();
    await set.wall.open(LIVE[0]);
    await set.wall.shows(LIVE[0], { count: 1 });
    const boxes = async ([width, height]) => {
      await page().setViewportSize({ width, height });
      await page().waitForFunction(
        (wanted) => [innerWidth, innerHeight].join() === wanted,
        `${width},${height}`,
      );
      // The grid is laid out anew in the frame that finds the new size.
      await page().evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
      );
      // Where it scrolls, the wall comes to what has the focus.
      await page().focus(set.wall.selector(DARK[0], '.stage-button'));
      await page().focus(set.wall.selector(LIVE[0], '.stage-button'));
      return tileBoxes(page());
    };
    const silent = [];
    for (const screen of SCREENS) {
      silent.push(await boxes(screen));
    }
    for (const [index, screen] of SCREENS.entries()) {
      const spoken = await boxes(screen);
      await press('s');
      await page().waitForSelector('[data-toast]');
      assert.match(await page().textContent('[data-toast]'), /room-101_.*png/);
      assert.deepEqual(spoken, silent[index]);
      assert.deepEqual(await tileBoxes(page()), silent[index]);
      assert.deepEqual(await page().evaluate(covered), []);
    }
    await press('x');
    await page().setViewportSize(size);
  });

  test('another language, at once and for the whole page', async () => {
    await set.wall.open(LIVE[0]);
    await set.wall.shows(LIVE[0], { count: 3 });
    await page().click('[data-act="menu"]');
    await page().selectOption('[name="language"]', 'th');
    await until('the page is Thai', () =>
      page().evaluate(
        () => document.documentElement.lang === 'th' && document.body.innerText.includes('ถ่ายทอดสด'),
      ),
    );
    await set.wall.shows(LIVE[0], { count: 3, since: Date.now() });
    assert.equal(await viewers(), 1, 'the room plays on in the same session');
    await press('x');
  });

  test('a page that is left releases its rooms', async () => {
    await Promise.all(LIVE.map((room) => set.wall.open(room)));
    await until('the relay has two viewers', async () => (await viewers()) === 2);
    await page().evaluate(() => navigator.serviceWorker.ready);
    await reload();
    await until('the relay has no viewer', async () => (await viewers()) === 0, { within: 3_000 });
  });

  test('the wall fills the screen, which stays awake, and gives it back', async () => {
    await page().evaluate(() => {
      window.awake = 0;
      const request = navigator.wakeLock.request.bind(navigator.wakeLock);
      navigator.wakeLock.request = async (type) => {
        const lock = await request(type);
        window.awake += 1;
        lock.addEventListener('release', () => (window.awake -= 1));
        return lock;
      };
    });
    await press('f');
    await until('the screen is full', () => page().evaluate(() => document.fullscreenElement !== null));
    assert.equal(await page().isVisible('.header'), false);
    await until('it stays awake', () => page().evaluate(() => window.awake === 1));
    await press('f');
    await until('it is given back', () => page().evaluate(() => document.fullscreenElement === null));
    await until('it may sleep', () => page().evaluate(() => window.awake === 0));
  });

  test('shortcuts of one character can be switched off', async () => {
    await page().evaluate(() =>
      localStorage.setItem('classcast.settings', JSON.stringify({ shortcuts: 'off' })),
    );
    await reload();
    await press('t', '/', '?');
    assert.equal(await page().locator('tr[data-row]').count(), 0);
    assert.equal(await page().locator('cc-help dialog[open]').count(), 0);
    await page().focus(set.wall.selector(DARK[0], '.stage-button'));
    await press('ArrowRight');
    assert.equal((await focused()).room, DARK[1]);
  });

  test('arrows go from tile to tile as they stand; Enter opens, once more fills the window, Esc goes back step by step', async () => {
    const places = await tileBoxes(page());
    const [left, top] = places[0].split(',').map(Number);
    const below = places.findIndex((box) => {
      const [x, y] = box.split(',').map(Number);
      return x === left && y > top;
    });
    const all = [...DARK, ...LIVE];
    await page().focus(set.wall.selector(all[0], '.stage-button'));
    const ways = {
      ArrowDown: below,
      ArrowUp: 0,
      End: all.length - 1,
      ArrowLeft: all.length - 2,
      Home: 0,
      ArrowRight: 1,
    };
    for (const [key, index] of Object.entries(ways)) {
      await press(key);
      assert.equal((await focused()).room, all[index], key);
    }
    await press('End', 'Enter');
    const last = (how) => page().waitForSelector(`${set.wall.selector(all.at(-1))}${how}`);
    await last('[data-session="live"][data-size="tile"]');
    await press('Enter');
    await last('[data-size="full"]');
    await press('Escape');
    await last('[data-size="tile"][data-open]');
    await press('Escape');
    await last(':not([data-open])');
    assert.equal((await focused()).room, all.at(-1));
  });

  test('a theme is chosen, kept, and quiet where motion is not wanted', async () => {
    const theme = () => page().evaluate(() => document.documentElement.dataset.theme);
    await page().emulateMedia({ reducedMotion: 'reduce' });
    await page().click('[data-act="menu"]');
    for (const name of ['dark', 'light', 'contrast']) {
      await page().check(`[name="theme"][value="${name}"]`);
      assert.equal(await theme(), name);
    }
    await reload();
    assert.equal(await theme(), 'contrast');
    assert.deepEqual(await violations(page()), []);
    const moving = () =>
      document.getAnimations().filter((one) => one.effect.getTiming().duration > 50).length;
    await set.wall.open(LIVE[0]);
    assert.equal(await page().evaluate(moving), 0);
    await press('x');
    await page().emulateMedia({ reducedMotion: null });
  });

  test('it can be installed as an app', async () => {
    const manifest = await page().getAttribute('link[rel="manifest"]', 'href');
    const { display, icons } = await page().evaluate(async (at) => (await fetch(at)).json(), manifest);
    assert.equal(display, 'standalone');
    for (const { src, type } of icons) {
      const answer = await page().evaluate(async (at) => (await fetch(at)).headers.get('content-type'), src);
      assert.equal(answer, type, src);
    }
    await page().evaluate(() => navigator.serviceWorker.ready);
    const devtools = await page().context().newCDPSession(page());
    const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
    assert.deepEqual(installabilityErrors, []);
  });

  test('the browser keeps the viewer’s own assets and nothing else', async () => {
    await page().evaluate(() => navigator.serviceWorker.ready);
    await reload();
    await set.wall.open(LIVE[0]);
    await set.wall.shows(LIVE[0]);
    const kept = () =>
      page().evaluate(async () => {
        const names = await caches.keys();
        const stores = await Promise.all(names.map((name) => caches.open(name)));
        const requests = await Promise.all(stores.map((store) => store.keys()));
        return requests.flat().map((request) => new URL(request.url).pathname);
      });
    await until('assets are kept', async () => (await kept()).length >= 2);
    assert.deepEqual(
      (await kept()).filter((path) => !path.startsWith('/assets/')),
      [],
    );
    await press('x');
  });
});
