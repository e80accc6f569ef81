// SPDX-License-Identifier: MIT
// Accounts and administration in a browser: sign-up, passwords, codes, sessions, people, rooms, devices, settings, audit.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { request } from '../support/api.mjs';
import { openChromium } from '../support/browser.mjs';
import { stage } from '../support/stage.mjs';
import { until } from '../support/wait.mjs';

const PASSWORD = 'correct horse battery';
const NEW_PASSWORD = 'staple battery horse';

/** RFC 6238 with the usual 30 s and six digits. */
function totp(secret, atMs = Date.now()) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret.replace(/[^A-Z2-7]/g, '')]
    .map((c) => alphabet.indexOf(c).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(atMs / 30_000)));
  const hash = crypto.createHmac('sha1', key).update(counter).digest();
  const offset = hash.at(-1) & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

describe('accounts and administration', () => {
  const set = stage({ rooms: [], setUp: 'open' });
  let guest;
  const page = () => set.wall.page;
  const other = () => guest.page;
  const at = async (on, path, selector) => {
    await on.goto(`${set.classcast.url}${path}`);
    await on.waitForSelector(selector);
  };
  const submit = async (on, form, values) => {
    for (const [name, value] of Object.entries(values)) {
      await on.fill(`${form} [name="${name}"]`, value);
    }
    await on.click(`${form} button.primary, ${form} button:not([type="button"])`);
  };
  const signIn = async (on, name, password) => {
    await on.context().clearCookies();
    await at(on, '/', '[data-screen="sign-in"]');
    await on.fill('[name="name"]', name);
    await on.fill('[name="password"]', password);
    await on.keyboard.press('Enter');
  };
  const secret = (on) => on.textContent('[data-secret]');
  const told = (on, text) =>
    until(`“${text}” is told`, async () => (await on.textContent('[data-announcer]')).includes(text));

  before(async () => {
    guest = await openChromium();
  });
  after(() => guest?.close());

  test('the first administrator sets the school up', async () => {
    await page().waitForSelector('[data-screen="set-up"]');
    await page().fill('[name="school"]', 'Riverside School');
    await page().check('[name="sign_up"][value="open"]');
    await page().click('.card button.primary');
    await page().waitForSelector('cc-wall');
    // A wall without rooms says what to do, and offers it.
    await page().click('cc-wall .empty [data-act="add-room"]');
    await page().waitForSelector('cc-add-room dialog[open]');
    await page().keyboard.press('Escape');
    await at(other(), '/', '[data-screen="sign-in"]');
    await until('the school is named', async () =>
      (await other().textContent('.card')).includes('Riverside School'),
    );
  });

  test('anybody signs up when that is open; a taken name and a short password are told', async () => {
    await at(other(), '/sign-up', '[data-screen="sign-up"]');
    await submit(other(), '.card', { name: 'admin', password: PASSWORD });
    await until('it is taken', async () => /taken/.test(await other().textContent('[data-problem]')));
    await submit(other(), '.card', { name: 'Chai', password: 'short' });
    await until('it is short', async () => /10 characters/.test(await other().textContent('[data-problem]')));
    await submit(other(), '.card', { name: 'Chai', password: PASSWORD });
    await other().waitForSelector('cc-wall');
  });

  test('by invitation only, with a link that is made in the administration', async () => {
    await at(page(), '/admin/settings', '[data-setting="people.sign_up"]');
    await page().selectOption('[name="people.sign_up"]', 'invitation');
    await page().click('[data-form="settings"] button.primary');
    await told(page(), 'Saved');
    await at(page(), '/admin/invitations', '[data-form="invitation"]');
    await submit(page(), '[data-form="invitation"]', { note: 'for Ben' });
    await page().waitForSelector('[data-secret]');
    const link = await secret(page());
    await other().context().clearCookies();
    await other().goto(link);
    await other().waitForSelector('[name="invitation"]');
    await submit(other(), '.card', { name: 'Ben', password: PASSWORD });
    await other().waitForSelector('cc-wall');
    assert.ok(!other().url().includes('#'), 'the code does not stay in the address');
    await other().context().clearCookies();
    await other().goto(link);
    await other().reload();
    await other().waitForSelector('[name="name"]');
    await other().fill('[name="invitation"]', link.split('#')[1]);
    await submit(other(), '.card', { name: 'Bert', password: PASSWORD });
    await until('it was used', async () => /not valid/.test(await other().textContent('[data-problem]')));
  });

  test('nobody, when it is closed', async () => {
    await at(page(), '/admin/settings', '[data-setting="people.sign_up"]');
    await page().selectOption('[name="people.sign_up"]', 'closed');
    await page().click('[data-form="settings"] button.primary');
    await told(page(), 'Saved');
    await at(other(), '/sign-up', 'h1');
    await until('that is told', async () => /No accounts/.test(await other().textContent('h1')));
  });

  test('a password is changed, a lost one renewed by a one-time link', async () => {
    await signIn(other(), 'Ben', PASSWORD);
    await other().waitForSelector('cc-wall');
    await at(other(), '/account', '[data-form="password"]');
    await submit(other(), '[data-form="password"]', { old: 'wrong wrong wrong', new: NEW_PASSWORD });
    await until('it is wrong', async () =>
      /not right|password/i.test(await other().textContent('cc-password [data-problem]')),
    );
    await submit(other(), '[data-form="password"]', { old: PASSWORD, new: NEW_PASSWORD });
    await told(other(), 'changed');
    await at(page(), '/admin/people', '[data-name="Ben"]');
    await page().click('[data-name="Ben"] [data-act="recovery"]');
    await page().waitForSelector('[data-secret]');
    const link = await secret(page());
    await other().context().clearCookies();
    await other().goto(link);
    await other().waitForSelector('[name="password"]');
    await submit(other(), '.card', { password: PASSWORD });
    await other().waitForSelector('[data-done]');
    await signIn(other(), 'Ben', PASSWORD);
    await other().waitForSelector('cc-wall');
  });

  test('one-time codes are set up, asked for, and switched off', async () => {
    await at(other(), '/account', '[data-codes="off"]');
    await other().click('[data-act="codes-begin"]');
    await other().waitForSelector('[data-secret]');
    const key = await secret(other());
    await submit(other(), '[data-form="codes"]', { code: totp(key) });
    await other().waitForSelector('[data-codes="on"]');
    await signIn(other(), 'Ben', PASSWORD);
    await other().waitForSelector('[name="code"]');
    await other().fill('[name="code"]', '000000');
    await other().keyboard.press('Enter');
    await until('it is wrong', async () => /code/i.test(await other().textContent('[data-problem]')));
    // The code that confirmed the set-up may not be used again: the next one is.
    await other().fill('[name="code"]', totp(key, Date.now() + 30_000));
    await other().keyboard.press('Enter');
    await other().waitForSelector('cc-wall');
    await at(other(), '/account', '[data-codes="on"]');
    await submit(other(), '[data-form="codes-end"]', { 'codes-password': PASSWORD });
    await other().waitForSelector('[data-codes="off"]');
  });

  test('sessions are listed, and another place is signed out from here', async () => {
    await at(page(), '/admin/people', '[data-name="Chai"]');
    const second = await openChromium();
    try {
      await signIn(second.page, 'Ben', PASSWORD);
      await second.page.waitForSelector('cc-wall');
      await at(other(), '/account', '[data-session-row]:not([data-current])');
      const rows = other().locator('[data-session-row]:not([data-current]) [data-act="end-session"]');
      while ((await rows.count()) > 0) {
        const count = await rows.count();
        await rows.first().click();
        await until('it is ended', async () => (await rows.count()) < count);
      }
      await second.page.waitForSelector('[data-screen="sign-in"]');
      assert.match(await second.page.textContent('.card'), /session ended/i);
      await second.page.fill('[name="name"]', 'Ben');
      await second.page.fill('[name="password"]', PASSWORD);
      await second.page.keyboard.press('Enter');
      await second.page.waitForSelector('cc-wall');
    } finally {
      await second.close();
    }
  });

  test('an API token is made, shown once, works, and is revoked', async () => {
    await at(other(), '/account', '[data-form="token"]');
    await submit(other(), '[data-form="token"]', { 'token-name': 'nightly script' });
    await other().waitForSelector('cc-tokens [data-secret]');
    const token = await other().textContent('cc-tokens [data-secret]');
    const ask = () =>
      request(`${set.classcast.url}/api/v1/rooms`, {
        headers: { Authorization: `Bearer ${token}` },
        ca: fs.readFileSync(set.classcast.certificate),
      });
    assert.equal((await ask()).status, 200);
    await other().click('[data-act="revoke-token"]');
    await until('it is gone', async () => (await other().locator('[data-api-token]').count()) === 0);
    assert.equal((await ask()).status, 401);
  });

  test('people are found, changed, shut out and deleted; the last administrator stays', async () => {
    await at(page(), '/admin/people', '[data-name="Chai"]');
    await page().fill('[name="people-search"]', 'cha');
    await until('only Chai is found', async () => (await page().locator('[data-user]').count()) === 1);
    await page().selectOption('[data-name="Chai"] select', 'teacher');
    await told(page(), 'Saved');
    await page().click('[data-name="Chai"] [data-act="disable"]');
    await until('Chai is disabled', async () =>
      /disabled/.test(await page().textContent('[data-name="Chai"]')),
    );
    await signIn(other(), 'Chai', PASSWORD);
    await other().waitForSelector('[data-problem]:not([hidden])');
    await page().click('[data-name="Chai"] [data-act="delete"]');
    await page().click('cc-confirm [data-act="confirm"]');
    await until('Chai is gone', async () => (await page().locator('[data-name="Chai"]').count()) === 0);
    await page().fill('[name="people-search"]', 'admin');
    await page().waitForSelector('[data-name="admin"]');
    await page().click('[data-name="admin"] [data-act="disable"]');
    await page().waitForSelector('[data-problem]:not([hidden])');
    await at(page(), '/admin/people', '[data-act="add-person"]');
    await page().click('[data-act="add-person"]');
    await submit(page(), '[data-form="person"]', { name: 'Dora' });
    await page().waitForSelector('[data-secret]');
    const password = await secret(page());
    await signIn(other(), 'Dora', password);
    await other().waitForSelector('cc-wall');
  });

  test('who is no administrator sees that the administration is not theirs', async () => {
    await at(other(), '/admin/people', '[data-not-allowed]');
    await other().click('[data-act="menu"]');
    assert.equal(await other().locator('a[href="/admin"]').count(), 0);
  });

  test('a room is made, edited, given a member, archived and deleted', async () => {
    await at(page(), '/admin/rooms', '.page-tools [data-act="add-room"]');
    await page().click('.page-tools [data-act="add-room"]');
    await page().fill('cc-add-room [name="name"]', 'Lab 7');
    await page().click('cc-add-room button.primary');
    await page().waitForSelector('cc-add-room [data-credential], cc-add-room [data-secret]');
    await page().keyboard.press('Escape');
    await page().waitForSelector('[data-room-row="lab-7"]');
    await page().click('[data-room-row="lab-7"] [data-act="edit"]');
    await page().fill('[data-edit="lab-7"] [name="name"]', 'Laboratory 7');
    await page().fill('[data-edit="lab-7"] [name="description"]', 'Chemistry');
    await page().click('[data-edit="lab-7"] button.primary');
    await told(page(), 'Saved');
    await page().fill('[name="member-search"]', 'dor');
    await page().click('[data-edit="lab-7"] [data-add]');
    await page().waitForSelector('cc-members [data-member] [data-act="member-remove"]');
    await other().goto(`${set.classcast.url}/`);
    await other().waitForSelector('cc-tile[data-room="lab-7"]');
    await page().click('[data-room-row="lab-7"] [data-act="archive"]');
    await page().waitForSelector('[data-room-row="lab-7"]', { state: 'detached' });
    await other().waitForSelector('cc-tile[data-room="lab-7"]', { state: 'detached' });
    await page().selectOption('[name="rooms-which"]', 'true');
    await page().click('[data-room-row="lab-7"] [data-act="delete"]');
    await page().click('cc-confirm [data-act="confirm"]');
    await page().waitForSelector('[data-room-row="lab-7"]', { state: 'detached' });
  });

  test('a setting out of its bounds is refused in words', async () => {
    await at(page(), '/admin/settings', '[data-setting]');
    const row = '[data-setting="audit.keep_days"]';
    assert.match(await page().textContent(`${row} label`), /audit log/);
    await page().fill(`${row} input`, '3');
    await page().click('[data-form="settings"] button.primary');
    await until('that is told in words', async () =>
      /“Keep the audit log for” takes 0, or a number from 7 to 3,660 days/.test(
        await page().textContent(row),
      ),
    );
    assert.equal(await page().getAttribute(`${row} input`, 'aria-invalid'), 'true');
    await page().fill(`${row} input`, '30');
    await page().click('[data-form="settings"] button.primary');
    await until('it is stored', async () => {
      const { settings } = await set.classcast.api.expect(200, 'GET', '/settings');
      return settings.find(({ key }) => key === 'audit.keep_days').value === '30';
    });
  });

  test('all of it stands in the audit log, which is filtered and exported', async () => {
    await at(page(), '/admin/audit', '[data-audit]');
    await page().selectOption('[name="action"]', 'room.');
    await page().click('[data-form="audit"] button');
    await until('only rooms are left', async () => {
      const actions = await page().evaluate(() =>
        [...document.querySelectorAll('[data-audit]')].map((r) => r.dataset.audit),
      );
      return actions.length > 0 && actions.every((action) => action.startsWith('room.'));
    });
    assert.match(await page().textContent('[data-audit="room.create"]'), /made a room/);
    const [download] = await Promise.all([
      page().waitForEvent('download'),
      page().click('[data-export="csv"]'),
    ]);
    const chunks = [];
    for await (const chunk of await download.createReadStream()) {
      chunks.push(chunk);
    }
    const lines = Buffer.concat(chunks).toString().trim().split('\n');
    assert.ok(lines.length > 1 && lines.slice(1).every((line) => line.includes('room.')));
  });
});
