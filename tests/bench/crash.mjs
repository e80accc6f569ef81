// SPDX-License-Identifier: MIT
// Kills the server at random points while people write, 200 times, and looks whether everything that was
// acknowledged is there and the database is sound.
//   scripts/bench crash [--quick] [--json]       CLASSCAST_TEST_ENGINE=postgres for the other engine
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ChatPage, ON_POSTGRES, TestServer } from '../integration/server/server.mjs';
import { BIN } from '../support/classcast.mjs';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});
const KILLS = options.quick ? 20 : 200;
const WRITERS = 8;
const PASSWORD = 'a long password';
const server = await TestServer.start({ ownDatabase: true });
const acknowledged = new Set();
let sent = 0;
let number = 0;

/** One person who writes as fast as the limits allow, until the connection is cut. */
async function keepWriting(client) {
  const page = await ChatPage.open(server, client);
  const cut = page.channel.ended;
  const timer = setInterval(() => {
    const client_id = `m${(number += 1)}`;
    sent += 1;
    page
      .ask({ type: 'send', room: 'room-1', client_id, text: client_id })
      .then((answer) => answer.type === 'ack' && acknowledged.add(client_id))
      .catch(() => {});
  }, 60);
  await cut;
  clearInterval(timer);
}

const check = () =>
  execFileSync(path.join(BIN, 'classcast-server'), ['--config', server.config(), 'check'], {
    encoding: 'utf8',
  }).trim();

let lost = 0;
let unsound = 0;
try {
  const admin = await server.signedIn();
  await admin.makeRoom('room-1');
  const clients = [];
  for (let i = 0; i < WRITERS; ++i) {
    const user = server.addUser(`w${i}`, 'student', PASSWORD);
    await admin.expect(204, 'PUT', `/rooms/room-1/members/${user}`, { relation: 'member' });
    clients.push(await server.signedIn(`w${i}`, PASSWORD));
  }
  for (let kill = 1; kill <= KILLS; ++kill) {
    const writing = Promise.all(clients.map(keepWriting)).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 150 + Math.random() * 350));
    const before = [...acknowledged];
    server.program.kill('SIGKILL');
    await server.program.ended;
    await writing;
    const kept = new Set(server.sql('SELECT client_id FROM messages').trim().split('\n'));
    lost += before.filter((id) => !kept.has(id)).length;
    if (!check().includes('sound')) {
      unsound += 1;
    }
    await server.run();
    if (!options.json && kill % 20 === 0) {
      console.error(`${kill} kills, ${acknowledged.size} acknowledged, ${lost} lost`);
    }
  }
} finally {
  await server.stop();
}
const result = {
  engine: ON_POSTGRES ? 'postgresql' : 'sqlite',
  kills: KILLS,
  sent,
  acknowledged: acknowledged.size,
  lost,
  unsound,
  passed: lost === 0 && unsound === 0 && acknowledged.size > KILLS,
};
console.log(options.json ? JSON.stringify(result, undefined, 2) : result);
process.exit(result.passed ? 0 : 1);
