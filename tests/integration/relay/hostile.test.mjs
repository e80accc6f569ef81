// SPDX-License-Identifier: MIT
// Strangers who send whatever they like: no crash, no state, and the room goes on.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import dgram from 'node:dgram';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Stack } from '../../support/stacks/stack.mjs';
import { until } from '../../support/wait.mjs';
import { Relay } from './relay.mjs';
import { bindingRequest } from './stun.mjs';

const CORPUS = fileURLToPath(new URL('../../fuzz/corpus/', import.meta.url));
const ROUNDS = 40;
const PER_ROUND = 500;

let relay;
let publisher;
let player;

before(async () => {
  relay = await Relay.start({ media: { threads: 2 } });
  publisher = new Stack('libdatachannel', 'publish', { relay });
  await publisher.has(5, 5);
  player = new Stack('libdatachannel', 'watch', { relay });
  await player.has(20, 20);
});
after(async () => {
  await Promise.all([publisher?.stop(), player?.stop()]);
  await relay?.stop();
});

/** Real packets of every protocol that the port takes. */
function samples() {
  const files = ['stun', 'dtls', 'rtp', 'rtcp'].flatMap((folder) =>
    fs.readdirSync(path.join(CORPUS, folder)).map((name) => fs.readFileSync(path.join(CORPUS, folder, name))),
  );
  // A sound check for a session that does not exist, and one that names a media thread that does not.
  return [
    ...files,
    bindingRequest({ username: 'A0123456789ab:abcd', password: 'x'.repeat(24) }),
    bindingRequest({ username: 'Z:', password: 'x'.repeat(24) }),
  ];
}

/** A copy with some octets changed, cut off or added. */
function mutated(sample) {
  const copy = Buffer.from(sample);
  for (let i = 0; i < 3 && copy.length > 0; ++i) {
    copy[crypto.randomInt(copy.length)] = crypto.randomInt(256);
  }
  const cut = crypto.randomInt(4) === 0 ? copy.subarray(0, crypto.randomInt(copy.length + 1)) : copy;
  return crypto.randomInt(8) === 0 ? Buffer.concat([cut, crypto.randomBytes(100)]) : cut;
}

const random = () => crypto.randomBytes(1 + crypto.randomInt(1400));
const resident = () =>
  Number(fs.readFileSync(`/proc/${relay.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]);
const descriptors = () => fs.readdirSync(`/proc/${relay.pid}/fd`).length;

async function flood(target) {
  const real = samples();
  const sockets = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
      await once(socket, 'listening');
      return socket;
    }),
  );
  for (let round = 0; round < ROUNDS; ++round) {
    for (let i = 0; i < PER_ROUND; ++i) {
      const datagram = i % 2 === 0 ? random() : mutated(real[i % real.length]);
      sockets[i % sockets.length].send(datagram, target, '127.0.0.1');
    }
    await new Promise(setImmediate);
  }
  sockets.forEach((socket) => socket.close());
}

test('twenty thousand random and mutated datagrams leave no trace', async () => {
  const state = { kib: resident(), descriptors: descriptors(), sessions: await relay.metric('sessions') };
  const refused = async () =>
    (await relay.metric('stranger_datagrams_total')) + (await relay.metric('kept_back_datagrams_total'));
  const seen = await refused();
  const { video } = player.state;
  await flood(relay.mediaPort);
  await until('they have come', async () => (await refused()) - seen > (ROUNDS * PER_ROUND) / 2);
  assert.ok(relay.program.running);
  assert.equal(await relay.metric('sessions'), state.sessions);
  assert.equal(descriptors(), state.descriptors);
  assert.ok(resident() < state.kib + 4096, `${state.kib} KiB grew to ${resident()} KiB`);
  await player.has(video + 50, 0); // a second further on
});

test('the same by TCP', async () => {
  const before_flood = descriptors();
  const real = samples();
  const { video } = player.state;
  for (let i = 0; i < 300; ++i) {
    const packet = i % 2 === 0 ? random() : mutated(real[i % real.length]);
    const socket = net.connect(relay.tcpPort, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume().write(Buffer.concat([Buffer.from([packet.length >> 8, packet.length & 0xff]), packet]));
    setTimeout(() => socket.destroy(), 50);
    if (i % 20 === 0) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  await until('all are gone again', () => descriptors() <= before_flood, { within: 12_000 });
  assert.ok(relay.program.running);
  await player.has(video + 50, 0);
});

test('strangers cannot fill the log', () => {
  const lines = relay.program.errors
    .split('\n')
    .filter((line) => line.includes(' warn') || line.includes(' error'));
  assert.deepEqual(lines, []);
});
