// SPDX-License-Identifier: MIT
// Whatever fails is told quickly and comes back by itself; nobody touches the page.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openChromium } from '../support/browser.mjs';
import { stage } from '../support/stage.mjs';
import { until } from '../support/wait.mjs';
import { Wall, isTone, longestGap } from '../support/wall.mjs';

const STALE_WITHIN = 5_000;
const OFFLINE_WITHIN = 15_000;
const RELEASED_WITHIN = 15_000;
const BACK_WITHIN = 10_000;
const STANDSTILL = 1_000;

describe('a failure', () => {
  const rooms = ['room-101', 'room-102'];
  const set = stage({ rooms: rooms.map((id) => ({ id })) });
  const room = 'room-101';
  const classroom = () => set.classcast.classrooms.get(room);

  const watched = async () => {
    if (!(await set.wall.tile(room)).session) {
      await set.wall.open(room);
    }
    await set.wall.shows(room, { count: 5, since: Date.now() });
  };
  /** The tile says `state` within so long after `since`, and the server for those who do not watch. */
  const says = async (state, since, limit) => {
    const left = () => Math.max(1, since + limit - Date.now());
    await set.wall.says(room, state, left());
    return set.classcast.becomes(room, state, left());
  };

  test('of the camera: STALE, OFFLINE with its cause, then LIVE again', async () => {
    await watched();
    const killed = Date.now();
    await classroom().camera.kill();
    await says('stale', killed, STALE_WITHIN);
    const told = await says('offline', killed, OFFLINE_WITHIN);
    assert.equal(told.cause, 'camera');
    await classroom().camera.start();
    await set.wall.says(room, 'live', 30_000);
    await set.wall.shows(room, { count: 10, since: Date.now() });
  });

  test('of the camera, which freezes with its connection up: STALE, then LIVE again', async () => {
    await watched();
    const frozen = Date.now();
    classroom().camera.freeze();
    await says('stale', frozen, STALE_WITHIN);
    const told = await says('offline', frozen, OFFLINE_WITHIN);
    assert.equal(told.cause, 'camera');
    classroom().camera.resume();
    await set.wall.says(room, 'live', 30_000);
    await set.wall.shows(room, { count: 10, since: Date.now() });
  });

  test('of the microphone: the picture goes on, no other microphone is heard instead', async () => {
    await watched();
    await set.wall.sounds(room, classroom().hertz);
    const unplugged = Date.now();
    await set.classcast.microphones.unload(room);
    await set.classcast.becomes(room, 'no_audio', OFFLINE_WITHIN);
    await until('5 s have passed', () => Date.now() - unplugged > 5_000);
    const gap = longestGap(await set.wall.frames(room), unplugged, Date.now());
    assert.ok(gap <= STANDSTILL, `the picture stood still for ${gap} ms`);
    const heard = await set.wall.tone(room);
    const others = [...set.classcast.classrooms.values()].map((other) => other.hertz);
    assert.ok(!others.some((hertz) => isTone(heard, hertz)), `heard ${JSON.stringify(heard)}`);
    await set.classcast.microphones.load(room);
    await set.wall.sounds(room, classroom().hertz, 30_000);
    await set.classcast.becomes(room, 'live');
  });

  test('of the relay: the picture is back soon after it', async () => {
    await watched();
    set.classcast.relay.kill('SIGKILL');
    await set.classcast.relay.ended;
    await set.wall.says(room, 'stale', STALE_WITHIN).catch(() => set.wall.says(room, 'offline', 1));
    set.classcast.relay.start();
    const restarted = Date.now();
    await set.wall.shows(room, { count: 10, since: restarted, within: BACK_WITHIN });
    await set.wall.says(room, 'live');
  });

  test('of the server: the picture never stops and the session resumes', async () => {
    await watched();
    const began = Date.now();
    await set.classcast.server.stop();
    await set.wall.page.waitForSelector('[data-link="lost"]');
    set.classcast.server.start();
    await set.wall.page.waitForSelector('[data-link="online"]');
    await set.wall.says(room, 'live');
    await set.wall.shows(room, { count: 10, since: Date.now() });
    const gap = longestGap(await set.wall.frames(room), began, Date.now());
    assert.ok(gap <= STANDSTILL, `the picture stood still for ${gap} ms`);
    await set.wall.open('room-102');
    await set.wall.shows('room-102', { count: 5 });
    await set.wall.close('room-102');
    assert.equal((await set.classcast.api.call('GET', '/session')).status, 200);
  });

  test('of the classroom daemon, which is killed: OFFLINE, then LIVE again', async () => {
    await watched();
    const { daemon } = classroom();
    const killed = Date.now();
    daemon.kill('SIGKILL');
    await daemon.ended;
    const told = await says('offline', killed, OFFLINE_WITHIN);
    assert.ok(['pc', 'network'].includes(told.cause), `the cause is ${told.cause}`);
    daemon.start();
    await set.wall.shows(room, { count: 10, since: Date.now(), within: 30_000 });
    await set.wall.says(room, 'live');
  });

  test('to say good-bye: a closed tab and a killed browser leave no session behind', async () => {
    await watched();
    const sessions = async () => (await set.classcast.relayStatus()).sessions;
    const before = await sessions();
    const tab = new Wall(await set.browser.newPage(), set.classcast.url);
    await tab.page.goto(tab.url);
    await tab.page.waitForSelector('cc-wall');
    await tab.prepare();
    await tab.open(room);
    await tab.shows(room);
    assert.equal(await sessions(), before + 1);
    await tab.page.close();
    await until('the tab is forgotten', async () => (await sessions()) === before, {
      within: RELEASED_WITHIN,
    });

    const other = await openChromium();
    const wall = await new Wall(other.page, set.classcast.url).signIn(
      set.classcast.user,
      set.classcast.password,
    );
    await wall.open(room);
    await wall.shows(room);
    assert.equal(await sessions(), before + 1);
    other.pids().forEach((pid) => process.kill(pid, 'SIGKILL'));
    await until('the browser is forgotten', async () => (await sessions()) === before, {
      within: RELEASED_WITHIN,
    });
    await other.close().catch(() => {});
  });
});
