// SPDX-License-Identifier: MIT
// Accounts: sign-up, recovery, one-time codes, sessions, administration, keys for scripts.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { TestServer } from './server.mjs';

const PASSWORD = 'a long password';

/** RFC 6238 by another hand. */
function totp(secret, step) {
  const bits = [...secret].map((c) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'),
  );
  const bytes = bits
    .join('')
    .match(/.{8}/g)
    .map((byte) => parseInt(byte, 2));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = crypto.createHmac('sha1', Buffer.from(bytes)).update(counter).digest();
  const offset = digest[19] & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1e6).padStart(6, '0');
}

const stepNow = () => Math.floor(Date.now() / 30_000);
const id = (answer) => answer.json?.type?.replace('urn:classcast:error:', '');

describe('people', () => {
  let server;
  let admin;
  before(async () => {
    server = await TestServer.start();
    admin = await server.signedIn();
  });
  after(() => server.stop());

  const signUp = async (body) => {
    const client = server.client();
    const answer = await client.request('POST', '/api/v1/account', { json: { password: PASSWORD, ...body } });
    if (answer.status === 201) {
      client.cookie = answer.headers['set-cookie'][0].split(';')[0];
      client.csrf = answer.json.csrf;
    }
    return { client, answer };
  };

  test('a person’s documents come back to that person only, within their limits', async () => {
    const at = '/account/documents/wall';
    const body = { version: 1, groups: [{ name: 'Grün', rooms: ['room-1'] }] };
    assert.equal((await admin.call('GET', at)).status, 404);
    assert.equal((await admin.call('PUT', at, body)).status, 204);
    assert.deepEqual((await admin.call('GET', at)).json, body);
    const { password } = await admin.expect(201, 'POST', '/users', { name: 'Doc', role: 'teacher' });
    const other = server.client();
    await other.signIn('Doc', password);
    assert.equal((await other.call('GET', at)).status, 404);
    assert.equal((await admin.call('PUT', at, { text: 'x'.repeat(50_000) })).status, 413);
    assert.equal((await admin.call('PUT', '/account/documents/NO_NAME', body)).status, 404);
    assert.equal((await admin.call('PUT', at, [1, 2])).status, 400);
    assert.deepEqual((await admin.call('GET', at)).json, body);
  });

  test('the first set-up is asked for once', async () => {
    const { json } = await server.client().request('GET', '/api/v1/setup');
    assert.deepEqual(json, {
      school: 'Classcast',
      sign_up: 'closed',
      recovery: 'administrator',
      done: false,
    });
    const body = { school: 'Grüne Schule', sign_up: 'closed' };
    assert.equal((await admin.call('POST', '/setup', { ...body, sign_up: 'maybe' })).status, 400);
    assert.equal((await admin.call('POST', '/setup', body)).status, 204);
    assert.equal((await admin.call('POST', '/setup', body)).status, 409);
    assert.equal((await server.client().request('GET', '/api/v1/setup')).json.school, 'Grüne Schule');
  });

  test('sign-up follows the setting, and an invitation brings role and rooms', async () => {
    assert.equal(id((await signUp({ name: 'early' })).answer), 'sign-up-closed');
    await admin.expect(200, 'PATCH', '/settings', { 'people.sign_up': 'invitation' });
    assert.equal(id((await signUp({ name: 'early' })).answer), 'sign-up-closed');
    await admin.makeRoom('physics');
    const { code } = await admin.expect(201, 'POST', '/invitations', { role: 'teacher', rooms: ['physics'] });
    assert.match(code, /^[A-Z2-9]{4}-[A-Z2-9]{4}$/);
    assert.equal((await signUp({ name: 'eve', invitation: 'AAAA-AAAA' })).answer.status, 404);
    const { client, answer } = await signUp({ name: 'Tom', invitation: code.toLowerCase().replace('-', '') });
    assert.equal(answer.status, 201, answer.text);
    assert.equal(answer.json.user.role, 'teacher');
    assert.deepEqual((await client.room('physics')).rights, ['see', 'watch', 'read', 'write']);
    assert.equal((await signUp({ name: 'eve', invitation: code })).answer.status, 404);
    await admin.expect(200, 'PATCH', '/settings', { 'people.sign_up': 'open' });
    assert.equal((await signUp({ name: 'Anna' })).answer.json.user.role, 'student');
    assert.equal(id((await signUp({ name: 'ANNA' })).answer), 'conflict');
    assert.equal((await signUp({ name: 'b', password: 'short' })).answer.status, 400);
    assert.ok(!server.everythingLogged.includes(code));
  });

  test('a password is changed with the old one, which ends the other sessions', async () => {
    server.addUser('carla', 'student', PASSWORD);
    const [here, there] = [
      await server.signedIn('carla', PASSWORD),
      await server.signedIn('carla', PASSWORD),
    ];
    const fresh = 'another long one';
    assert.equal(
      id(await here.call('POST', '/account/password', { old: 'wrong wrong', new: fresh })),
      'invalid-credentials',
    );
    assert.equal((await here.call('POST', '/account/password', { old: PASSWORD, new: fresh })).status, 204);
    assert.equal((await here.call('GET', '/session')).status, 200);
    assert.equal((await there.call('GET', '/session')).status, 401);
    assert.equal((await server.client().signIn('carla', PASSWORD)).status, 401);
    assert.equal((await server.client().signIn('carla', fresh)).status, 200);
  });

  test('sessions are listed and revoked', async () => {
    server.addUser('dora', 'student', PASSWORD);
    const [here, there] = [await server.signedIn('dora', PASSWORD), await server.signedIn('dora', PASSWORD)];
    const { sessions } = await here.expect(200, 'GET', '/sessions');
    assert.equal(sessions.length, 2);
    const other = sessions.find((one) => !one.current);
    assert.ok(!there.cookie.includes(other.id));
    assert.equal((await here.call('DELETE', `/sessions/${other.id}`)).status, 204);
    assert.equal((await there.call('GET', '/session')).status, 401);
    assert.equal((await here.call('DELETE', `/sessions/${other.id}`)).status, 404);
  });

  test('one-time codes are asked for, count once, and end with the password', async () => {
    server.addUser('emil', 'teacher', PASSWORD);
    const client = await server.signedIn('emil', PASSWORD);
    const { secret, uri } = await client.expect(201, 'POST', '/account/totp');
    assert.match(uri, /^otpauth:\/\/totp\/.*secret=[A-Z2-7]{32}/);
    assert.equal(id(await client.call('PUT', '/account/totp', { code: '000000' })), 'code-required');
    assert.equal((await client.call('PUT', '/account/totp', { code: totp(secret, stepNow()) })).status, 204);
    const signIn = (code) =>
      server
        .client()
        .request('POST', '/api/v1/session', { json: { name: 'emil', password: PASSWORD, code } });
    assert.equal(id(await signIn()), 'code-required');
    assert.equal(id(await signIn('123456')), 'code-required');
    const code = totp(secret, stepNow());
    assert.equal((await signIn(code)).status, 200);
    assert.equal(id(await signIn(code)), 'code-required');
    assert.equal((await client.call('DELETE', '/account/totp', { password: PASSWORD })).status, 204);
    assert.equal((await signIn()).status, 200);
    assert.ok(!server.everythingLogged.includes(secret));
  });
});

describe('people, as administrators see them', () => {
  let server;
  let admin;
  before(async () => {
    server = await TestServer.start();
    admin = await server.signedIn();
    await admin.makeRoom('physics');
  });
  after(() => server.stop());

  test('a one-time link from an administrator sets a new password once', async () => {
    const user = server.addUser('frida', 'student', PASSWORD);
    const before_ = await server.signedIn('frida', PASSWORD);
    assert.equal(
      (await server.client().request('POST', '/api/v1/recovery', { json: { name: 'frida' } })).status,
      202,
    );
    assert.equal(
      (await server.client().request('POST', '/api/v1/recovery', { json: { name: 'nobody' } })).status,
      202,
    );
    const { token, path } = await admin.expect(201, 'POST', `/users/${user}/recovery`);
    assert.equal(path, `/recover#${token}`);
    const set = (json) => server.client().request('PUT', '/api/v1/recovery', { json });
    assert.equal((await set({ token: 'wrong', password: 'my new password' })).status, 404);
    assert.equal((await set({ token, password: 'my new password' })).status, 204);
    assert.equal((await set({ token, password: 'my new password' })).status, 404);
    assert.equal((await before_.call('GET', '/session')).status, 401);
    assert.equal((await server.client().signIn('frida', 'my new password')).status, 200);
    assert.ok(!server.sql('SELECT * FROM recoveries').includes(token));
  });

  test('people are added, searched, changed and removed', async () => {
    const made = await admin.expect(201, 'POST', '/users', { name: 'Gustav Öl', role: 'assistant' });
    assert.match(made.password, /^[a-z0-9-]{23}$/);
    assert.equal((await server.client().signIn('gustav Öl', made.password)).status, 200);
    const found = await admin.expect(200, 'GET', '/users?q=gustav');
    assert.deepEqual(
      found.users.map((user) => user.name),
      ['Gustav Öl'],
    );
    const target = `/users/${made.user.id}`;
    const gustav = await server.signedIn('Gustav Öl', made.password);
    await admin.expect(200, 'PATCH', target, { role: 'principal' });
    assert.equal((await gustav.call('GET', '/session')).json.user.role, 'principal');
    assert.ok((await gustav.call('GET', '/rooms')).json.rooms.length > 0);
    await admin.expect(200, 'PATCH', target, { disabled: true });
    assert.equal((await gustav.call('GET', '/session')).status, 401);
    assert.equal((await server.client().signIn('Gustav Öl', made.password)).status, 403);
    assert.equal((await admin.call('DELETE', target)).status, 204);
    assert.equal((await admin.call('GET', target)).status, 404);
    assert.equal((await admin.call('PATCH', '/users/1', { role: 'student' })).status, 409);
    assert.equal((await admin.call('DELETE', '/users/1')).status, 409);
    const pages = [];
    for (let from = ''; from !== undefined;) {
      const page = await admin.expect(200, 'GET', `/users?limit=2&after=${encodeURIComponent(from)}`);
      pages.push(...page.users.map((user) => user.name));
      from = page.next;
    }
    assert.equal(new Set(pages).size, pages.length);
    assert.equal(pages.length, Number(server.sql('SELECT COUNT(*) FROM users')));
  });

  test('the same Idempotency-Key makes one thing', async () => {
    const headers = {
      Cookie: admin.cookie,
      Origin: server.url,
      'X-CSRF-Token': admin.csrf,
      'Idempotency-Key': 'once',
    };
    const make = (json) => admin.request('POST', '/api/v1/users', { headers, json });
    const first = await make({ name: 'Ida', role: 'student' });
    const again = await make({ name: 'Ida', role: 'student' });
    assert.equal(first.status, 201);
    assert.equal(again.text, first.text);
    assert.equal((await make({ name: 'Other', role: 'student' })).status, 409);
  });

  test('a key for scripts acts as its owner, without cookie, and not on accounts', async () => {
    const { token, id: number } = await admin.expect(201, 'POST', '/tokens', { name: 'script' });
    const reader = await admin.expect(201, 'POST', '/tokens', { name: 'reader', read_only: true });
    const ask = (key, method, target, json) =>
      server
        .client()
        .request(method, `/api/v1${target}`, { headers: { Authorization: `Bearer ${key}` }, json });
    assert.equal((await ask(token, 'GET', '/rooms')).status, 200);
    assert.equal((await ask(token, 'POST', '/rooms', { id: 'by-script', name: 'By script' })).status, 201);
    assert.equal((await ask(reader.token, 'DELETE', '/rooms/by-script')).status, 403);
    assert.equal((await ask(token, 'GET', '/tokens')).status, 403);
    assert.equal((await ask(token, 'GET', '/account')).status, 403);
    assert.equal((await ask('cct_wrong', 'GET', '/rooms')).status, 401);
    assert.equal((await ask(token, 'GET', '/rooms')).headers['set-cookie'], undefined);
    await server.restart();
    assert.equal((await ask(token, 'GET', '/rooms')).status, 200);
    assert.equal((await admin.call('DELETE', `/tokens/${number}`)).status, 204);
    assert.equal((await ask(token, 'GET', '/rooms')).status, 401);
    assert.ok(!server.sql('SELECT * FROM api_tokens').includes(token));
    assert.ok(!server.everythingLogged.includes(token));
  });

  test('the audit log tells who did what, filtered and as a file', async () => {
    const { entries } = await admin.expect(200, 'GET', '/audit?action=user.');
    assert.ok(entries.length > 2 && entries.every((entry) => entry.action.startsWith('user.')));
    assert.ok(entries.every((entry) => entry.actor === 'admin' && entry.address === '127.0.0.1'));
    const page = await admin.expect(200, 'GET', '/audit?limit=1');
    const next = await admin.expect(200, 'GET', `/audit?limit=1&after=${page.next}`);
    assert.ok(next.entries[0].id < page.entries[0].id);
    const csv = await admin.call('GET', '/audit/export?format=csv');
    assert.match(csv.text, /^id,time,actor,action,room,detail,address\r\n/);
    assert.match(csv.headers['content-disposition'], /audit\.csv/);
    assert.ok(!csv.text.includes(server.password));
    // Every filter, alone and with the others, and the same for the file.
    const found = async (query) => (await admin.expect(200, 'GET', `/audit?${query}`)).entries;
    const [row] = await found('action=room.create&room=physics');
    assert.equal(row.room, 'physics');
    assert.deepEqual(await found(`action=room.create&room=physics&actor=nobody`), []);
    assert.deepEqual(await found(`room=physics&to_ms=${row.at_ms - 1}`), []);
    const same = `actor=admin&action=room.create&room=physics&from_ms=${row.at_ms}&to_ms=${row.at_ms}`;
    assert.deepEqual(await found(same), [row]);
    const file = await admin.expect(200, 'GET', `/audit/export?format=json&${same}`);
    assert.deepEqual(file.entries, [row]);
    assert.equal((await admin.call('GET', '/audit?from_ms=yesterday')).status, 400);
  });
});
