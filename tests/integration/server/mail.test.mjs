// SPDX-License-Identifier: MIT
// Mail: links to a new password, invitations, what is wrong with a mail server, and settings changed by SIGHUP.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { MailServer } from '../../support/mail-server.mjs';
import { until } from '../../support/wait.mjs';
import { ScriptedRelay, TestServer } from './server.mjs';

const PASSWORD = 'a long password';
const PUBLIC = 'https://classcast.school.example:8443';
const SECRET = 'mail secret';

describe('mail', () => {
  let server;
  let admin;
  let mail;
  before(async () => {
    server = await TestServer.start();
    admin = await server.signedIn();
    mail = await MailServer.start(server.dir, 'starttls');
  });
  after(async () => {
    await mail.stop();
    await server.stop();
  });

  const write = (name, text) => {
    const file = path.join(server.dir, name);
    fs.writeFileSync(file, text);
    return file;
  };

  /** Other settings for the running server; returns what it says about them. */
  const reload = async (sections) => {
    fs.mkdirSync(path.join(server.dir, 'server.conf.d'), { recursive: true });
    const lines = ([name, keys]) => [`[${name}]`, ...Object.entries(keys).map((pair) => pair.join(' = '))];
    write('server.conf.d/mail.conf', `${Object.entries(sections).flatMap(lines).join('\n')}\n`);
    const before_ = server.program.errors.length;
    server.program.kill('SIGHUP');
    const said = () => server.program.errors.slice(before_);
    await until('it was read again', () => said().includes('were read again'));
    return said();
  };

  const settings = (changes = {}) => ({
    http: { public_url: PUBLIC },
    mail: {
      server: `127.0.0.1:${mail.port}`,
      ca_file: mail.ca,
      username: 'classcast',
      password_file: write('mail.password', `${SECRET}\n`),
      from: 'classcast@school.example',
      ...changes,
    },
  });

  const recovery = async () => (await server.client().request('GET', '/api/v1/setup')).json.recovery;
  const forgot = (name) => server.client().request('POST', '/api/v1/recovery', { json: { name } });
  const linkIn = (text) => new RegExp(`${PUBLIC}(/\\S+)#(\\S+)`).exec(text);
  const trial = (to) => admin.expect(200, 'POST', '/mail/trial', { to });

  const addPerson = (name, email) => {
    const user = server.addUser(name, 'student', PASSWORD);
    server.sql(`UPDATE users SET email = '${email}' WHERE id = ${user}`);
    return user;
  };

  test('without a mail server nobody is promised a mail', async () => {
    assert.equal(await recovery(), 'administrator');
    assert.equal((await admin.call('POST', '/mail/trial', { to: 'a@school.example' })).status, 409);
    const invitation = { role: 'student', email: 'a@school.example' };
    assert.equal((await admin.call('POST', '/invitations', invitation)).status, 409);
    assert.equal((await forgot('admin')).status, 202);
  });

  test('a reload takes the mail server, and a link to a new password arrives', async () => {
    addPerson('jörg', 'joerg@school.example');
    await reload(settings());
    assert.equal(await recovery(), 'mail');
    const known = await forgot('jörg');
    const unknown = await forgot('nobody');
    assert.deepEqual([known.status, known.text], [202, '']);
    assert.deepEqual([unknown.status, unknown.text], [202, '']);
    assert.deepEqual(Object.keys(known.headers), Object.keys(unknown.headers));
    const got = await mail.mailTo('joerg@school.example');
    assert.equal(got.tls && got.authenticated, true);
    assert.equal(got.from, 'classcast@school.example');
    assert.equal(got.headers.Subject, 'Classcast: a new password');
    assert.equal(got.headers['Auto-Submitted'], 'auto-generated');
    assert.match(got.text, /Hello jörg,/);
    const [, where, token] = linkIn(got.text);
    assert.equal(where, '/recover');
    const json = { token, password: 'my new password' };
    assert.equal((await server.client().request('PUT', '/api/v1/recovery', { json })).status, 204);
    assert.equal((await server.client().request('PUT', '/api/v1/recovery', { json })).status, 404);
    assert.equal((await server.client().signIn('jörg', 'my new password')).status, 200);
    assert.ok(!server.everythingLogged.includes(token));
  });

  test('the address does as well as the name, whatever its case, and a mailbox is not flooded', async () => {
    addPerson('kim', 'Kim@School.example');
    for (let i = 0; i < 5; ++i) {
      assert.equal((await forgot('kim@school.EXAMPLE')).status, 202);
    }
    // Mails go out in order: when this one has arrived, the others have too.
    assert.deepEqual(await trial('last@school.example'), { sent: true });
    await mail.mailTo('last@school.example');
    assert.equal(mail.mails.filter((one) => one.to.includes('Kim@School.example')).length, 3);
  });

  test('an invitation arrives and makes an account', async () => {
    await admin.expect(200, 'PATCH', '/settings', { 'school.name': 'Grüne "Schule"' });
    const made = await admin.expect(201, 'POST', '/invitations', {
      role: 'teacher',
      email: 'lea@school.example',
    });
    assert.equal(made.mailed, true);
    const got = await mail.mailTo('lea@school.example');
    assert.equal(got.headers.Subject, 'Grüne "Schule": your invitation');
    const [, where, invitation] = linkIn(got.text);
    assert.deepEqual([where, invitation], ['/sign-up', made.code]);
    await admin.expect(200, 'PATCH', '/settings', { 'people.sign_up': 'invitation' });
    const json = { name: 'Lea', password: PASSWORD, invitation };
    const answer = await server.client().request('POST', '/api/v1/account', { json });
    assert.deepEqual([answer.status, answer.json.user?.role], [201, 'teacher']);
    const bad = { role: 'teacher', email: 'two@words here' };
    assert.equal((await admin.call('POST', '/invitations', bad)).status, 400);
  });

  test('what is wrong with a mail server is said in its own words', async () => {
    assert.match((await trial('refused@school.example')).reason, /550/);
    assert.match((await trial('later@school.example')).reason, /451/);
    await reload(settings({ password_file: write('wrong.password', 'wrong\n') }));
    assert.match((await trial('a@school.example')).reason, /denied/i);
    await reload(settings({ ca_file: path.join(server.state, 'tls.crt') }));
    assert.match((await trial('a@school.example')).reason, /certificate/i);
    await reload(settings({ security: 'tls' }));
    assert.match((await trial('a@school.example')).reason, /SSL|TLS/i);
  });

  test('a mail server that says nothing holds up mail and nothing else', async () => {
    const connections = [];
    const silent = net.createServer((socket) => connections.push(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    await reload(settings({ server: `127.0.0.1:${silent.address().port}` }));
    const pending = trial('a@school.example');
    await until('it is asked', () => connections.length === 1);
    addPerson('mia', 'mia@school.example');
    assert.equal((await forgot('mia')).status, 202);
    assert.equal((await admin.expect(200, 'GET', '/users?q=mia')).users.length, 1);
    const waiting = /^classcast_mails_waiting (\d+)$/m;
    await until('two mails wait', async () => {
      const { text } = await server.client().request('GET', '/metrics');
      return waiting.exec(text)[1] === '2';
    });
    // The mail that waits goes where the settings say by then.
    await reload(settings());
    silent.close();
    connections.forEach((socket) => socket.destroy());
    assert.equal((await pending).sent, false);
    await mail.mailTo('mia@school.example');
  });

  test('settings with a mistake change nothing, and what needs a new start is named', async () => {
    assert.match(await reload(settings({ security: 'starttsl' })), /keeping the former settings.*starttls/);
    assert.equal(await recovery(), 'mail');
    const other = settings();
    other.http.listen = '127.0.0.1:1';
    assert.match(await reload(other), /\[http\] listen was changed, which counts from the next start on/);
    assert.equal(await recovery(), 'mail');
    await reload({});
    assert.equal(await recovery(), 'administrator');
  });

  test('a reload turns to another relay', async () => {
    const other = await new ScriptedRelay().start();
    other.answer = (request, response) => response.end('from the other relay');
    await reload({ relay: { url: `http://127.0.0.1:${other.port}` } });
    const answer = await server.client().request('GET', '/whep/room-1');
    assert.equal(answer.text, 'from the other relay');
    await until('it is asked for its status', () => other.statusToken !== undefined);
    await reload({});
    await other.stop();
  });

  test('no secret of the mail server shows up', () => {
    assert.ok(!server.everythingLogged.includes(SECRET));
    assert.ok(!fs.readFileSync(`/proc/${server.program.pid}/cmdline`, 'utf8').includes(SECRET));
  });
});
