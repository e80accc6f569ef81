// SPDX-License-Identifier: MIT
// A program: a whole Classcast on a loopback interface that carries no UDP, until a picture has come to the relay. Runs in a network
// namespace of its own (tests/integration/classroom/tcp.test.mjs).
import { setTimeout as delay } from 'node:timers/promises';
import { Classcast } from './classcast.mjs';
import { run } from './program.mjs';

const ROOM = 'room-101';
/** Checks of the path alone would take many minutes to come to so much. */
const MEDIA_BYTES = 200_000;
const PATIENCE_MS = 20_000;

await run(['ip', 'link', 'set', 'lo', 'up']);
// The rule that comes first leads to this machine itself: ours must stand before it.
await run(['ip', 'rule', 'add', 'pref', '20', 'lookup', 'local']);
await run(['ip', 'rule', 'add', 'pref', '10', 'ipproto', 'udp', 'prohibit']);
await run(['ip', 'rule', 'del', 'pref', '0']);

const classcast = await Classcast.start({ rooms: [{ id: ROOM, microphone: 'none' }] });
try {
  await classcast.becomes(ROOM, 'live');
  const [, port] = /ICE on TCP port (\d+)/.exec(classcast.relay.errors);
  const sockets = ['ss', '-Htin', 'state', 'established', 'sport', '=', `:${port}`];
  const received = async () => Number(/bytes_received:(\d+)/.exec(await run(sockets))?.[1] ?? 0);
  for (const until = Date.now() + PATIENCE_MS; (await received()) < MEDIA_BYTES; await delay(200)) {
    if (Date.now() > until) {
      throw new Error(`the relay took ${await received()} bytes by TCP`);
    }
  }
} finally {
  await classcast.stop();
}
