// SPDX-License-Identifier: MIT
// The database goes away for 30 seconds while people write and read. What was acknowledged must be there, what was not
// must have been refused clearly, readers must keep the last state, and all must go on by itself.
//   scripts/bench outage [--seconds N] [--json]       CLASSCAST_TEST_ENGINE=postgres for the other engine
import { parseArgs } from 'node:util';
import { DatabaseHolder } from '../support/database-holder.mjs';
import { until } from '../support/wait.mjs';
import { ChatPage, ON_POSTGRES, TestServer } from '../integration/server/server.mjs';

const { values: options } = parseArgs({
  options: { seconds: { type: 'string', default: '30' }, json: { type: 'boolean', default: false } },
});
const AWAY_MS = Number(options.seconds) * 1000;
const WRITERS = 4;
const PASSWORD = 'a long password';

/** Ways to lose the database, each with its way back. */
const WAYS = ON_POSTGRES
  ? {
      frozen: (server) => {
        server.postgres.signal('SIGSTOP');
        return () => server.postgres.signal('SIGCONT');
      },
      stopped: (server) => {
        server.postgres.stop();
        return () => server.postgres.start();
      },
    }
  : {
      locked: async (server) => {
        const holder = await new DatabaseHolder(server.database).start();
        return () => holder.release();
      },
    };

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Writes four times a second; what is refused as unavailable is written again, under the same id, until it is taken. */
class Writer {
  acknowledged = [];
  refused = 0;
  other = 0;

  constructor(page, name) {
    Object.assign(this, { page, name, stopped: false });
    this.ended = this.run();
  }

  async run() {
    for (let i = 0; !this.stopped; ++i) {
      await this.write(`${this.name}-${i}`);
      await wait(250);
    }
  }

  async write(client_id) {
    for (;;) {
      const answer = await this.page.ask(
        { type: 'send', room: 'room-1', client_id, text: client_id },
        60_000,
      );
      if (answer.type === 'ack') {
        this.acknowledged.push(client_id);
        return;
      }
      this.refused += answer.error === 'unavailable' ? 1 : 0;
      this.other += answer.error === 'unavailable' ? 0 : 1;
      await wait(500);
    }
  }

  stop() {
    this.stopped = true;
    return this.ended;
  }
}

async function readAll(server, admin, until_) {
  const seen = { reads: 0, failures: 0, slowest_ms: 0 };
  while (Date.now() < until_) {
    const begun = performance.now();
    const answer = await admin.call('GET', '/rooms').catch(() => ({ status: 0 }));
    seen.reads += 1;
    seen.failures += answer.status === 200 && answer.json.rooms.length === 1 ? 0 : 1;
    seen.slowest_ms = Math.max(seen.slowest_ms, Math.round(performance.now() - begun));
    await wait(100);
  }
  return seen;
}

async function lose(server, admin, clients, take) {
  const before = new Set(stored(server));
  const pages = await Promise.all(clients.map((client) => ChatPage.open(server, client)));
  const names = pages.map(() => `w${Math.random().toString(36).slice(2)}`);
  const writers = pages.map((page, i) => new Writer(page, names[i]));
  await until('all have written', () => writers.every(({ acknowledged }) => acknowledged.length > 2));
  const giveBack = await take(server);
  const reading = await readAll(server, admin, Date.now() + AWAY_MS);
  await giveBack();
  const back = Date.now();
  const counts = writers.map(({ acknowledged }) => acknowledged.length);
  await until(
    'all write again',
    () => writers.every(({ acknowledged }, i) => acknowledged.length > counts[i] + 2),
    {
      within: 30_000,
    },
  );
  const recovered_ms = Date.now() - back;
  await Promise.all(writers.map((writer) => writer.stop()));
  pages.forEach((page) => page.close());
  const kept = stored(server).filter((id) => !before.has(id));
  const acknowledged = writers.flatMap((writer) => writer.acknowledged);
  const there = new Set(kept);
  return {
    acknowledged: acknowledged.length,
    refused: writers.reduce((sum, { refused }) => sum + refused, 0),
    refused_otherwise: writers.reduce((sum, { other }) => sum + other, 0),
    lost: acknowledged.filter((id) => !there.has(id)).length,
    doubled: kept.length - there.size,
    ...reading,
    recovered_ms,
  };
}

const stored = (server) =>
  server.sql("SELECT client_id FROM messages WHERE room_id = 'room-1'").trim().split('\n').filter(Boolean);

const server = await TestServer.start({ ownDatabase: true });
const result = { engine: ON_POSTGRES ? 'postgresql' : 'sqlite', away_s: AWAY_MS / 1000, ways: {} };
try {
  const admin = await server.signedIn();
  await admin.makeRoom('room-1');
  const clients = [];
  for (let i = 0; i < WRITERS; ++i) {
    const user = server.addUser(`w${i}`, 'student', PASSWORD);
    await admin.expect(204, 'PUT', `/rooms/room-1/members/${user}`, { relation: 'member' });
    clients.push(await server.signedIn(`w${i}`, PASSWORD));
  }
  for (const [name, take] of Object.entries(WAYS)) {
    result.ways[name] = await lose(server, admin, clients, take);
  }
} finally {
  await server.stop();
}
const fine = ({ lost, doubled, failures, refused_otherwise, acknowledged }) =>
  lost + doubled + failures + refused_otherwise === 0 && acknowledged > 0;
result.passed = Object.values(result.ways).every(fine);
console.log(options.json ? JSON.stringify(result, undefined, 2) : result);
process.exit(result.passed ? 0 : 1);
