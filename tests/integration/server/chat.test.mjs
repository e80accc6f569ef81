// SPDX-License-Identifier: MIT
// The chat of a room, over the channel and over HTTP.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { until } from '../../support/wait.mjs';
import { ChatPage, TestServer } from './server.mjs';

const PASSWORD = 'a long password';

describe('chat', () => {
  let server;
  let admin;
  let anna;
  let bert;
  let mona;
  before(async () => {
    server = await TestServer.start();
    admin = await server.signedIn();
    await admin.makeRoom('room-1');
    await admin.makeRoom('secret');
    const people = { anna: 'student', bert: 'student', mona: 'assistant', gast: 'guest' };
    for (const [name, role] of Object.entries(people)) {
      const user = server.addUser(name, role, PASSWORD);
      const relation = role === 'assistant' ? 'moderator' : 'member';
      await admin.expect(204, 'PUT', `/rooms/room-1/members/${user}`, { relation });
    }
    [anna, bert, mona] = await Promise.all(
      ['anna', 'bert', 'mona'].map((name) => server.signedIn(name, PASSWORD)),
    );
  });
  after(() => server.stop());

  const page = (client) => ChatPage.open(server, client);
  const in1 = (type, rest = {}) => ({ type, room: 'room-1', ...rest });
  let counter = 0;
  const fresh = () => `c${(counter += 1)}`;

  test('what one writes the others read, at once and once', async () => {
    const [mine, theirs] = [await page(anna), await page(bert)];
    assert.equal((await mine.ask(in1('subscribe'))).seq, 0);
    await theirs.ask(in1('subscribe'));
    const client_id = fresh();
    const text = '<b>Grüße</b> 🎉';
    const ack = await mine.ask(in1('send', { client_id, text }));
    assert.deepEqual([ack.type, ack.client_id, ack.id], ['ack', client_id, ack.seq]);
    const again = await mine.ask(in1('send', { client_id, text }));
    assert.equal(again.id, ack.id);
    await theirs.channel.expect('the message', () => theirs.told('room-1').length > 0);
    const [message] = theirs.told('room-1');
    assert.equal(message.text, text);
    assert.equal(message.author.name, 'anna');
    await mine.ask(in1('edit', { id: ack.id, text: 'changed' }));
    await until('the change is told', () => theirs.told('room-1').length === 2);
    assert.deepEqual(
      theirs.told('room-1').map((one) => [one.id, one.seq, one.text]),
      [
        [ack.id, 1, text],
        [ack.id, 2, 'changed'],
      ],
    );
    [mine, theirs].forEach((one) => one.close());
  });

  test('2,000 characters are taken whole, one more is refused, nothing is cut', async () => {
    const mine = await page(bert);
    const most = 'ß'.repeat(1999) + '🎉';
    const ack = await mine.ask(in1('send', { client_id: fresh(), text: most }));
    const { messages } = await bert.expect(200, 'GET', '/rooms/room-1/messages?limit=1');
    assert.equal(messages[0].id, ack.id);
    assert.equal(messages[0].text, most);
    for (const text of [`${most}x`, 'x'.repeat(2001)]) {
      const refused = await mine.ask(in1('send', { client_id: fresh(), text }));
      assert.equal(refused.error, 'message-too-long');
      const http = await bert.call('POST', '/rooms/room-1/messages', { client_id: fresh(), text });
      assert.equal(http.json.type, 'urn:classcast:error:message-too-long');
    }
    const empty = await mine.ask(in1('send', { client_id: fresh(), text: ' \n ' }));
    assert.equal(empty.error, 'bad-request');
    mine.close();
  });

  test('after a lost connection nothing is missing and nothing double', async () => {
    const [writer, first] = [await page(mona), await page(bert)];
    const start = (await first.ask(in1('subscribe'))).seq;
    const ids = [];
    const say = async (text) => {
      const ack = await writer.ask(in1('send', { client_id: fresh(), text }));
      assert.equal(ack.type, 'ack', JSON.stringify(ack));
      ids.push(ack.id);
    };
    await say('one');
    await until('heard', () => first.told('room-1').length === 1);
    first.close();
    await say('two');
    await writer.ask(in1('edit', { id: ids[0], text: 'one!' }));
    const second = await page(bert);
    const seen = first.told('room-1').at(-1).seq;
    const opening = await second.ask(in1('subscribe', { after: seen }));
    assert.deepEqual(
      opening.messages.map((one) => one.text),
      ['two', 'one!'],
    );
    assert.equal(opening.more, false);
    await say('three');
    await until('heard', () => second.told('room-1').length === 1);
    assert.ok(second.told('room-1')[0].seq > opening.seq && opening.seq > start);
    [writer, second].forEach((one) => one.close());
  });

  test('history is paged backwards to the first message', async () => {
    const mine = await page(anna);
    const opening = await mine.ask(in1('subscribe'));
    const all = opening.messages.map((one) => one.id);
    while (all[0] > 1) {
      const older = await mine.ask(in1('history', { before: all[0], limit: 2 }));
      all.unshift(...older.messages.map((one) => one.id));
      if (!older.more) {
        break;
      }
    }
    const stored = server
      .sql("SELECT id FROM messages WHERE room_id = 'room-1' ORDER BY id")
      .trim()
      .split('\n');
    assert.deepEqual(all, stored.map(Number));
    mine.close();
  });

  test('only its author edits, moderators delete with a trace and pin', async () => {
    const [mine, theirs, moderator] = [await page(anna), await page(bert), await page(mona)];
    await until('a free moment', async () => {
      const { type, id } = await mine.ask(in1('send', { client_id: fresh(), text: 'mine' }));
      mine.id = id;
      return type === 'ack';
    });
    const { id } = mine;
    assert.equal((await theirs.ask(in1('edit', { id, text: 'x' }))).error, 'forbidden');
    assert.equal((await theirs.ask(in1('delete', { id }))).error, 'forbidden');
    assert.equal((await theirs.ask(in1('pin', { id }))).error, 'forbidden');
    assert.equal((await moderator.ask(in1('pin', { id }))).type, 'ack');
    assert.equal((await theirs.ask(in1('subscribe'))).pinned.id, id);
    assert.equal((await moderator.ask(in1('delete', { id }))).type, 'ack');
    await until('the deletion is told', () => theirs.told('room-1').some((one) => one.deleted_ms));
    const deleted = theirs.told('room-1').at(-1);
    assert.deepEqual([deleted.text, deleted.deleted_by, deleted.pinned], ['', 'mona', undefined]);
    [mine, theirs, moderator].forEach((one) => one.close());
  });

  test('a guest reads but does not write; a stranger learns nothing', async () => {
    const guest = await server.signedIn('gast', PASSWORD);
    const mine = await page(guest);
    assert.equal((await mine.ask(in1('subscribe'))).type, 'subscribed');
    assert.equal((await mine.ask(in1('send', { client_id: fresh(), text: 'x' }))).error, 'forbidden');
    for (const type of ['subscribe', 'send', 'history', 'typing', 'read', 'pin']) {
      const hidden = await mine.ask({ type, room: 'secret' });
      const missing = await mine.ask({ type, room: 'nowhere' });
      assert.equal(hidden.error, 'not-found');
      assert.deepEqual({ ...hidden, ref: 0 }, { ...missing, ref: 0 });
    }
    assert.ok(!JSON.stringify(mine.messages).includes('Room secret'));
    mine.close();
  });

  test('typing, presence, and what is unread', async () => {
    const [mine, theirs] = [await page(anna), await page(bert)];
    await mine.ask(in1('subscribe'));
    await theirs.ask(in1('subscribe'));
    mine.channel.send(in1('typing'));
    const typing = await theirs.channel.expect('typing', (message) => message.type === 'typing');
    assert.equal(typing.user.name, 'anna');
    await mine.channel.expect('presence', (message) => message.type === 'presence' && message.count >= 2);
    theirs.close();
    await mine.channel.expect('bert left', (message) =>
      message.left?.some((person) => person.name === 'bert'),
    );
    const seq = (await bert.expect(200, 'GET', '/rooms/room-1/messages')).seq;
    assert.equal((await bert.call('PUT', '/rooms/room-1/read', { seq })).status, 204);
    const away = await page(bert);
    const unread = (message) =>
      message.type === 'unread' && message.rooms.find((one) => one.room === 'room-1');
    assert.equal(unread(await away.channel.expect('unread', unread)).unread, 0);
    await until(
      'a free moment',
      async () => (await mine.ask(in1('send', { client_id: fresh(), text: 'news' }))).id,
    );
    const later = (message) => unread(message)?.unread === 1;
    await away.channel.expect('one is unread', later);
    const mark = await away.ask(in1('read', { seq: seq + 1 }));
    assert.equal(mark.seq, seq + 1);
    [mine, away].forEach((one) => one.close());
  });

  test('a removed member loses the channel of the room at once', async () => {
    const user = server.addUser('carl', 'student', PASSWORD);
    await admin.expect(204, 'PUT', `/rooms/room-1/members/${user}`, { relation: 'member' });
    const carl = await server.signedIn('carl', PASSWORD);
    const mine = await page(carl);
    await mine.ask(in1('subscribe'));
    await admin.expect(204, 'DELETE', `/rooms/room-1/members/${user}`);
    await mine.channel.expect('thrown out', (message) => message.type === 'unsubscribed');
    await until(
      'the room is gone',
      () => mine.messages.filter((m) => m.type === 'rooms').at(-1).rooms.length === 0,
    );
    assert.equal((await mine.ask(in1('history', { before: 9 }))).error, 'not-found');
    mine.close();
  });

  test('who writes too fast is told how long to wait', async () => {
    const mine = await page(bert);
    let refused;
    for (let i = 0; i < 15 && !refused; ++i) {
      const answer = await mine.ask(in1('send', { client_id: fresh(), text: `fast ${i}` }));
      refused = answer.type === 'error' ? answer : undefined;
    }
    assert.equal(refused.error, 'too-many-requests');
    assert.ok(refused.retry_ms > 0 && refused.retry_ms <= 1000);
    mine.close();
  });

  test('an archived room is read and not written', async () => {
    await admin.expect(200, 'PATCH', '/rooms/room-1', { archived: true });
    const mine = await page(mona);
    assert.equal((await mine.ask(in1('send', { client_id: fresh(), text: 'x' }))).error, 'conflict');
    assert.ok((await mona.expect(200, 'GET', '/rooms/room-1/messages')).messages.length > 0);
    assert.deepEqual((await mona.expect(200, 'GET', '/rooms')).rooms, []);
    assert.equal((await mona.expect(200, 'GET', '/rooms?archived=all')).rooms.length, 1);
    await admin.expect(200, 'PATCH', '/rooms/room-1', { archived: false });
    mine.close();
  });

  test('it is exported as text, JSON and CSV by moderators', async () => {
    assert.equal((await anna.call('GET', '/rooms/room-1/export')).status, 403);
    const text = await mona.call('GET', '/rooms/room-1/export');
    assert.match(text.text, /^\[\d{4}-\d\d-\d\dT[\d:]+Z\] anna: changed \(edited\)\n/);
    const json = await mona.call('GET', '/rooms/room-1/export?format=json');
    assert.equal(json.json.messages[0].text, 'changed');
    const csv = await mona.call('GET', '/rooms/room-1/export?format=csv');
    assert.match(csv.headers['content-disposition'], /room-1-chat\.csv/);
    assert.equal((await mona.call('GET', '/rooms/room-1/export?format=xml')).status, 400);
  });
});
