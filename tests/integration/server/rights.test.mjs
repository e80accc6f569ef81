// SPDX-License-Identifier: MIT
// Every route × every kind of person × own and other room: nothing is reachable that this table does not allow.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BIN } from '../../support/classcast.mjs';
import { openapi, operations } from '../../support/openapi.mjs';
import { eachOf } from '../../support/wait.mjs';
import { TestServer } from './server.mjs';

const PASSWORD = 'a long password';
const MEMBER = ['see', 'watch', 'read', 'write'];
const MODERATOR = [...MEMBER, 'moderate', 'publish', 'diary'];
const OWNER = [...MODERATOR, 'record', 'edit', 'own'];
const OVERSEER = [...MEMBER, 'moderate', 'record', 'diary'];
const ALL = [...OWNER, 'device'];

/** Who they are, what they are to the room "own", what they may do there and in the room "other". */
const PEOPLE = {
  admin: {
    role: 'admin',
    own: ALL,
    other: ALL,
    access: ['signed-in', 'person', 'teaching', 'overseeing', 'admin'],
  },
  principal: {
    role: 'principal',
    own: OVERSEER,
    other: OVERSEER,
    access: ['signed-in', 'person', 'teaching', 'overseeing'],
  },
  owner: { role: 'teacher', relation: 'owner', own: OWNER, access: ['signed-in', 'person', 'teaching'] },
  moderator: {
    role: 'teacher',
    relation: 'moderator',
    own: MODERATOR,
    access: ['signed-in', 'person', 'teaching'],
  },
  teacher: { role: 'teacher', relation: 'member', own: MEMBER, access: ['signed-in', 'person', 'teaching'] },
  assistant: { role: 'assistant', relation: 'moderator', own: MODERATOR, access: ['signed-in', 'person'] },
  aide: { role: 'assistant', relation: 'member', own: MEMBER, access: ['signed-in', 'person'] },
  student: { role: 'student', relation: 'member', own: MEMBER, access: ['signed-in', 'person'] },
  promoted: { role: 'student', relation: 'moderator', own: MEMBER, access: ['signed-in', 'person'] },
  guest: {
    role: 'guest',
    relation: 'member',
    own: ['see', 'watch', 'read'],
    access: ['signed-in', 'person'],
  },
  outsider: { role: 'teacher', own: [], access: ['signed-in', 'person', 'teaching'] },
  pupil: { role: 'student', own: [], access: ['signed-in', 'person'] },
  stranger: { own: [], access: [] },
};

describe('rights', () => {
  let server;
  let admin;
  const clients = {};
  before(async () => {
    server = await TestServer.start();
    admin = await server.signedIn();
    for (const id of ['own', 'other']) {
      await admin.expect(201, 'POST', '/rooms', { id, name: `Room ${id}`, kind: 'stage' });
    }
    clients.admin = admin;
    clients.stranger = server.client();
    for (const [name, { role, relation }] of Object.entries(PEOPLE)) {
      if (clients[name]) {
        continue;
      }
      const user = server.addUser(name, role, PASSWORD);
      clients[name] = await server.signedIn(name, PASSWORD);
      if (relation === 'owner') {
        await admin.expect(200, 'PATCH', '/rooms/own', { owner_id: user });
      } else if (relation) {
        await admin.expect(204, 'PUT', `/rooms/own/members/${user}`, { relation });
      }
    }
  });
  after(() => server.stop());

  test('the document has exactly the routes that the server has, with the same access', () => {
    const printed = execFileSync(
      path.join(BIN, 'classcast-server'),
      ['--config', server.config(), '--routes'],
      { encoding: 'utf8' },
    );
    const served = printed
      .trim()
      .split('\n')
      .filter((line) => line.includes(' /api/v1/'));
    const documented = operations.map(({ method, path: at, access }) => `${method} /api/v1${at} ${access}`);
    assert.deepEqual(documented.sort(), served.sort());
  });

  test('the server serves the document', async () => {
    const { json } = await server.client().request('GET', '/api/v1/openapi.json');
    assert.deepEqual(json, openapi);
  });

  /** Gone through the gate: whatever the handler then says of the body or of what it names. */
  const denied = ({ status, json }) =>
    status === 401 || status === 403 || (status === 404 && json?.detail === 'There is no such room.');

  /** A request that harms nothing when it is let in: its body is refused, or it names what is not there. */
  const attempt = (client, { method, path: at, body }, room) => {
    const target = at
      .replace('{room}', room)
      .replace('{session}', 'abcdef')
      .replace(/\{\w+\}/, '999999');
    return client.call(method, target, body ? { nothing: 'of use' } : undefined);
  };
  // They end what the others need, or answer 401 and 403 for reasons of their own.
  const APART = [
    'DELETE /session',
    'DELETE /rooms/{room}',
    'POST /session',
    'POST /account',
    'DELETE /account/totp',
  ];
  const apart = ({ method, path: at }) => APART.includes(`${method} ${at}`);

  const may = (who, { access }, room) => {
    if (access === 'open' || access === 'foreign') {
      return true;
    }
    const right = /^room:(.*)$/.exec(access)?.[1];
    return right ? (PEOPLE[who][room] ?? []).includes(right) : PEOPLE[who].access.includes(access);
  };

  test('every route lets in whom the table lets in, and nobody else', async () => {
    const cells = operations
      .filter((operation) => !apart(operation))
      .flatMap((operation) =>
        Object.keys(PEOPLE).flatMap((who) =>
          (operation.path.includes('{room}') ? ['own', 'other'] : ['own']).map((room) => ({
            operation,
            who,
            room,
          })),
        ),
      );
    const wrong = [];
    await eachOf(cells, 4, async ({ operation, who, room }) => {
      const answer = await attempt(clients[who], operation, room);
      const allowed = may(who, operation, room);
      if (denied(answer) === allowed || answer.status >= 500) {
        wrong.push(
          `${who} ${operation.method} ${operation.path} in ${room}: ${answer.status}, allowed: ${allowed}`,
        );
      }
    });
    assert.deepEqual(wrong, []);
    assert.ok(cells.length > 800, `${cells.length} cells`);
  });

  test('only owner and administrator delete a room', async () => {
    for (const who of Object.keys(PEOPLE)) {
      const id = `room-${who}`;
      await admin.expect(201, 'POST', '/rooms', { id, name: id });
      const { status } = await clients[who].call('DELETE', '/rooms/own-not');
      assert.equal(status, who === 'stranger' ? 401 : 404);
      if (who !== 'owner' && who !== 'admin') {
        const answer = await clients[who].call('DELETE', '/rooms/own');
        assert.ok(denied(answer), who);
      }
    }
    assert.equal((await clients.owner.call('GET', '/rooms/own')).status, 200);
  });

  test('a room that one may not see is answered like one that does not exist', async () => {
    const routes = operations.filter(({ path: at }) => at.includes('{room}'));
    for (const operation of routes) {
      const [hidden, missing] = [
        await attempt(clients.pupil, operation, 'other'),
        await attempt(clients.pupil, operation, 'no-such'),
      ];
      const what = `${operation.method} ${operation.path}`;
      assert.equal(hidden.status, 404, what);
      assert.equal(hidden.text, missing.text, what);
      const names = (answer) => Object.keys(answer.headers).sort();
      assert.deepEqual(names(hidden), names(missing), what);
    }
  });

  test('nor do pictures, recordings, searches and pages tell of it', async () => {
    const row = (id, room) =>
      server.sql(
        `INSERT INTO recordings (id, room_id, title, state, by_name, client_id, from_ms, until_ms, path)
         VALUES ('${id}', '${room}', 'Secret lesson', 'ready', 'admin', '', 1, 2, 'x.mp4')`,
      );
    row('r-00000000000000aa', 'other');
    assert.equal((await admin.call('GET', '/recordings/r-00000000000000aa')).status, 200);
    const same = async (method, hidden, missing, options = {}) => {
      const headers = {
        Cookie: clients.pupil.cookie,
        Origin: server.url,
        'X-CSRF-Token': clients.pupil.csrf,
      };
      const ask = (target) => clients.pupil.request(method, target, { headers, ...options });
      const [one, two] = [await ask(hidden), await ask(missing)];
      assert.equal(one.status, two.status, hidden);
      assert.equal(one.text, two.text, hidden);
      assert.deepEqual(Object.keys(one.headers).sort(), Object.keys(two.headers).sort(), hidden);
      return one;
    };
    for (const file of ['index.m3u8', 'init.mp4', 's1.mp4', 'x', '%2e%2e']) {
      await same('GET', `/hls/other/${file}`, `/hls/no-such/${file}`);
    }
    for (const at of ['/whep/', '/whip/']) {
      await same('POST', `${at}other`, `${at}no-such`, { body: 'v=0' });
      await same('DELETE', `${at}other/session`, `${at}no-such/session`);
    }
    await same('GET', '/rooms/other', '/rooms/no-such');
    await same('GET', '/api/v1/recordings?room=other', '/api/v1/recordings?room=no-such');
    await same('GET', '/api/v1/recordings?q=Secret', '/api/v1/recordings?q=nowhere');
    await same('GET', '/api/v1/rooms?q=other', '/api/v1/rooms?q=no-such');
    for (const part of ['', '/file', '/thumbnail']) {
      const at = '/api/v1/recordings/r-00000000000000';
      await same('GET', `${at}aa${part}`, `${at}bb${part}`);
    }
    server.sql("DELETE FROM recordings WHERE id = 'r-00000000000000aa'");
  });

  test('its state, chat and end are told to nobody else', async () => {
    const channel = await server.events(clients.pupil).open();
    await channel.expect('rooms', (message) => message.type === 'rooms');
    await admin.expect(201, 'POST', '/rooms/other/messages', { client_id: 'x1', text: 'secret' });
    await admin.expect(200, 'PATCH', '/rooms/other', { name: 'Changed' });
    await admin.expect(204, 'DELETE', '/rooms/other');
    await channel.expect('a tick', (message) => message.type === 'tick', 6000);
    const kinds = new Set(channel.messages.map((message) => message.type));
    assert.deepEqual([...kinds].sort(), ['rooms', 'tick']);
    assert.deepEqual(channel.messages[0].rooms, []);
    channel.close();
  });
});
