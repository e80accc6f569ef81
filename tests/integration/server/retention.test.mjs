// SPDX-License-Identifier: MIT
// How long data about people is kept, and what one of them is told and can have removed.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { until } from '../../support/wait.mjs';
import { ChatPage, TestServer } from './server.mjs';

const PASSWORD = 'a long password';
const DAY_MS = 24 * 3600 * 1000;

describe('data about people', () => {
  let server;
  let admin;
  const people = {};
  before(async () => {
    server = await TestServer.start();
    admin = await server.signedIn();
    await admin.expect(201, 'POST', '/rooms', { id: 'physics', name: 'Physics', kind: 'stage' });
    for (const [name, role] of [
      ['anna', 'teacher'],
      ['ben', 'student'],
      ['gil', 'guest'],
      ['new', 'guest'],
    ]) {
      const id = server.addUser(name, role, PASSWORD);
      people[name] = { id, client: await server.signedIn(name, PASSWORD) };
      await admin.expect(204, 'PUT', `/rooms/physics/members/${id}`, { relation: 'member' });
    }
    for (const name of ['anna', 'ben']) {
      const page = await ChatPage.open(server, people[name].client);
      for (const text of [`first of ${name}`, `second of ${name}`]) {
        const send = { type: 'send', room: 'physics', client_id: crypto.randomUUID(), text };
        await page.ask(send);
      }
      page.close();
    }
  });
  after(() => server.stop());

  const texts = async () =>
    (await admin.expect(200, 'GET', '/rooms/physics/messages')).messages.map(({ text }) => text);
  const names = async () => (await admin.expect(200, 'GET', '/users')).users.map(({ name }) => name);
  const audit = async (action) => (await admin.expect(200, 'GET', `/audit?action=${action}`)).entries;
  const age = (table, days, where) =>
    server.sql(`UPDATE ${table} SET created_ms = ${Date.now() - days * DAY_MS} WHERE ${where}`);

  test('a person is told all that is kept, and it is noted', async () => {
    const data = await admin.expect(200, 'GET', `/users/${people.anna.id}/export`);
    assert.equal(data.account[0].name, 'anna');
    assert.deepEqual(
      data.messages.map(({ text }) => text),
      ['first of anna', 'second of anna'],
    );
    assert.deepEqual(data.rooms, [{ room: 'physics', relation: 'member' }]);
    assert.ok(data.audit.some(({ action }) => action === 'session.open'));
    const text = JSON.stringify(data);
    for (const secret of ['scrypt', people.anna.client.csrf, 'of ben']) {
      assert.ok(!text.includes(secret), secret);
    }
    assert.equal((await admin.call('GET', '/users/99999/export')).status, 404);
    assert.equal((await audit('user.export'))[0].detail, `user ${people.anna.id}`);
  });

  test('what is kept for ever stays, and settings count to the day', async () => {
    age('messages', 31, "text = 'first of anna'");
    age('messages', 29, "text = 'first of ben'");
    await server.restart();
    assert.equal((await texts()).length, 4);
    await admin.expect(200, 'PATCH', '/settings', { 'chat.keep_days': '30' });
    await server.restart();
    await until('the old message is gone', async () => (await texts()).length === 3);
    assert.ok(!(await texts()).includes('first of anna'));
  });

  test('accounts that nobody uses go, with their sessions; guests earlier, administrators never', async () => {
    for (const [name, days] of [
      ['ben', 40],
      ['gil', 8],
      ['new', 6],
      ['admin', 4000],
    ]) {
      const then = Date.now() - days * DAY_MS;
      server.sql(`UPDATE users SET created_ms = ${then}, seen_ms = ${then} WHERE name_key = '${name}'`);
    }
    server.sql(`UPDATE sessions SET seen_ms = 1 WHERE user_id IN (${people.ben.id}, ${people.gil.id})`);
    server.sql(`UPDATE sessions SET seen_ms = 1 WHERE user_id = ${people.new.id}`);
    const settings = { 'people.guest_keep_days': '7', 'people.keep_days': '60' };
    await admin.expect(200, 'PATCH', '/settings', settings);
    await server.restart();
    await until('the guest is gone', async () => !(await names()).includes('gil'));
    assert.deepEqual(await names(), ['admin', 'anna', 'ben', 'new']);
    assert.equal((await people.gil.client.call('GET', '/session')).status, 401);
    assert.equal((await audit('user.expire'))[0].detail, 'gil');
    await admin.expect(200, 'PATCH', '/settings', { 'people.keep_days': '30' });
    await server.restart();
    await until('the student is gone', async () => !(await names()).includes('ben'));
    assert.deepEqual(await names(), ['admin', 'anna', 'new']);
  });

  test('too short a time is refused', async () => {
    for (const [key, value] of [
      ['people.keep_days', '29'],
      ['audit.keep_days', '6'],
      ['chat.keep_days', '-1'],
    ]) {
      assert.equal((await admin.call('PATCH', '/settings', { [key]: value })).status, 400, key);
    }
  });

  test('a person can be deleted with all that they wrote', async () => {
    assert.ok((await texts()).includes('second of anna'));
    assert.equal((await admin.call('DELETE', `/users/${people.anna.id}?messages=true`)).status, 204);
    assert.deepEqual(
      (await texts()).filter((text) => text.includes('anna')),
      [],
    );
    assert.ok((await texts()).includes('second of ben'), 'whoever is deleted without keeps what they wrote');
  });
});
