// SPDX-License-Identifier: MIT
// Enrolment, stills and commands of classroom PCs.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { HELLO, TestServer, heartbeat } from './server.mjs';

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9]);

describe('classroom PCs', () => {
  let server;
  let admin;
  before(async () => {
    server = await TestServer.start();
    admin = await server.signedIn();
    await admin.makeRoom('room-1', 'Room 1');
    await admin.makeRoom('room-2', 'Room 2');
  });
  after(() => server.stop());

  const enrol = (json) => server.client().request('POST', '/api/v1/enrolments', { json });
  const connected = async (credential) => {
    const channel = await server.agent(credential).open();
    channel.send(HELLO);
    await channel.expect('welcome', (message) => message.type === 'welcome');
    return channel;
  };

  test('a code sets up one PC once, and its credential works', async () => {
    const { code, expires } = await admin.expect(201, 'POST', '/rooms/room-1/enrolment');
    assert.match(code, /^[A-Z2-9]{4}-[A-Z2-9]{4}$/);
    assert.ok(Math.abs(expires - Date.now() / 1000 - 24 * 3600) < 60);
    assert.equal((await enrol({ code: 'AAAA-2222', host: 'pc' })).status, 404);
    const answer = await enrol({ code: ` ${code.toLowerCase()} `, host: 'pc-101' });
    assert.equal(answer.status, 201, answer.text);
    assert.deepEqual([answer.json.room, answer.json.name], ['room-1', 'Room 1']);
    assert.equal((await enrol({ code, host: 'pc-101' })).status, 404);
    const channel = await connected(answer.json.credential);
    const device = await admin.expect(200, 'GET', '/rooms/room-1/device');
    assert.deepEqual([device.connected, device.host, device.software], [true, 'pc-1', 'scripted 1.0']);
    for (const secret of [code, answer.json.credential]) {
      assert.ok(!server.everythingLogged.includes(secret));
    }
    channel.close();
  });

  test('a token sets up the PCs of an image, by table or by host name', async () => {
    const rooms = { 'PC-A': 'room-1' };
    const { token, id } = await admin.expect(201, 'POST', '/enrolment-tokens', { uses: 2, rooms });
    assert.equal((await enrol({ token, host: 'stranger' })).status, 404);
    assert.equal((await enrol({ token, host: 'pc-a' })).json.room, 'room-1');
    assert.equal((await enrol({ token, host: 'room-2' })).json.room, 'room-2');
    assert.equal((await enrol({ token, host: 'room-2' })).status, 404);
    assert.equal(
      (await admin.call('POST', '/enrolment-tokens', { uses: 1, rooms: { x: 'nowhere' } })).status,
      404,
    );
    const more = await admin.expect(201, 'POST', '/enrolment-tokens', { uses: 5 });
    assert.deepEqual(
      (await admin.expect(200, 'GET', '/enrolment-tokens')).tokens.map((one) => one.id),
      [more.id],
    );
    assert.equal((await admin.call('DELETE', `/enrolment-tokens/${more.id}`)).status, 204);
    assert.equal((await enrol({ token: more.token, host: 'room-2' })).status, 404);
    assert.ok(id > 0 && !server.sql('SELECT * FROM enrolments').includes(token));
  });

  test('a still is kept, served with its ETag, and told by still_ms', async () => {
    const { credential } = await admin.expect(201, 'POST', '/rooms/room-1/device');
    assert.equal((await admin.call('GET', '/rooms/room-1/still')).status, 404);
    const channel = await connected(credential);
    const events = await server.events(admin).open();
    channel.socket.send(JPEG);
    const told = await events.expect('still', (message) => message.type === 'room' && message.room.still_ms);
    assert.ok(Math.abs(told.room.still_ms - Date.now()) < 5000);
    const still = await admin.call('GET', '/rooms/room-1/still');
    assert.deepEqual([still.status, still.headers['content-type']], [200, 'image/jpeg']);
    const headers = { Cookie: admin.cookie, 'If-None-Match': still.headers.etag };
    const known = await admin.request('GET', '/api/v1/rooms/room-1/still', { headers });
    assert.equal(known.status, 304);
    channel.socket.send(Buffer.from('no picture'));
    channel.send(heartbeat());
    assert.equal((await admin.call('GET', '/rooms/room-1/still')).headers.etag, still.headers.etag);
    events.close();
    channel.close();
  });

  test('a command is run and its result comes back', async () => {
    const { credential } = await admin.expect(201, 'POST', '/rooms/room-1/device');
    const run = (command) => admin.call('POST', '/rooms/room-1/device/commands', { command });
    assert.equal((await run('doctor')).status, 409);
    const channel = await connected(credential);
    assert.equal((await run('rm -rf')).status, 400);
    const waiting = run('doctor');
    const command = await channel.expect('command', (message) => message.type === 'command');
    assert.equal(command.command, 'doctor');
    channel.send({ type: 'result', id: 'another', ok: true, text: 'invented' });
    channel.send({ type: 'result', id: command.id, ok: true, text: 'Fine.', data: { checks: [1, 'two'] } });
    assert.deepEqual((await waiting).json, { ok: true, text: 'Fine.', data: { checks: [1, 'two'] } });
    const cut = run('restart');
    await channel.expect('restart', (message) => message.command === 'restart');
    channel.close();
    assert.equal((await cut).status, 503);
  });

  test('what a heartbeat adds is shown, and a credential can be revoked', async () => {
    const { credential } = await admin.expect(201, 'POST', '/rooms/room-2/device');
    const channel = await connected(credential);
    channel.send({ ...heartbeat({ uplink: { state: 'paused', rtt_ms: 3 } }), host: { cpu_percent: 12.5 } });
    channel.send({ type: 'result', id: 'x', ok: true, text: '' });
    const device = await admin.expect(200, 'GET', '/rooms/room-2/device');
    assert.deepEqual([device.uplink.state, device.resources], ['paused', { cpu_percent: 12.5 }]);
    assert.equal((await admin.expect(200, 'GET', '/devices')).devices.length, 2);
    assert.equal((await admin.call('DELETE', '/rooms/room-2/device')).status, 204);
    assert.equal(await channel.ended, 4401);
    assert.equal((await admin.call('GET', '/rooms/room-2/device')).status, 404);
  });

  test('guessing codes is throttled', async () => {
    const statuses = [];
    for (let i = 0; i < 40 && statuses.at(-1) !== 429; ++i) {
      statuses.push((await enrol({ code: 'AAAA-2222', host: 'pc' })).status);
    }
    assert.equal(statuses.at(-1), 429);
  });
});
