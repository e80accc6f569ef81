// SPDX-License-Identifier: MIT
// The room page: its picture, and the chat of two people in two browsers.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openChromium } from '../support/browser.mjs';
import { addPerson, join, PASSWORD, write } from '../support/people.mjs';
import { stage } from '../support/stage.mjs';
import { until } from '../support/wait.mjs';
import { Wall } from '../support/wall.mjs';

const ROOM = 'room-101';
const SCREENS = [
  [360, 740],
  [1920, 1080],
  [3840, 2160],
];
const WRITERS = 7;
const LINES_EACH = 9;
const TROUBLEMAKER =
  '<img src=x onerror="window.hacked = true"><script>window.hacked = true</script>**b** &amp;';

/** Inside the page: what does not fit the screen, what is too small to be pressed, and how large the words are. */
function fitOf() {
  const last = (selector) => [...document.querySelectorAll(selector)].at(-1);
  const box = (selector) => last(selector).getBoundingClientRect();
  const inside = ({ left, top, right, bottom, width }) =>
    left >= 0 && top >= 0 && right <= innerWidth + 1 && bottom <= innerHeight + 1 && width > 0;
  const parts = [
    'cc-tile',
    'cc-tile video',
    '.messages',
    '[data-message]',
    'cc-chat textarea',
    '.send',
    '[data-tab="diary"]',
  ];
  const outside = parts.filter((selector) => !inside(box(selector)));
  const { scrollWidth } = document.documentElement;
  const pressed = [...document.querySelectorAll('button, a, input, select, summary, textarea')];
  const small = pressed
    .filter((one) => one.checkVisibility() && !one.matches('.skip'))
    .map((one) => [one.dataset.act ?? one.className, one.getBoundingClientRect()])
    .filter(([, { width, height }]) => width < 24 || height < 24)
    .map(([name, { width, height }]) => `${name}: ${width} × ${height}`);
  const words = ['.tile-name', '.tile-head .badge', '.message-text', '.message-author', '.tab'];
  const text = words.map((at) => [at, parseFloat(getComputedStyle(last(at)).fontSize)]);
  return {
    outside: scrollWidth > innerWidth ? [...outside, `page of ${scrollWidth} px`] : outside,
    small,
    text: Object.fromEntries(text),
  };
}

describe('the room page', () => {
  const set = stage({ rooms: [{ id: ROOM }, { id: 'room-102' }] });
  let anna;
  let other;

  const page = () => set.wall.page;
  const enter = async (on, room = ROOM) => {
    await on.goto(`${set.classcast.url}/rooms/${room}`);
    await on.waitForSelector('cc-chat textarea');
  };
  const texts = (on) =>
    on.evaluate(() =>
      [...document.querySelectorAll('[data-message] .message-text')].map((p) => p.textContent),
    );
  const drafts = (on) => on.evaluate(() => document.querySelectorAll('[data-draft]').length);
  const last = async (on) => (await texts(on)).at(-1);
  const say = async (on, text) => {
    await on.fill('cc-chat textarea', text);
    await on.press('cc-chat textarea', 'Enter');
  };
  const hears = (on, text) => until(`“${text.slice(0, 30)}” is read`, async () => (await last(on)) === text);

  before(async () => {
    anna = await addPerson(set.classcast, 'Anna', 'teacher');
    await join(set.classcast, ROOM, anna);
    other = await openChromium();
    await new Wall(other.page, set.classcast.url).signIn('Anna', PASSWORD);
  });
  after(() => other?.close());

  test('opens from the tile, plays, and Back returns to the wall', async () => {
    await page().click(set.wall.selector(ROOM, '.tile-name'));
    await page().waitForSelector(`cc-room ${set.wall.selector(ROOM)}[data-session="live"]`);
    assert.equal(new URL(page().url()).pathname, `/rooms/${ROOM}`);
    assert.match(await page().title(), /^Room 101/);
    await page().evaluate((room) => window.classcastProbe.watch(room), ROOM);
    await set.wall.shows(ROOM, { count: 5 });
    await page().goBack();
    await page().waitForSelector('cc-wall');
    await until('the room is released', async () => (await set.wall.tile(ROOM)).session === undefined);
    await page().goForward();
    await page().waitForSelector(`cc-room ${set.wall.selector(ROOM)}[data-session="live"]`);
    await page().reload();
    await page().waitForSelector(`cc-room ${set.wall.selector(ROOM)}[data-session="live"]`);
  });

  test('a message is sent by Enter, a new line by Shift+Enter, and all see it once', async () => {
    await enter(page());
    await enter(other.page);
    await page().fill('cc-chat textarea', 'first');
    await page().press('cc-chat textarea', 'Shift+Enter');
    await page().keyboard.type('second');
    assert.match(await page().textContent('cc-chat [data-count]'), /^\s*12 \/ 2,000\s*$/);
    await page().keyboard.press('Enter');
    await hears(other.page, 'first\nsecond');
    await hears(page(), 'first\nsecond');
    await until('nothing is on its way', async () => (await drafts(page())) === 0);
    assert.equal((await texts(page())).length, 1);
  });

  test('what looks like markup is shown as it was typed', async () => {
    await say(other.page, TROUBLEMAKER);
    await hears(page(), TROUBLEMAKER);
    assert.equal(await page().evaluate(() => window.hacked), undefined);
    assert.equal(await page().locator('.messages img, .messages script').count(), 0);
  });

  test('2,001 characters are refused in words, and nothing is cut or lost', async () => {
    const long = 'x'.repeat(2_001);
    await say(page(), long);
    await page().waitForSelector('cc-composer [data-problem]:not([hidden])');
    assert.match(await page().textContent('cc-composer [data-problem]'), /1 character/);
    assert.equal(await page().inputValue('cc-chat textarea'), long);
    assert.notEqual(await last(other.page), long);
    await page().press('cc-chat textarea', 'Backspace');
    await page().press('cc-chat textarea', 'Enter');
    await hears(other.page, 'x'.repeat(2_000));
  });

  test('typing and presence are seen, and who leaves is gone', async () => {
    const typed = other.page.type('cc-chat textarea', 'thinking aloud', { delay: 250 });
    await until('somebody types', async () => /Anna/.test(await page().textContent('[data-typing]')));
    await typed;
    await page().click('[data-tab="people"]');
    await until('both are there', async () => (await page().locator('[data-person]').count()) === 2);
    await other.page.fill('cc-chat textarea', '');
    await other.page.goto(`${set.classcast.url}/`);
    await until('one has left', async () => (await page().locator('[data-person]').count()) === 1);
    await enter(other.page);
    await page().click('[data-tab="chat"]');
  });

  test('one’s own message is edited and deleted; a moderator deletes another’s with a trace, and pins', async () => {
    const menu = async (on, text, act) => {
      const row = on.locator('[data-message]', { hasText: text });
      await row.locator('summary').click();
      await row.locator(`[data-act="${act}"]`).click();
    };
    await say(other.page, 'a tpyo');
    await hears(page(), 'a tpyo');
    await menu(other.page, 'a tpyo', 'edit');
    await other.page.fill('[data-message] textarea', 'a typo');
    await other.page.press('[data-message] textarea', 'Enter');
    await hears(page(), 'a typo');
    assert.match(await page().textContent('[data-message]:last-of-type'), /edited/);
    assert.equal(
      await other.page.locator('[data-message]', { hasText: 'first' }).locator('summary').count(),
      0,
    );
    await menu(page(), 'a typo', 'pin');
    await until('all see the pin', async () =>
      /a typo/.test(await other.page.textContent('[data-pinned]').catch(() => '')),
    );
    await menu(page(), 'a typo', 'delete');
    await page().click('cc-confirm [data-act="confirm"]');
    await hears(other.page, 'Message deleted by admin');
    await until('the pin is gone', async () => (await other.page.locator('[data-pinned]').count()) === 0);
  });

  test('older messages are paged in, and the reader keeps the line under the eye', async () => {
    // Nobody may write so much so fast alone.
    for (let i = 0; i < WRITERS; i++) {
      const writer = await addPerson(set.classcast, `Writer ${i}`, 'student');
      await join(set.classcast, ROOM, writer);
      for (let j = 0; j < LINES_EACH; j++) {
        await write(writer.api, ROOM, `line ${i * LINES_EACH + j}`);
      }
    }
    await enter(page());
    await hears(page(), `line ${WRITERS * LINES_EACH - 1}`);
    const shown = async () => (await texts(page())).length;
    const first = await shown();
    assert.ok(first < WRITERS * LINES_EACH, 'only the newest are loaded');
    const top = () =>
      page().evaluate(() => {
        const list = document.querySelector('.messages');
        const edge = list.getBoundingClientRect().top;
        const row = [...list.querySelectorAll('[data-key]')].find(
          (r) => r.getBoundingClientRect().bottom > edge + 1,
        );
        return { text: row.textContent.trim(), y: Math.round(row.getBoundingClientRect().top - edge) };
      });
    await page().evaluate(() => (document.querySelector('.messages').scrollTop = 260));
    const at = await top();
    await page().evaluate(() => (document.querySelector('.messages').scrollTop -= 100));
    await until('older ones come', async () => (await shown()) > first);
    const within = await page().evaluate((text) => {
      const list = document.querySelector('.messages');
      const row = [...list.querySelectorAll('[data-key]')].find((r) => r.textContent.trim() === text);
      return row.getBoundingClientRect().top - list.getBoundingClientRect().top;
    }, at.text);
    assert.ok(Math.abs(within - at.y - 100) <= 2, `the line moved by ${within - at.y - 100} px`);
    await write(anna.api, ROOM, 'while reading');
    await page().waitForSelector('[data-act="jump"]');
    const stayed = await top();
    await write(anna.api, ROOM, 'and another');
    await until('two are waiting', async () => /2/.test(await page().textContent('[data-act="jump"]')));
    assert.deepEqual(await top(), stayed, 'new messages do not move the reader');
    await page().click('[data-act="jump"]');
    await until('the end is seen', async () => (await page().locator('[data-act="jump"]').count()) === 0);
    const all = (await texts(page())).filter((text) => text.startsWith('line '));
    assert.equal(new Set(all).size, all.length, 'no message is shown twice');
  });

  test('a lost connection leaves no gap and no double', async () => {
    await enter(page());
    await set.classcast.server.stop();
    await page().waitForSelector('[data-offline]');
    await say(page(), 'written while the server was away');
    set.classcast.server.start();
    await page().waitForSelector('[data-link="online"]', { timeout: 20_000 });
    await until('the server is back', async () => (await anna.api.call('GET', '/session')).status === 200);
    await write(anna.api, ROOM, 'after the outage');
    await until('both are there', async () => {
      const now = await texts(page());
      return now.includes('after the outage') && now.includes('written while the server was away');
    });
    const now = await texts(page());
    assert.equal(now.filter((text) => text === 'written while the server was away').length, 1);
    assert.equal(
      new Set(now.filter((text) => text.startsWith('line'))).size,
      now.filter((text) => text.startsWith('line')).length,
    );
  });

  test('what was not read is marked on the wall and in the chat', async () => {
    await page().goto(`${set.classcast.url}/`);
    await page().waitForSelector(set.wall.selector(ROOM));
    await write(anna.api, ROOM, 'are you there?');
    await page().waitForSelector(set.wall.selector(ROOM, '[data-unread]'));
    await enter(page());
    await page().waitForSelector('cc-chat [data-unread]');
    await hears(page(), 'are you there?');
    await page().goto(`${set.classcast.url}/`);
    await page().waitForSelector(set.wall.selector(ROOM));
    await until(
      'nothing is unread',
      async () => (await page().locator(set.wall.selector(ROOM, '[data-unread]')).count()) === 0,
    );
  });

  test('the diary tells what happened and why; the chat is exported', async () => {
    await enter(page());
    await page().click('[data-tab="diary"]');
    await page().waitForSelector('[data-entry]');
    await page().waitForSelector('[data-uptime]');
    await page().click('[data-tab="people"]');
    for (const [format, pattern] of [
      ['csv', /while reading/],
      ['json', /"while reading"/],
      ['text', /while reading/],
    ]) {
      const [download] = await Promise.all([
        page().waitForEvent('download'),
        page().click(`[data-export="${format}"]`),
      ]);
      const stream = await download.createReadStream();
      const chunks = [];
      for await (const chunk of stream) {
        chunks.push(chunk);
      }
      assert.match(Buffer.concat(chunks).toString(), pattern);
    }
  });

  test('a student’s phone and a teacher’s projector show picture and chat without scrolling, legibly', async () => {
    const size = page().viewportSize();
    await enter(page());
    await page().waitForSelector(`cc-room ${set.wall.selector(ROOM)}[data-session="live"]`);
    await page().waitForSelector('[data-message]');
    for (const [width, height] of SCREENS) {
      await page().setViewportSize({ width, height });
      // The page lays itself out anew, and the chat goes to its end again.
      const { small, text } = await until(
        `${width} × ${height}: all of them are seen, none of them is scrolled to`,
        async () => {
          const fit = await page().evaluate(fitOf);
          return fit.outside.length === 0 && fit;
        },
      );
      assert.deepEqual(small, [], `${width} × ${height}: what is pressed has 24 px at least`);
      const share = width < height ? 12 / height : 0.014;
      for (const [what, px] of Object.entries(text)) {
        assert.ok(px / height >= share, `${width} × ${height}: ${what} has ${px} px`);
      }
    }
    await page().setViewportSize(size);
  });

  test('a room that one may not see does not exist', async () => {
    for (const room of ['room-102', 'room-999']) {
      await other.page.goto(`${set.classcast.url}/rooms/${room}`);
      await other.page.waitForSelector('.message h1');
      assert.equal(await other.page.textContent('.message h1'), 'No such room');
    }
  });
});
