// SPDX-License-Identifier: MIT
// A program: a whole Classcast on a loopback interface that carries no UDP, until a picture has come to the relay by TCP; then not even
// that reaches it, until one has come through a TURN server. Runs in a network namespace of its own
// (tests/integration/classroom/narrow_network.test.mjs).
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Classcast } from './classcast.mjs';
import { Program, run } from './program.mjs';
import { until } from './wait.mjs';

const ROOM = 'room-101';
/** Checks of the path alone would take many minutes to come to so much. */
const MEDIA_BYTES = 200_000;
const PATIENCE_MS = 20_000;
const TURN = '127.0.0.2';
const SECRET = 'a secret of this test';

/** The rule that comes first leads to this machine itself: ours must stand before it. */
async function closeToUdp() {
  const rule = (...words) => run(['ip', 'rule', ...words]);
  await run(['ip', 'link', 'set', 'lo', 'up']);
  await rule('add', 'pref', '20', 'lookup', 'local');
  await rule('add', 'pref', '10', 'ipproto', 'udp', 'prohibit');
  await rule('add', 'pref', '9', 'from', TURN, 'lookup', 'local');
  await rule('add', 'pref', '8', 'to', TURN, 'lookup', 'local');
  await rule('del', 'pref', '0');
}

/** coturn as in config/coturn/turnserver.conf, but on loopback addresses. */
function startCoturn(dir) {
  const options = [
    `--listening-ip=${TURN}`,
    `--relay-ip=${TURN}`,
    '--use-auth-secret',
    `--static-auth-secret=${SECRET}`,
    '--realm=school.example',
    '--allow-loopback-peers',
    '--no-cli',
    '--no-tls',
    '--no-dtls',
    '--no-udp',
    '--verbose',
    '--log-file=stdout',
    `--userdb=${dir}/turn.db`,
    `--pidfile=${dir}/turn.pid`,
  ];
  return new Program('coturn', ['turnserver', '-n', ...options]).start();
}

await closeToUdp();
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'turn-'));
const coturn = startCoturn(dir);
const classcast = await Classcast.start({
  rooms: [{ id: ROOM, microphone: 'none' }],
  turn: { uris: `turn:${TURN}:3478?transport=tcp`, secret: SECRET },
});
try {
  await classcast.becomes(ROOM, 'live');
  const [, port] = /ICE on TCP port (\d+)/.exec(classcast.relay.errors);
  const sockets = ['ss', '-Htin', 'state', 'established', 'sport', '=', `:${port}`];
  const received = async () => Number(/bytes_received:(\d+)/.exec(await run(sockets))?.[1] ?? 0);
  for (const end = Date.now() + PATIENCE_MS; (await received()) < MEDIA_BYTES; await delay(200)) {
    if (Date.now() > end) {
      throw new Error(`the relay took ${await received()} bytes by TCP`);
    }
  }
  await run(['ip', 'rule', 'add', 'pref', '7', 'ipproto', 'tcp', 'dport', port, 'prohibit']);
  await until('the room is lost', async () => (await classcast.api.room(ROOM)).state !== 'live', {
    within: 2 * PATIENCE_MS,
    every: 100,
  });
  await classcast.becomes(ROOM, 'live', 2 * PATIENCE_MS);
  const relayed = new RegExp(`user <\\d+:${ROOM}>: incoming packet ALLOCATE processed, success`);
  if (!relayed.test(coturn.output)) {
    throw new Error(`coturn relays nothing: ${coturn.output.slice(-2000)}`);
  }
} finally {
  await classcast.stop();
  await coturn.stop();
  fs.rmSync(dir, { recursive: true, force: true });
}
