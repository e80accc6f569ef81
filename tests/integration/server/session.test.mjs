// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { until } from '../../support/wait.mjs';
import { ON_POSTGRES, TestServer } from './server.mjs';

const ERROR = 'urn:classcast:error:';

describe('signing in', () => {
  let server;
  before(async () => (server = await TestServer.start()));
  after(() => server.stop());

  test('the first start prints the administrator once and makes private files', () => {
    assert.match(server.program.output, /^First administrator: name "admin", password "[a-z0-9-]{23}"\n$/);
    const modes = {
      '.': 0o700,
      'tls.key': 0o600,
      'token.key': 0o600,
      'token.pub': 0o644,
      ...(ON_POSTGRES ? {} : { 'server.db': 0o600 }),
    };
    for (const [name, mode] of Object.entries(modes)) {
      assert.equal(fs.statSync(path.join(server.state, name)).mode & 0o777, mode, name);
    }
  });

  test('a stranger is told to sign in', async () => {
    const answer = await server.client().request('GET', '/api/v1/session');
    assert.equal(answer.status, 401);
    assert.equal(answer.json.type, `${ERROR}unauthenticated`);
    assert.equal(answer.headers['content-type'], 'application/problem+json');
  });

  test('the right password opens a session with a guarded cookie', async () => {
    const client = server.client();
    const answer = await client.signIn('Admin', server.password);
    assert.equal(answer.status, 200);
    assert.deepEqual(answer.json.user, { id: 1, name: 'admin', role: 'admin' });
    const [cookie] = answer.headers['set-cookie'];
    assert.match(cookie, /^__Host-classcast=[0-9a-f]{64}; /);
    for (const flag of ['Path=/', 'Secure', 'HttpOnly', 'SameSite=Strict']) {
      assert.ok(cookie.includes(flag), `${flag} in ${cookie}`);
    }
    const who = await client.call('GET', '/session');
    assert.deepEqual(who.json, answer.json);
  });

  test('a wrong name and a wrong password are told alike', async () => {
    const wrongs = [
      await server.client().signIn('admin', 'wrong'),
      await server.client().signIn('nobody', 'wrong'),
    ];
    for (const answer of wrongs) {
      assert.equal(answer.status, 401);
      assert.equal(answer.json.type, `${ERROR}invalid-credentials`);
      assert.equal(answer.headers['set-cookie'], undefined);
    }
    assert.equal(wrongs[0].text, wrongs[1].text);
  });

  test('a body that is no sign-in is refused', async () => {
    const client = server.client();
    const post = (options) => client.request('POST', '/api/v1/session', options);
    assert.equal((await post({ json: { name: 'admin' } })).status, 400);
    assert.equal((await post({ json: { name: 1, password: [] } })).status, 400);
    assert.equal((await post({ body: '{}' })).status, 415);
    const garbage = { 'Content-Type': 'application/json' };
    assert.equal((await post({ body: '{"name":', headers: garbage })).status, 400);
    assert.equal((await post({ body: '\xff', headers: garbage })).status, 400);
    assert.equal((await post({ json: { name: 'x'.repeat(1e4), password: 'y' } })).status, 401);
  });

  test('signing out ends the session at once', async () => {
    const client = await server.signedIn();
    const answer = await client.call('DELETE', '/session');
    assert.equal(answer.status, 204);
    assert.match(answer.headers['set-cookie'][0], /__Host-classcast=;.*Max-Age=0/);
    assert.equal((await client.call('GET', '/session')).status, 401);
  });

  test('sessions survive a restart and a crash, but not in clear in the database', async () => {
    const client = await server.signedIn();
    for (const signal of ['SIGTERM', 'SIGKILL']) {
      await server.restart(signal);
      assert.equal((await client.call('GET', '/session')).status, 200, signal);
    }
    const token = client.cookie.split('=')[1];
    assert.ok(!server.sql('SELECT * FROM sessions').includes(token));
  });

  test('passwords, cookies and CSRF tokens stand in no log', async () => {
    const client = await server.signedIn();
    await server.client().signIn('admin', 'a wrong password');
    assert.ok(server.everythingLogged.includes('signed in'));
    for (const secret of [server.password, 'a wrong password', client.cookie.split('=')[1], client.csrf]) {
      assert.ok(!server.everythingLogged.includes(secret));
    }
  });
});

describe('guarding changes', () => {
  let server;
  let admin;
  before(async () => {
    server = await TestServer.start();
    admin = await server.signedIn();
  });
  after(() => server.stop());

  const change = (headers) =>
    admin.request('POST', '/api/v1/rooms', { headers, json: { id: 'room-1', name: 'Room 1' } });

  test('without the CSRF token nothing changes', async () => {
    for (const token of [undefined, '', 'x'.repeat(32)]) {
      const headers = { Cookie: admin.cookie, Origin: server.url };
      const answer = await change(token === undefined ? headers : { ...headers, 'X-CSRF-Token': token });
      assert.equal(answer.status, 403);
      assert.equal(answer.json.type, `${ERROR}forbidden`);
    }
    assert.deepEqual((await admin.call('GET', '/rooms')).json.rooms, []);
  });

  test('from another site nothing changes, not even with the token', async () => {
    for (const origin of ['https://evil.example', 'null', server.url.replace('https', 'http')]) {
      const headers = { Cookie: admin.cookie, Origin: origin, 'X-CSRF-Token': admin.csrf };
      assert.equal((await change(headers)).status, 403, origin);
    }
    const foreign = { Origin: 'https://evil.example' };
    const json = { name: 'admin', password: server.password };
    const answer = await admin.request('POST', '/api/v1/session', { headers: foreign, json });
    assert.equal(answer.status, 403);
  });

  test('a session of another role sees nothing of a room that is not theirs', async () => {
    await change({ Cookie: admin.cookie, Origin: server.url, 'X-CSRF-Token': admin.csrf });
    for (const role of ['teacher', 'assistant', 'student', 'guest']) {
      server.addUser(role, role, 'a long password');
      const person = await server.signedIn(role, 'a long password');
      assert.deepEqual((await person.call('GET', '/rooms')).json.rooms, [], role);
      assert.equal((await person.call('POST', '/rooms', { id: 'room-9', name: 'Room 9' })).status, 403);
      assert.equal((await person.call('DELETE', '/rooms/room-1')).status, 404, role);
      assert.equal((await person.call('POST', '/rooms/room-1/device')).status, 404, role);
    }
  });
});

describe('throttling', () => {
  let server;
  before(async () => (server = await TestServer.start()));
  after(() => server.stop());

  /** From now on the server believes these. */
  const trust = async (proxies) => {
    fs.mkdirSync(path.join(server.dir, 'server.conf.d'), { recursive: true });
    const file = path.join(server.dir, 'server.conf.d/proxy.conf');
    fs.writeFileSync(file, `[http]\ntrusted_proxies = ${proxies}\n`);
    const before_ = server.program.errors.length;
    server.program.kill('SIGHUP');
    await until('it was read again', () => server.program.errors.slice(before_).includes('were read again'));
  };
  const signInFrom = (address, name, password) =>
    server.client().request('POST', '/api/v1/session', {
      headers: { 'X-Forwarded-For': address },
      json: { name, password },
    });

  test('a guesser is held back and told for how long', async () => {
    const statuses = new Set();
    let last;
    for (let i = 0; i < 12; ++i) {
      last = await server.client().signIn('admin', `guess-${i}`);
      statuses.add(last.status);
    }
    assert.deepEqual([...statuses], [401, 429]);
    assert.equal(last.json.type, `${ERROR}too-many-requests`);
    assert.ok(Number(last.headers['retry-after']) >= 1);
    // Even the right password waits; otherwise guessing would tell.
    assert.equal((await server.client().signIn('admin', server.password)).status, 429);
  });

  test('whoever mistypes holds up nobody else at that address, and whoever guesses no account', async () => {
    server.addUser('ben', 'student', 'a long password');
    assert.equal((await server.client().signIn('ben', 'a long password')).status, 200);
    await trust('127.0.0.1');
    assert.equal((await signInFrom('203.0.113.9', 'admin', server.password)).status, 200);
  });

  test('only a trusted proxy says whose request it is', async () => {
    const shown = async (forwarded) => {
      const client = server.client();
      const headers = { 'X-Forwarded-For': forwarded };
      const json = { name: 'ben', password: 'a long password' };
      const answer = await client.request('POST', '/api/v1/session', { headers, json });
      const cookie = answer.headers['set-cookie'][0].split(';')[0];
      const list = await client.request('GET', '/api/v1/sessions', { headers: { Cookie: cookie } });
      return list.json.sessions.find(({ current }) => current).address;
    };
    await trust('127.0.0.1, 10.0.0.0/8');
    assert.equal(await shown('203.0.113.9'), '203.0.113.9');
    assert.equal(await shown('6.6.6.6, 203.0.113.9, 10.1.2.3'), '203.0.113.9');
    assert.equal(await shown('<script>'), '127.0.0.1');
    await trust('192.0.2.1');
    assert.equal(await shown('203.0.113.9'), '127.0.0.1');
    assert.match(server.sql("SELECT address FROM audit_log WHERE action = 'session.open'"), /203\.0\.113\.9/);
  });

  test('figures are for this machine, not for whom a proxy on it brings', async () => {
    const metrics = (headers) => server.client().request('GET', '/metrics', { headers });
    assert.equal((await metrics({})).status, 200);
    for (const name of ['X-Forwarded-For', 'Forwarded']) {
      assert.equal((await metrics({ [name]: 'for=127.0.0.1' })).status, 403, name);
    }
  });

  test('signing in rightly is not held back', async () => {
    server.addUser('anna', 'teacher', 'a long password');
    for (let i = 0; i < 7; ++i) {
      assert.equal((await server.client().signIn('anna', 'a long password')).status, 200);
    }
  });
});
