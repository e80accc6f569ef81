// SPDX-License-Identifier: MIT
// The forms that end in a mailbox, in a browser, with a real mail server: a forgotten password and an invitation.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openChromium } from '../support/browser.mjs';
import { MailServer } from '../support/mail-server.mjs';
import { stage } from '../support/stage.mjs';
import { until } from '../support/wait.mjs';

describe('forms that send mail', () => {
  const set = stage({ rooms: [] });
  let mail;
  let guest;
  const page = () => set.wall.page;
  const other = () => guest.page;
  const at = async (on, target, selector) => {
    await on.goto(target.startsWith('http') ? target : `${set.classcast.url}${target}`);
    await on.waitForSelector(selector);
  };
  const linkIn = (text) => /https:\/\/\S+/.exec(text)[0];

  before(async () => {
    const { classcast } = set;
    mail = await MailServer.start(classcast.dir, 'starttls');
    const password = classcast.write('mail.password', 'mail secret\n');
    fs.mkdirSync(path.join(classcast.dir, 'server.conf.d'));
    classcast.write(
      'server.conf.d/mail.conf',
      `[http]\npublic_url = ${classcast.url}\n[mail]\nserver = 127.0.0.1:${mail.port}\nca_file = ${mail.ca}\n` +
        `username = classcast\npassword_file = ${password}\nfrom = classcast@school.example\n`,
    );
    classcast.server.kill('SIGHUP');
    await until('the server sends mail', async () => {
      const { json } = await classcast.api.call('GET', '/setup');
      return json.recovery === 'mail';
    });
    guest = await openChromium();
    await classcast.api.expect(201, 'POST', '/users', {
      name: 'Jörg Öl',
      role: 'student',
      email: 'joerg@school.example',
      password: 'the forgotten one',
    });
  });
  after(async () => {
    await guest?.close();
    await mail?.stop();
  });

  test('whoever forgot the password gets a link by mail, which sets a new one, once', async () => {
    await at(other(), '/', '[data-screen="sign-in"]');
    await other().click('a[href="/recover"]');
    await other().waitForSelector('[data-screen="recover"] [name="name"]');
    await other().fill('[name="name"]', 'Jörg Öl');
    await other().keyboard.press('Enter');
    await until('it is told', async () => /mail/i.test(await other().textContent('[data-screen="recover"]')));
    const link = linkIn((await mail.mailTo('joerg@school.example')).text);
    await at(other(), link, '[data-screen="recover"] [name="password"]');
    assert.equal(new URL(other().url()).hash, '', 'the token does not stay in the address');
    await other().fill('[name="password"]', 'the new password');
    await other().keyboard.press('Enter');
    await other().waitForSelector('[data-done]');
    await at(other(), '/', '[data-screen="sign-in"]');
    await other().fill('[name="name"]', 'Jörg Öl');
    await other().fill('[name="password"]', 'the new password');
    await other().keyboard.press('Enter');
    await other().waitForSelector('cc-wall');
    await other().context().clearCookies();
    await at(other(), link, '[data-screen="recover"] [name="password"]');
    await other().fill('[name="password"]', 'one more password');
    await other().keyboard.press('Enter');
    await other().waitForSelector('[data-problem]:not([hidden])');
  });

  test('an invitation goes out from the administration page and makes an account', async () => {
    await set.classcast.api.expect(200, 'PATCH', '/settings', { 'people.sign_up': 'invitation' });
    await at(page(), '/admin/invitations', '[data-form="invitation"]');
    await page().fill('[name="email"]', 'lea@school.example');
    await page().click('[data-form="invitation"] button.primary');
    await page().waitForSelector('[data-invitation]');
    const link = linkIn((await mail.mailTo('lea@school.example')).text);
    await other().context().clearCookies();
    await at(other(), link, '[data-screen="sign-up"] [name="name"]');
    await other().fill('[name="name"]', 'Lea');
    await other().fill('[name="password"]', 'a password of Lea');
    await other().keyboard.press('Enter');
    await other().waitForSelector('cc-wall');
    const { users } = await set.classcast.api.expect(200, 'GET', '/users?q=Lea');
    assert.deepEqual([users[0].name, users[0].role], ['Lea', 'teacher']);
  });

  test('the administrator tries the mail server out', async () => {
    await at(page(), '/admin/settings', 'cc-admin-mail-trial input');
    await page().fill('cc-admin-mail-trial input', 'refused@school.example');
    await page().click('cc-admin-mail-trial button');
    await until('its refusal is told in its own words', async () =>
      /550/.test(await page().textContent('cc-admin-mail-trial')),
    );
  });
});
