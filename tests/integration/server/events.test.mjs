// SPDX-License-Identifier: MIT
// The browsers' event channel.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { until } from '../../support/wait.mjs';
import { HELLO, TestServer, heartbeat } from './server.mjs';

const SESSION_ENDED = 4401;
const GOING_AWAY = 1001;
const POLICY = 1008;

describe('events', () => {
  let server;
  let admin;
  before(async () => {
    server = await TestServer.start();
    admin = await server.signedIn();
    await admin.makeRoom('room-1', 'Room 1');
  });
  after(() => server.stop());

  const rooms = (message) => message.type === 'rooms';
  const listening = async (client = admin) => {
    const channel = await server.events(client).open();
    await channel.expect('the rooms', rooms);
    return channel;
  };

  test('the whole truth comes first', async () => {
    const channel = await listening();
    const [first] = channel.messages;
    assert.equal(first.type, 'rooms');
    assert.ok(Math.abs(first.now_ms - Date.now()) < 5000);
    assert.deepEqual(
      first.rooms.map((room) => room.id),
      ['room-1'],
    );
    channel.close();
  });

  test('changes come at once: a new room, its state, its end', async () => {
    const channel = await listening();
    const of = (id, fits) => (message) =>
      message.type === 'room' && message.room.id === id && fits(message.room);
    const credential = await admin.makeRoom('room-2', 'Room 2');
    await channel.expect(
      'the new room',
      of('room-2', (room) => room.name === 'Room 2'),
    );
    server.relay.publish('room-2');
    await channel.expect(
      'it is live',
      of('room-2', (room) => room.state === 'live'),
      3000,
    );
    server.relay.publish('room-2', 5);
    await channel.expect(
      'its viewers',
      of('room-2', (room) => room.viewers === 5),
      3000,
    );
    const pc = await server.agent(credential).open();
    pc.send(HELLO);
    pc.send(heartbeat({ microphone: { level_dbfs: -7.5 } }));
    await channel.expect(
      'its level',
      of('room-2', (room) => room.level_dbfs === -7.5),
    );
    await admin.call('DELETE', '/rooms/room-2');
    await channel.expect('its end', (message) => message.type === 'removed' && message.id === 'room-2');
    pc.close();
    channel.close();
  });

  test('measurements alone come at most every 2 s', async () => {
    await admin.makeRoom('room-3');
    server.relay.publish('room-3');
    await until('room-3 is live', async () => (await admin.room('room-3')).state === 'live');
    const channel = await listening();
    const count = () => channel.messages.filter((message) => message.room?.id === 'room-3').length;
    await channel.expect('a tick', (message) => message.type === 'tick', 6000);
    await channel.expect('a measurement', (message) => message.room?.id === 'room-3', 4000);
    assert.ok(count() >= 1 && count() <= 4, `${count()} in about 5 s`);
    await admin.call('DELETE', '/rooms/room-3');
    channel.close();
  });

  test('a stranger and another site get no channel', async () => {
    assert.equal(await server.events(undefined).refusedWith(), 401);
    assert.equal(await server.events(admin, { Origin: 'https://evil.example' }).refusedWith(), 403);
    assert.equal(await server.events(admin, { Origin: '' }).refusedWith(), 403);
    const forged = { cookie: `__Host-classcast=${'0'.repeat(64)}` };
    assert.equal(await server.events(forged).refusedWith(), 401);
  });

  test('what cannot be understood is refused by a stable id and harms nobody', async () => {
    const [channel, other] = [await listening(), await listening()];
    const refusals = [
      [{ type: 'hello', room: 'room-1', ref: 'a' }, 'unknown-type'],
      [{ type: 'send', room: 'room-1', ref: 'b' }, 'bad-request'],
      [{ type: 'subscribe', room: 'nowhere', ref: 'c' }, 'not-found'],
      [{ type: 'subscribe', ref: 'd' }, 'bad-request'],
      [{ type: 'typing', room: 'room-1', ref: 'e' }, 'not-subscribed'],
      [{ type: 'subscribe', room: 'room-1', after: -1, ref: 'f' }, 'bad-request'],
      [{ type: 'edit', room: 'room-1', id: 99, text: 'x', ref: 'g' }, 'not-found'],
    ];
    for (const [request, error] of refusals) {
      channel.send(request);
      const answer = await channel.expect(error, (message) => message.ref === request.ref);
      assert.deepEqual([answer.type, answer.error], ['error', error], JSON.stringify(request));
    }
    for (const frame of ['{', '[]', '7', 'null', '"\\u0000"', '{"type":"\\u0000"}', '\u0000']) {
      channel.send(frame);
    }
    await until(
      'all are refused',
      () => channel.messages.filter((m) => m.error === 'bad-request').length >= 10,
    );
    assert.equal(channel.socket.readyState, 1);
    for (let i = 0; i < 3; ++i) {
      channel.send('{');
    }
    assert.equal(await channel.ended, POLICY);
    const large = await listening();
    large.send(JSON.stringify({ type: 'send', text: 'x'.repeat(17 * 1024) }));
    // 1009, unless the reset that unread bytes cause overtakes the close frame.
    assert.ok([1006, 1009].includes(await large.ended));
    assert.equal(other.socket.readyState, 1);
    other.close();
  });

  test('signing out closes the pages of that session only', async () => {
    const other = await server.signedIn();
    const [mine, theirs] = [await listening(), await listening(other)];
    await other.call('DELETE', '/session');
    assert.equal(await theirs.ended, SESSION_ENDED);
    assert.equal(mine.socket.readyState, 1);
    mine.close();
  });

  test('a server that goes down says so, and the page comes back with its session', async () => {
    const channel = await listening();
    await server.restart();
    assert.equal(await channel.ended, GOING_AWAY);
    (await listening()).close();
  });
});
