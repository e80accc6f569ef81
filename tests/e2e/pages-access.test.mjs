// SPDX-License-Identifier: MIT
// Every page beside the wall in light and dark, judged by axe-core, and whether it fits a phone in every language; and a
// whole errand with the keyboard alone.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { violationsInAllThemes } from '../support/axe.mjs';
import { heldPage, tileBoxes } from '../support/held.mjs';
import { tooWideForPhones } from '../support/narrow.mjs';
import { addPerson, join, PASSWORD, write } from '../support/people.mjs';
import { stage } from '../support/stage.mjs';
import { until } from '../support/wait.mjs';

const ROOM = 'room-101';
const DARK = 'room-202';

describe('the pages beside the wall', () => {
  const set = stage({ rooms: [{ id: ROOM, microphone: 'none' }] });
  const page = () => set.wall.page;
  const go = async (path, selector) => {
    await page().goto(`${set.classcast.url}${path}`);
    await page().waitForSelector(selector);
  };
  const signedOut = async (path, selector) => {
    const cookies = await page().context().cookies();
    await page().context().clearCookies();
    await go(path, selector);
    return () => page().context().addCookies(cookies);
  };

  before(async () => {
    await set.classcast.api.createRoom(DARK, 'Room 202');
    const anna = await addPerson(set.classcast, 'Anna', 'teacher');
    await join(set.classcast, ROOM, anna);
    await write(anna.api, ROOM, 'Good morning');
    await set.classcast.api.expect(201, 'POST', '/invitations', { role: 'teacher', note: 'note' });
  });

  const click = (selector) => page().click(selector);
  const views = {
    'room, chat': async () => {
      await go(`/rooms/${ROOM}`, '[data-message]');
      await page().fill('cc-chat textarea', 'x'.repeat(2_001));
      await page().press('cc-chat textarea', 'Enter');
      await click('[data-message] summary');
    },
    'room, people': async () => {
      await go(`/rooms/${ROOM}`, '[data-tab="people"]');
      await click('[data-tab="people"]');
      await page().waitForSelector('[data-member]');
      await page().fill('[name="member-search"]', 'a');
    },
    'room, diary': async () => {
      await go(`/rooms/${ROOM}`, '[data-tab="diary"]');
      await click('[data-tab="diary"]');
      await page().waitForSelector('[data-entry]');
    },
    'no such room': () => go('/rooms/room-999', '.message h1'),
    'no such page': () => go('/nowhere', '.message h1'),
    account: async () => {
      await go('/account', '[data-session-row]');
      await click('[data-act="codes-begin"]');
      await page().waitForSelector('[data-secret]');
    },
    people: async () => {
      await go('/admin/people', '[data-user]');
      await click('[data-act="add-person"]');
    },
    'a question': async () => {
      await go('/admin/people', '[data-name="Anna"]');
      await click('[data-name="Anna"] [data-act="delete"]');
      await page().waitForSelector('cc-confirm dialog[open]');
    },
    invitations: () => go('/admin/invitations', '[data-invitation]'),
    rooms: async () => {
      await go('/admin/rooms', '[data-room-row]');
      await click('[data-room-row] [data-act="edit"]');
      await page().waitForSelector('cc-members [data-member]');
    },
    devices: async () => {
      await go('/admin/devices', `[data-device="${DARK}"]`);
      await click(`[data-device="${DARK}"] [data-act="code"]`);
      await page().waitForSelector('[data-secret]');
    },
    settings: () => go('/admin/settings', '[data-setting]'),
    audit: () => go('/admin/audit', '[data-audit]'),
    'sign in': () => signedOut('/', '[data-screen="sign-in"] .other-ways'),
    'sign up': () => signedOut('/sign-up#CODE', '[data-screen="sign-up"] .card'),
    'forgotten password': () => signedOut('/recover', '[data-screen="recover"] .card'),
    'new password': () => signedOut('/recover#token', '[name="password"]'),
  };

  for (const [name, show] of Object.entries(views)) {
    test(`${name}, light and dark, and on a phone in every language`, async () => {
      await page().emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      const restore = await show();
      assert.deepEqual(await violationsInAllThemes(page()), []);
      assert.deepEqual(await tooWideForPhones(page()), []);
      await restore?.();
    });
  }

  test('while the server is slow every page shows its shape, and nothing moves when the answer comes', async () => {
    const late = await heldPage(set.browser);
    const rooms = ['/', `/rooms/${ROOM}`];
    const lists = [
      '/library',
      '/account',
      '/admin/people',
      '/admin/devices',
      '/admin/storage',
      '/admin/audit',
    ];
    for (const path of [...rooms, ...lists]) {
      await late.page.setViewportSize(
        path === '/' ? { width: 360, height: 740 } : { width: 1280, height: 800 },
      );
      late.hold();
      await late.page.goto(`${set.classcast.url}${path}`);
      await late.page.waitForSelector('[data-skeleton][aria-busy="true"]');
      const foretold = await tileBoxes(late.page);
      late.letGo();
      await late.page.waitForSelector('[data-skeleton]', { state: 'detached' });
      await late.page.waitForSelector(
        path === '/' ? set.wall.selector(ROOM) : `cc-${path.split('/')[1].replace('rooms', 'room')}`,
      );
      assert.deepEqual(await tileBoxes(late.page), foretold, `the tiles of ${path}`);
      assert.equal(foretold.length, { '/': 2, [rooms[1]]: 1 }[path] ?? 0);
      const { sum, of } = await late.shifts();
      assert.ok(sum < 0.05, `${path} moved by ${sum}: ${of}`);
    }
    await late.page.close();
  });

  test('what one writes is seen before the server has answered', async () => {
    const late = await heldPage(set.browser);
    await late.page.goto(`${set.classcast.url}/rooms/${ROOM}`);
    await late.page.waitForSelector('[data-message]');
    late.hold();
    await late.page.fill('cc-chat textarea', 'Is anybody there?');
    await late.page.press('cc-chat textarea', 'Enter');
    await late.page.waitForSelector('[data-draft]:has-text("Is anybody there?")');
    late.letGo();
    await late.page.waitForSelector('[data-message]:has-text("Is anybody there?")');
    await late.page.waitForSelector('[data-draft]', { state: 'detached' });
    await late.page.close();
  });

  test('where no server answers the page says so, tries again by itself, and on demand', async () => {
    const away = await set.browser.newPage();
    const asked = '**/api/v1/session';
    let tries = 0;
    await away.route(asked, (route) => ((tries += 1), route.abort('connectionrefused')));
    await away.goto(set.classcast.url);
    await away.waitForSelector('[data-screen="unreachable"] .message h1');
    assert.deepEqual(await violationsInAllThemes(away), []);
    await until('it has tried again', () => tries > 1);
    await away.unroute(asked);
    await away.click('[data-screen="unreachable"] button');
    await away.waitForSelector(set.wall.selector(ROOM));
    await away.close();
  });

  test('with the keyboard alone: sign in, find trouble, open it, read its page, sign out', async () => {
    await page().context().clearCookies();
    await go('/', '[data-screen="sign-in"]');
    const { keyboard } = page();
    const press = async (...keys) => {
      for (const key of keys) {
        await keyboard.press(key);
      }
    };
    const tabTo = async (selector, key = 'Tab') => {
      for (let i = 0; i < 60; i++) {
        if (await page().evaluate((at) => document.activeElement?.matches(at), selector)) {
          return;
        }
        await press(key);
      }
      assert.fail(`${key} does not reach ${selector}`);
    };
    await keyboard.type('Anna');
    await press('Tab');
    await keyboard.type(PASSWORD);
    await press('Enter');
    await page().waitForSelector(set.wall.selector(ROOM));
    await set.classcast.classrooms.get(ROOM).camera.kill();
    await set.wall.says(ROOM, 'offline', 30_000);
    await tabTo('[name="filter"]');
    await keyboard.type('In trouble');
    await until('only trouble is shown', () =>
      page().evaluate(() => document.querySelector('[name="filter"]').value === 'trouble'),
    );
    await tabTo('.stage-button');
    await press('Enter');
    await page().waitForSelector(`${set.wall.selector(ROOM)}[data-open]`);
    await set.classcast.classrooms.get(ROOM).camera.start();
    await set.wall.says(ROOM, 'live', 30_000);
    await press('Escape');
    await page().keyboard.press('Shift+Tab');
    await tabTo('.tile-name');
    await press('Enter');
    await page().waitForSelector('cc-room cc-chat textarea');
    await tabTo('cc-chat textarea');
    await keyboard.type('All is well again.');
    await press('Enter');
    await until('it is sent', async () => /All is well again/.test(await page().textContent('.messages')));
    await tabTo('[data-act="menu"]', 'Shift+Tab');
    await press('Enter');
    await tabTo('[data-act="sign-out"]');
    await press('Enter');
    await page().waitForSelector('[data-screen="sign-in"]');
  });

  test('an administrator looks after a classroom PC: its log, a check, a restart, a code, a token, and out', async () => {
    await page().context().clearCookies();
    await set.wall.signIn(set.classcast.user, set.classcast.password);
    await go('/admin/devices', `[data-device="${ROOM}"][data-connected="true"]`);
    const row = (act) => `[data-device="${ROOM}"] [data-act="${act}"]`;
    const answer = async (act) => {
      await click(row(act));
      await page().waitForSelector('cc-device-result .device-text', { timeout: 60_000 });
      const text = await page().textContent('cc-device-result .device-text');
      await page().keyboard.press('Escape');
      await page().waitForSelector('cc-device-result dialog:not([open])', { state: 'attached' });
      return text;
    };
    assert.match(await answer('log'), /camera|uplink/);
    assert.match(await answer('doctor'), /camera/i);
    await click(row('restart'));
    await page().waitForSelector('[data-toast]');
    await set.classcast.becomes(ROOM, 'live', 60_000);
    await click(row('code'));
    await page().waitForSelector('cc-secret.large [data-secret]');
    await click('[data-form="enrolment-token"] button');
    await page().waitForSelector('[data-token]');
    await click('[data-token] [data-act="withdraw"]');
    await page().waitForSelector('[data-token]', { state: 'detached' });
    await click(row('revoke'));
    await click('cc-confirm [data-act="confirm"]');
    await page().waitForSelector(`[data-device="${ROOM}"][data-connected="false"]`, { timeout: 30_000 });
  });
});
