// SPDX-License-Identifier: MIT
// What happens to a page in a long day: its session ends, it has a twin in another tab, it sleeps behind others.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stage } from '../support/stage.mjs';
import { until } from '../support/wait.mjs';
import { Wall } from '../support/wall.mjs';

const ROOM = 'room-101';

describe('a page in a long day', () => {
  const set = stage({ rooms: [{ id: ROOM, microphone: 'none' }] });
  const page = () => set.wall.page;
  const viewers = async () => {
    const { rooms } = await set.classcast.relayStatus();
    return rooms.reduce((sum, room) => sum + room.viewers, 0);
  };

  test('a session that ends asks to sign in, and continues where one was', async () => {
    await page().goto(`${set.classcast.url}/rooms/${ROOM}`);
    await page().waitForSelector('cc-chat textarea');
    await page().fill('cc-chat textarea', 'half a sentence');
    const { user } = (await set.classcast.api.call('GET', '/session')).json;
    await set.classcast.api.expect(204, 'DELETE', `/users/${user.id}/sessions`);
    await page().waitForSelector('[data-screen="sign-in"]', { timeout: 30_000 });
    assert.match(await page().textContent('.card'), /session ended/i);
    await until('the picture is released', async () => (await viewers()) === 0);
    await page().fill('[name="name"]', set.classcast.user);
    await page().fill('[name="password"]', set.classcast.password);
    await page().keyboard.press('Enter');
    await page().waitForSelector(`cc-room ${set.wall.selector(ROOM)}[data-session="live"]`);
    assert.equal(new URL(page().url()).pathname, `/rooms/${ROOM}`);
    assert.equal(await page().inputValue('cc-chat textarea'), 'half a sentence');
    await set.classcast.api.signIn(set.classcast.user, set.classcast.password);
  });

  test('two tabs play on their own; signing out in one ends the other', async () => {
    await page().goto(set.classcast.url);
    await page().waitForSelector(set.wall.selector(ROOM));
    await set.wall.prepare();
    const twin = new Wall(await set.browser.newPage(), set.classcast.url);
    await twin.page.goto(twin.url);
    await twin.page.waitForSelector(twin.selector(ROOM));
    await twin.prepare();
    await twin.open(ROOM);
    await twin.shows(ROOM, { count: 3 });
    await page().bringToFront();
    await set.wall.open(ROOM);
    await set.wall.shows(ROOM, { count: 3 });
    await until('both are viewers', async () => (await viewers()) === 2);
    await page().click('[data-act="menu"]');
    await page().click('[data-act="sign-out"]');
    await page().waitForSelector('[data-screen="sign-in"]');
    await twin.page.waitForSelector('[data-screen="sign-in"]');
    await until('nobody watches', async () => (await viewers()) === 0);
    await twin.page.close();
  });

  test('a tab that sleeps keeps its rooms, and is right again at once', async () => {
    await set.wall.signIn(set.classcast.user, set.classcast.password);
    await page().waitForSelector(set.wall.selector(ROOM));
    await set.wall.open(ROOM);
    await set.wall.shows(ROOM, { count: 3 });
    const devtools = await page().context().newCDPSession(page());
    await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
    await set.classcast.classrooms.get(ROOM).camera.kill();
    await set.classcast.becomes(ROOM, 'offline', 20_000);
    await devtools.send('Page.setWebLifecycleState', { state: 'active' });
    const woke = Date.now();
    await set.wall.says(ROOM, 'offline', 5_000).catch(() => set.wall.says(ROOM, 'stale', 1));
    assert.ok(Date.now() - woke < 5_000);
    await set.classcast.classrooms.get(ROOM).camera.start();
    await set.wall.shows(ROOM, { count: 3, since: Date.now(), within: 30_000 });
    await set.wall.says(ROOM, 'live');
  });
});
