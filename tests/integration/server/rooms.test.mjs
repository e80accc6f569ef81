// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { TestServer } from './server.mjs';

describe('rooms', () => {
  let server;
  let admin;
  before(async () => {
    server = await TestServer.start();
    admin = await server.signedIn();
  });
  after(() => server.stop());

  test('are made, listed by id, and removed', async () => {
    const made = await admin.call('POST', '/rooms', { id: 'room-102', name: 'Physik „Süd“ <b>' });
    assert.equal(made.status, 201);
    assert.equal(made.json.name, 'Physik „Süd“ <b>');
    assert.equal(made.json.state, 'offline');
    await admin.call('POST', '/rooms', { id: 'room-101', name: 'Room 101' });
    const { rooms } = (await admin.call('GET', '/rooms')).json;
    assert.deepEqual(
      rooms.map((room) => room.id),
      ['room-101', 'room-102'],
    );
    assert.equal((await admin.call('DELETE', '/rooms/room-101')).status, 204);
    assert.equal((await admin.call('DELETE', '/rooms/room-101')).status, 404);
    assert.equal(await admin.room('room-101'), undefined);
  });

  test('an id is taken once', async () => {
    const again = await admin.call('POST', '/rooms', { id: 'room-102', name: 'Another' });
    assert.equal(again.status, 409);
    assert.equal(again.json.type, 'urn:classcast:error:conflict');
  });

  test('a bad id or name is refused with the reason', async () => {
    const bad = [
      { id: 'Room', name: 'x' },
      { id: '-room', name: 'x' },
      { id: 'a'.repeat(64), name: 'x' },
      { id: '../etc', name: 'x' },
      { id: 'ok', name: '' },
      { id: 'ok', name: 'a\nb' },
      { id: 'ok', name: 'x'.repeat(101) },
      { id: 'ok' },
      { id: 5, name: 'x' },
      {},
    ];
    for (const room of bad) {
      const answer = await admin.call('POST', '/rooms', room);
      assert.equal(answer.status, 400, JSON.stringify(room));
      assert.ok(answer.json.detail.length > 0);
    }
  });

  test('survive a restart', async () => {
    await server.restart();
    assert.equal((await admin.room('room-102')).name, 'Physik „Süd“ <b>');
  });

  test('a credential is shown once and kept only as a hash', async () => {
    const { status, json } = await admin.call('POST', '/rooms/room-102/device');
    assert.equal(status, 201);
    assert.match(json.credential, /^[0-9a-f]{64}$/);
    const devices = server.sql('SELECT * FROM devices');
    assert.ok(!devices.includes(json.credential));
    assert.ok(devices.includes(crypto.createHash('sha256').update(json.credential).digest('hex')));
    assert.ok(!server.everythingLogged.includes(json.credential));
    assert.equal((await admin.call('POST', '/rooms/nowhere/device')).status, 404);
  });

  test('a ticket to watch is signed for this person, this room and ten minutes', async () => {
    const { status, json } = await admin.call('POST', '/rooms/room-102/watch');
    assert.equal(status, 200);
    assert.equal(json.url, '/whep/room-102');
    const [head, claims, signature] = json.token.split('.');
    const decoded = JSON.parse(Buffer.from(claims, 'base64url'));
    assert.match(decoded.sub, /^user:1\/[0-9a-f]{12}$/);
    assert.deepEqual({ room: decoded.room, can: decoded.can }, { room: 'room-102', can: 'watch' });
    assert.equal(decoded.exp, json.expires);
    const life = json.expires - Date.now() / 1000;
    assert.ok(life > 590 && life <= 600);
    const key = crypto.createPublicKey(fs.readFileSync(path.join(server.state, 'token.pub')));
    const signed = Buffer.from(`${head}.${claims}`);
    assert.ok(crypto.verify(null, signed, key, Buffer.from(signature, 'base64url')));
    assert.equal((await admin.call('POST', '/rooms/nowhere/watch')).status, 404);
    assert.ok(!server.everythingLogged.includes(json.token));
  });
});
