// SPDX-License-Identifier: MIT
// A database that goes away, a server that is killed, and what is kept.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BIN } from '../../support/classcast.mjs';
import { until } from '../../support/wait.mjs';
import { ChatPage, ON_POSTGRES, TestServer } from './server.mjs';

const tool = (server, ...words) =>
  execFileSync(path.join(BIN, 'classcast-server'), ['--config', server.config(), ...words], {
    encoding: 'utf8',
  });

describe('database', () => {
  let server;
  let admin;
  before(async () => {
    server = await TestServer.start({ ownDatabase: true });
    admin = await server.signedIn();
    await admin.makeRoom('room-1', 'Room 1');
  });
  after(() => server.stop());

  const send = (page, client_id) =>
    page.ask({ type: 'send', room: 'room-1', client_id, text: `text ${client_id}` });
  const stored = () =>
    server.sql("SELECT client_id FROM messages WHERE room_id = 'room-1' ORDER BY id").trim().split('\n');

  /** Nothing is written until release() is called. */
  const hold = async () => {
    if (server.postgres) {
      server.postgres.signal('SIGSTOP');
      return () => server.postgres.signal('SIGCONT');
    }
    // A process that holds the write lock, as a stuck backup would.
    const { DatabaseHolder } = await import('../../support/database-holder.mjs');
    const holder = await new DatabaseHolder(server.database).start();
    return () => holder.release();
  };

  test(
    'while it is away readers go on and senders are told; nothing acknowledged is lost',
    { timeout: 60_000 },
    async () => {
      const page = await ChatPage.open(server, admin);
      await page.ask({ type: 'subscribe', room: 'room-1' });
      assert.equal((await send(page, 'before')).type, 'ack');
      const release = await hold();
      try {
        const answer = send(page, 'during').catch((error) => error);
        assert.equal((await admin.request('GET', '/healthz')).status, 200);
        assert.equal((await admin.expect(200, 'GET', '/rooms')).rooms.length, 1);
        await page.channel.expect('the refusal', (message) => message.error === 'unavailable', 20_000);
        await until(
          'it says that it is not ready',
          async () => (await admin.request('GET', '/readyz')).status === 503,
        );
        await answer;
      } finally {
        release();
      }
      await until(
        'it is ready again',
        async () => {
          await admin.call('GET', '/rooms/room-1/messages');
          return (await admin.request('GET', '/readyz')).status === 200;
        },
        { within: 20_000 },
      );
      assert.equal((await send(page, 'during')).type, 'ack');
      assert.equal((await send(page, 'after')).type, 'ack');
      assert.deepEqual(stored(), ['before', 'during', 'after']);
      page.close();
    },
  );

  test('a killed server has every acknowledged message, and the database checks clean', async () => {
    for (let round = 0; round < 3; ++round) {
      const page = await ChatPage.open(server, admin);
      const acknowledged = [];
      for (let i = 0; i < 8; ++i) {
        const id = `k${round}-${i}`;
        send(page, id).then(
          (answer) => answer.type === 'ack' && acknowledged.push(id),
          () => {},
        );
      }
      await until('some are acknowledged', () => acknowledged.length > round);
      const killedAfter = [...acknowledged];
      await server.restart('SIGKILL');
      const kept = new Set(stored());
      assert.deepEqual(
        killedAfter.filter((id) => !kept.has(id)),
        [],
      );
      page.close();
    }
    assert.match(tool(server, 'check'), /^schema \d+: sound; 1 rooms, \d+ messages\n$/);
  });

  test('a backup of the running server is restored into an empty database of either engine', async () => {
    const file = path.join(server.dir, 'school.backup');
    assert.match(tool(server, 'backup', file), /^\d+ rows written/);
    assert.equal(fs.statSync(file).mode & 0o777, 0o600);
    assert.throws(() => tool(server, 'restore', file), /not empty/);
    const other = new TestServer();
    other.relay = server.relay;
    try {
      assert.match(tool(other, 'restore', file), /^\d+ rows restored/);
      assert.match(tool(other, 'check'), /sound; 1 rooms/);
      fs.appendFileSync(file, 'more');
      const again = new TestServer();
      again.relay = server.relay;
      fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2));
      assert.throws(() => tool(again, 'restore', file), /cut short|bad/);
      fs.rmSync(again.dir, { recursive: true });
    } finally {
      fs.rmSync(other.dir, { recursive: true });
    }
  });

  test('the engine is the one that was asked for', () => {
    assert.equal(fs.existsSync(server.database), !ON_POSTGRES);
  });
});
