// SPDX-License-Identifier: MIT
// Recording on the server, rewind while live, the last minutes, and the library: by the frame numbers in the picture.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { violationsInAllThemes } from '../support/axe.mjs';
import { openChromium } from '../support/browser.mjs';
import { PICTURE } from '../support/camera.mjs';
import { addPerson, join, PASSWORD } from '../support/people.mjs';
import { pictureNumbers, probe } from '../support/recorder.mjs';
import { stage } from '../support/stage.mjs';
import { roomCode } from '../support/stamp.mjs';
import { until } from '../support/wait.mjs';
import { Wall } from '../support/wall.mjs';

const ROOM = 'room-101';
const OTHER = 'room-102';
/** Files are finished by few processes at a time, and a test machine is slow. */
const FINISHED_MS = 60_000;
const REWIND_MINUTES = 10;
const CLIP = PICTURE.fps * PICTURE.seconds;
const VIDEO = '.recording-video';
/** How far the clock of a page may be from the picture that it shows. */
const SECOND = PICTURE.fps;

/** Pictures between two numbers of the camera's clip, which begins anew after its last. */
const between = (a, b) => Math.min((((a - b) % CLIP) + CLIP) % CLIP, (((b - a) % CLIP) + CLIP) % CLIP);

/** Without a TURN server there is no way for media that may only be relayed. */
const BLOCK = `window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(options) {
    super(window.blocked ? { ...options, iceTransportPolicy: 'relay' } : options);
  }
};`;

describe('recordings', () => {
  const set = stage({ rooms: [{ id: ROOM }, { id: OTHER }], recorder: true });
  let student;

  const page = () => set.wall.page;
  const api = () => set.classcast.api;
  const tile = (inner) => page().locator(set.wall.selector(ROOM, inner));
  const recordings = async (query = '') =>
    (await api().expect(200, 'GET', `/recordings?${query}`)).recordings;
  const ready = (id) =>
    until(
      'it is finished',
      async () => (await api().expect(200, 'GET', `/recordings/${id}`)).state === 'ready',
      {
        within: FINISHED_MS,
        every: 200,
      },
    );
  const goTo = async (address, selector) => {
    await page().goto(`${set.classcast.url}${address}`);
    await page().waitForSelector(selector);
  };
  const openWall = async () => {
    await goTo('/', set.wall.selector(ROOM));
    await set.wall.prepare();
  };
  const openRoom = async () => {
    await openWall();
    await set.wall.open(ROOM);
    await set.wall.shows(ROOM);
  };
  /** The numbers in the picture that the past shows, as they come. */
  const past = async (count = 3) => {
    const since = Date.now();
    const code = roomCode(ROOM);
    const own = async () => {
      const frames = (await set.wall.frames(ROOM)).filter(
        (frame) => frame.at >= since && frame.code === code,
      );
      return frames.length >= count && frames.map(({ value }) => value);
    };
    return until('the past is shown', own, { within: 30_000 });
  };
  const watchPast = () =>
    page().evaluate((room) => {
      window.classcastProbe.watch(room, `[data-room="${room}"] cc-past video`);
    }, ROOM);
  /** Pixels read from a video that belongs to the page: the stamp of what it shows now. */
  const stampOf = (selector) => page().evaluate((of) => window.classcastProbe.stamp(of), selector);

  /** Which picture the camera took at a moment, by what the live tile shows now. */
  const cameraClock = async () => {
    const frame = (await set.wall.shows(ROOM, { since: Date.now() })).at(-1);
    return (ms) => frame.value + ((ms - frame.at) / 1000) * PICTURE.fps;
  };
  /** The number in the picture of the past, and the time that the page says it is of, in the same moment. */
  const pastShows = () =>
    until('the past is read', () =>
      page().evaluate((of) => {
        const shown = window.classcastProbe.stamp(`${of} cc-past video`);
        const at = Number(document.querySelector(`${of} .past-bar`).dataset.at);
        return shown && { ...shown, at };
      }, set.wall.selector(ROOM)),
    );
  const openRecording = async (id) => {
    await goTo(`/library/${id}`, VIDEO);
    await set.wall.prepare();
    await until('it can be played', () =>
      page().evaluate((of) => document.querySelector(of).readyState >= 2, VIDEO),
    );
  };
  /** The picture at a time of the recording that is open. */
  const pictureAt = async (seconds) => {
    await page().evaluate(
      ([of, at]) =>
        new Promise((resolve) => {
          const element = document.querySelector(of);
          element.requestVideoFrameCallback(() => resolve());
          element.currentTime = at;
        }),
      [VIDEO, seconds],
    );
    return stampOf(VIDEO);
  };

  before(async () => {
    await api().expect(200, 'PATCH', `/rooms/${ROOM}`, { rewind_minutes: REWIND_MINUTES });
    student = await addPerson(set.classcast, 'Chai', 'student');
    await join(set.classcast, ROOM, student);
  });

  test('R records; everybody in the room sees it; R again asks, and stops', async () => {
    await openRoom();
    const other = await openChromium();
    after(() => other.close());
    await new Wall(other.page, set.classcast.url).signIn('Chai', PASSWORD);
    await tile('.stage-button').focus();
    await page().keyboard.press('r');
    await tile('.tile-run[data-run="recording"]').waitFor();
    await other.page.waitForSelector(set.wall.selector(ROOM, '.tile-run[data-run="recording"]'));
    const [{ id, state, title }] = await recordings();
    assert.deepEqual([state, title], ['recording', '']);
    await until(
      'some seconds are recorded',
      async () => {
        return /Recording for ([4-9]|\d\d)/.test(await tile('.tile-run').textContent());
      },
      { within: 30_000 },
    );
    await page().keyboard.press('r');
    await page().waitForSelector('cc-record dialog[open]');
    const hour = Date.now() + 60 * 60_000;
    await api().expect(200, 'PATCH', `/recordings/${id}`, { until_ms: hour });
    await page().click('cc-record [data-act="extend"]');
    await until(
      'it is extended',
      async () => (await api().expect(200, 'GET', `/recordings/${id}`)).until_ms > hour + 20 * 60_000,
    );
    await page().waitForSelector('cc-record dialog:not([open])', { state: 'attached' });
    await page().click(set.wall.selector(ROOM, '[data-act="record"]'));
    await page().click('cc-record [data-act="stop"]');
    await tile('.tile-run').waitFor({ state: 'detached' });
    await ready(id);
  });

  test('the library plays it with seeking, and downloads what was recorded', async () => {
    await goTo('/library', '[data-recording][data-state="ready"]');
    assert.deepEqual(await violationsInAllThemes(page()), []);
    const [{ id, frames, duration_ms: long }] = await recordings();
    await page().click(`[data-recording="${id}"] [data-open]`);
    await page().waitForSelector(VIDEO);
    await openRecording(id);
    const early = await pictureAt(0.5);
    const late = await pictureAt(3.5);
    assert.equal(early.code, roomCode(ROOM));
    const expected = early.value + (3_000 * frames) / long;
    assert.ok(between(late.value, expected) <= 3, `${early.value} … ${late.value}, not ${expected}`);
    const coming = page().waitForEvent('download');
    await page().click('[data-act="download"]');
    const file = await (await coming).path();
    const { video: of } = await probe(file);
    const numbers = await pictureNumbers(file, of);
    assert.equal(numbers.length, frames);
    assert.ok(numbers.includes(early.value) && numbers.includes(late.value), 'the same pictures');
    assert.deepEqual(await violationsInAllThemes(page()), []);
  });

  test('the room’s page lists what was recorded of it, and leads to it and to the library', async () => {
    const [{ id }] = await recordings();
    await goTo(`/rooms/${ROOM}`, '[data-tab="recordings"]');
    await page().click('[data-tab="recordings"]');
    await page().waitForSelector(`cc-room-recordings [data-recording="${id}"]`);
    assert.deepEqual(await violationsInAllThemes(page()), []);
    await page().click('.room-library a');
    await page().waitForSelector(`cc-library [data-recording="${id}"]`);
    assert.equal(await page().inputValue('cc-library [name="room"]'), ROOM);
    await goTo(`/rooms/${ROOM}`, '[data-tab="recordings"]');
    await page().click('[data-tab="recordings"]');
    await page().click(`cc-room-recordings [data-recording="${id}"] a`);
    await page().waitForSelector('.recording-video');
  });

  test('rewind while live: ten seconds back, and back to live', async () => {
    await openRoom();
    await until(
      'ten seconds are kept',
      async () => {
        const { from_ms: from } = await api().expect(200, 'GET', `/rooms/${ROOM}/timeline`);
        return from < Date.now() - 20_000;
      },
      { within: 40_000 },
    );
    const camera = await cameraClock();
    const isTrue = async () => {
      const { code, value, at } = await pastShows();
      assert.equal(code, roomCode(ROOM));
      assert.ok(between(value, camera(at)) <= SECOND, `${value} is not the picture of ${at}: ${camera(at)}`);
    };
    await tile('[data-act="rewind"]').click();
    await tile('cc-past .past-bar').waitFor();
    await watchPast();
    const shown = await past();
    assert.ok(shown.at(-1) !== shown[0], 'pictures advance');
    assert.match(await tile('.past-mark').textContent(), /Not live/);
    const behind = async () => Date.now() - Number(await tile('.past-bar').getAttribute('data-at'));
    const first = await behind();
    assert.ok(first > 4_000 && first < 40_000, `${first} ms behind`);
    await isTrue();
    await page().keyboard.press('j');
    await until('ten more seconds back', async () => (await behind()) > first + 5_000);
    await past();
    await isTrue();
    const line = tile('[name="moment"]');
    const { x, y, width, height } = await line.boundingBox();
    const [from, to] = await line.evaluate(({ min, max }) => [Number(min), Number(max)]);
    await page().mouse.click(x + width / 2, y + height / 2);
    const middle = Date.now() - ((from + to) / 2) * SECOND;
    await until(
      'the middle of the timeline is shown',
      async () => between(await behind(), middle) < 5 * SECOND,
    );
    await past();
    await isTrue();
    assert.deepEqual(await violationsInAllThemes(page()), []);
    await tile('[data-act="to-live"]').click();
    await tile('cc-past').waitFor({ state: 'detached' });
    await page().evaluate((room) => window.classcastProbe.watch(room), ROOM);
    await set.wall.shows(ROOM, { since: Date.now(), count: 3 });
  });

  test('where no media gets through the room is shown late, says so, and has a way back', async () => {
    await page().addInitScript(BLOCK);
    await openWall();
    await page().evaluate(() => (window.blocked = true));
    await page().click(set.wall.selector(ROOM, '.stage-button'));
    await tile('.past-bar[data-mode="delayed"]').waitFor({ timeout: 60_000 });
    assert.match(await tile('.past-where').textContent(), /Delayed.*does not get through/s);
    await watchPast();
    await past();
    await set.wall.says(ROOM, 'live');
    assert.deepEqual(await violationsInAllThemes(page()), []);
    await page().evaluate(() => (window.blocked = false));
    await tile('[data-act="to-live"]').click();
    await page().waitForSelector(`${set.wall.selector(ROOM)}[data-session="live"]:not([data-past])`);
    await page().evaluate((room) => window.classcastProbe.watch(room), ROOM);
    await set.wall.shows(ROOM, { since: Date.now() });
  });

  test('what just happened is saved without having recorded', async () => {
    await openRoom();
    const known = (await recordings()).map(({ id }) => id);
    await tile('[data-act="record"]').click();
    assert.deepEqual(await violationsInAllThemes(page()), []);
    await page().selectOption('cc-record [name="clip"]', '1');
    const camera = await cameraClock();
    const pressed = Date.now();
    await page().click('cc-record [data-act="clip"]');
    const clip = await until('it is in the library', async () =>
      (await recordings()).find(({ id }) => !known.includes(id)),
    );
    await ready(clip.id);
    const { duration_ms: long } = await api().expect(200, 'GET', `/recordings/${clip.id}`);
    assert.ok(long > 10_000 && long <= 70_000, `${long} ms`);
    await openRecording(clip.id);
    const first = await pictureAt(0.5);
    const last = await pictureAt(long / 1000 - 0.5);
    assert.equal(last.code, roomCode(ROOM));
    const end = last.value + PICTURE.fps / 2;
    assert.ok(between(end, camera(pressed)) <= 2 * SECOND, `${end} at its end, not ${camera(pressed)}`);
    const whole = ((long - 1000) / 1000) * PICTURE.fps;
    assert.ok(between(last.value, first.value + whole) <= 3, `${first.value} … ${last.value} in ${long} ms`);
  });

  test('rename, protect, delete, restore, and delete for good', async () => {
    await goTo('/library', '[data-recording][data-state="ready"]');
    const [{ id }] = await recordings();
    const card = (inner) => `[data-recording="${id}"] ${inner}`;
    await page().click(card('[data-act="rename"]'));
    await page().fill(card('[name="title"]'), 'Optics');
    await page().keyboard.press('Enter');
    await until('it is called so', async () => (await page().textContent(card('[data-open]'))) === 'Optics');
    await page().click(card('[data-act="protect"]'));
    await page().waitForSelector(card('[data-mark="protected"]'));
    assert.equal(await page().locator(card('[data-act="delete"]')).count(), 0);
    await page().click(card('[data-act="protect"]'));
    await page().click(card('[data-act="delete"]'));
    await page().click('cc-confirm [data-act="confirm"]');
    await page().waitForSelector(card(''), { state: 'detached' });
    await page().selectOption('[name="state"]', 'deleted');
    await page().click(card('[data-act="restore"]'));
    await page().waitForSelector('[data-empty]');
    await page().selectOption('[name="state"]', '');
    await page().click(card('[data-act="delete"]'));
    await page().click('cc-confirm [data-act="confirm"]');
    await page().selectOption('[name="state"]', 'deleted');
    await page().click(card('[data-act="purge"]'));
    await page().click('cc-confirm [data-act="confirm"]');
    await page().waitForSelector('[data-empty]');
    assert.ok((await recordings()).every((recording) => recording.id !== id));
  });

  test('a student plays but does not change; a stranger’s address opens nothing', async () => {
    const other = await openChromium();
    after(() => other.close());
    await new Wall(other.page, set.classcast.url).signIn('Chai', PASSWORD);
    const [{ id }] = await recordings();
    await other.page.goto(`${set.classcast.url}/library/${id}`);
    await other.page.waitForSelector('.recording-video');
    assert.equal(await other.page.locator('[data-act="rename"], [data-act="delete"]').count(), 0);
    assert.equal(await other.page.locator('[data-act="download"]').count(), 1);
    await api().expect(204, 'DELETE', `/rooms/${ROOM}/members/${student.id}`);
    await other.page.goto(`${set.classcast.url}/library/${id}`);
    await other.page.waitForSelector('[data-empty]');
    const seen = await other.page.evaluate(
      async (at) => (await fetch(at)).status,
      `/api/v1/recordings/${id}/video`,
    );
    assert.equal(seen, 404);
  });

  test('storage is shown to administrators, with a calculator', async () => {
    await goTo('/admin/storage', '[data-recorder]');
    assert.match(await page().textContent('[data-recorder]'), /Enough space|Little space/);
    await page().fill('[data-form="plan"] [name="keepDays"]', '3650');
    await page().waitForSelector('[data-plan]');
    assert.deepEqual(await violationsInAllThemes(page()), []);
  });

  test('with the keyboard alone: sign in, find trouble, open it, record, stop, play the recording, sign out', async () => {
    await page().context().clearCookies();
    await goTo('/', '[data-screen="sign-in"]');
    const { keyboard } = page();
    const tabTo = async (selector, key = 'Tab') => {
      for (let i = 0; i < 80; i++) {
        if (await page().evaluate((at) => document.activeElement?.matches(at), selector)) {
          return;
        }
        await keyboard.press(key);
      }
      assert.fail(`${key} does not reach ${selector}`);
    };
    await keyboard.type(set.classcast.user);
    await keyboard.press('Tab');
    await keyboard.type(set.classcast.password);
    await keyboard.press('Enter');
    await page().waitForSelector(set.wall.selector(OTHER));
    await set.classcast.classrooms.get(OTHER).camera.kill();
    await set.wall.says(OTHER, 'offline', 30_000);
    await tabTo('[name="filter"]');
    await keyboard.type('In trouble');
    await page().waitForSelector(set.wall.selector(ROOM), { state: 'detached' });
    await tabTo('.stage-button');
    await keyboard.press('Enter');
    await page().waitForSelector(`${set.wall.selector(OTHER)}[data-open]`);
    await set.classcast.classrooms.get(OTHER).camera.start();
    await keyboard.press('Shift+Tab');
    await tabTo('.tile-name');
    await keyboard.press('Enter');
    await page().waitForSelector('cc-room');
    await set.wall.says(OTHER, 'live', 30_000);
    await keyboard.press('r');
    await page().waitForSelector(set.wall.selector(OTHER, '.tile-run[data-run="recording"]'));
    const [{ id }] = await recordings(`room=${OTHER}`);
    await until(
      'some seconds are recorded',
      async () => Date.now() - (await api().expect(200, 'GET', `/recordings/${id}`)).started_ms > 4_000,
    );
    await keyboard.press('r');
    await page().waitForSelector('cc-record dialog[open]');
    await tabTo('[data-act="stop"]');
    await keyboard.press('Enter');
    await ready(id);
    await tabTo('[data-act="menu"]', 'Shift+Tab');
    await keyboard.press('Enter');
    await tabTo('a[href="/library"]');
    await keyboard.press('Enter');
    await page().waitForSelector(`[data-recording="${id}"][data-state="ready"]`);
    await tabTo(`[data-recording="${id}"] [data-open]`);
    await keyboard.press('Enter');
    await page().waitForSelector('.recording-video');
    await tabTo('.recording-video');
    await keyboard.press('Space');
    await until('it plays', () =>
      page().evaluate(() => document.querySelector('.recording-video').currentTime > 0.5),
    );
    await tabTo('[data-act="menu"]', 'Shift+Tab');
    await keyboard.press('Enter');
    await tabTo('[data-act="sign-out"]');
    await keyboard.press('Enter');
    await page().waitForSelector('[data-screen="sign-in"]');
  });
});
