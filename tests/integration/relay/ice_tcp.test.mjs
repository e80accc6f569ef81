// SPDX-License-Identifier: MIT
// ICE-TCP (RFC 6544): media over TCP alone, and what strangers and slow readers cannot do.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { request } from '../../support/api.mjs';
import { Stack } from '../../support/stacks/stack.mjs';
import { until } from '../../support/wait.mjs';
import { attribute, credentials, publishing } from './offer.mjs';
import { Relay } from './relay.mjs';
import { bindingRequest } from './stun.mjs';

let relay;
const running = [];
const stack = (...options) => {
  running.push(new Stack(...options));
  return running.at(-1);
};

before(async () => {
  // Several threads: a connection has to find its own.
  relay = await Relay.start({ media: { threads: 3 } });
  await stack('libwebrtc', 'publish', { relay, codec: 'vp8', tcp: true }).has(20, 40);
});
after(async () => {
  await Promise.all(running.map((one) => one.stop()));
  await relay?.stop();
});

async function connect() {
  const socket = net.connect(relay.tcpPort, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

const closed = (socket) => new Promise((resolve) => socket.on('close', () => resolve(true)).resume());
const framed = (packet) => Buffer.concat([Buffer.from([packet.length >> 8, packet.length & 0xff]), packet]);
const receivedBytes = async () => relay.metric('bytes_received_total');

test('the answer offers TCP, passive, behind UDP', async () => {
  const answer = await relay.post('whip', { room: 'room-102' });
  const candidates = answer.text.match(/^a=candidate:.*$/gm);
  const [udp] = candidates.filter((line) => / udp /.test(line));
  const [tcp] = candidates.filter((line) => / tcp /.test(line));
  assert.match(tcp, new RegExp(` 127\\.0\\.0\\.1 ${relay.tcpPort} typ host tcptype passive`));
  assert.ok(Number(udp.split(' ')[3]) > Number(tcp.split(' ')[3]), 'UDP is preferred');
  await relay.remove(answer.headers.location);
});

test('media goes over TCP alone, both ways', async () => {
  const first = await receivedBytes();
  const players = ['libwebrtc', 'webrtcbin'].map((name) =>
    stack(name, 'watch', { relay, codec: 'vp8', tcp: true }),
  );
  const states = await Promise.all(players.map((player) => player.has(20, 40)));
  assert.ok((await receivedBytes()) > first);
  for (const state of states) {
    assert.equal((await request(state.session)).status, 204);
  }
  await Promise.all(players.map((player) => player.stop()));
});

test('a reader that stops hurts nobody else and costs bounded memory', async () => {
  const slow = stack('libwebrtc', 'watch', { relay, codec: 'vp8', tcp: true });
  const other = stack('libwebrtc', 'watch', { relay, codec: 'vp8', tcp: true });
  await Promise.all([slow.has(5, 5), other.has(5, 5)]);
  const resident = () =>
    Number(fs.readFileSync(`/proc/${relay.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]);
  const before_kib = resident();
  slow.program.kill('SIGSTOP');
  const { video, audio } = other.state;
  await other.has(video + 75, audio + 300); // three seconds
  assert.ok(resident() < before_kib + 8192, `${before_kib} KiB grew to ${resident()} KiB`);
  slow.program.kill('SIGCONT');
  await Promise.all([slow.stop(), other.stop()]);
});

test('who does not speak STUN first, or says too much at once, is cut off', async () => {
  for (const octets of [
    framed(Buffer.from('GET / HTTP/1.1\r\n\r\n')),
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    framed(Buffer.alloc(2049)),
    framed(Buffer.from('80600001000000000000000a', 'hex')),
    framed(Buffer.from('16fefd0000000000000000000a01000000', 'hex')),
  ]) {
    const socket = await connect();
    socket.write(octets);
    assert.ok(await closed(socket));
  }
});

test('a check whose password is wrong proves nothing; the connection ends in time', async () => {
  const ours = credentials();
  const answer = await relay.post('whip', { room: 'room-102', body: publishing(ours) });
  const ufrag = attribute(answer.text, 'ice-ufrag');
  const socket = await connect();
  const over = closed(socket);
  socket.write(framed(bindingRequest({ username: `${ufrag}:${ours.ufrag}`, password: 'x'.repeat(24) })));
  const silent = await connect();
  const since = Date.now();
  assert.ok(await closed(silent));
  assert.ok(Date.now() - since < 8000, 'one that says nothing ends after 5 s');
  assert.ok(await over);
  assert.ok(Date.now() - since < 14_000, 'one that proves nothing after 10 s');
  await relay.remove(answer.headers.location);
});

test('one address cannot take all connections', async () => {
  const sockets = await Promise.all(Array.from({ length: 80 }, connect));
  let open = sockets.length;
  sockets.forEach((socket) => socket.resume().on('close', () => (open -= 1)));
  await until('those above the limit are cut off', () => open <= 64);
  assert.equal(open, 64);
  sockets.forEach((socket) => socket.destroy());
  const free = async () => {
    const socket = await connect();
    const cut = await Promise.race([closed(socket), new Promise((go) => setTimeout(go, 300, false))]);
    socket.destroy();
    return !cut;
  };
  await until('there is room again', free);
});

test('when its session ends, a connection ends', async () => {
  const player = stack('libwebrtc', 'watch', { relay, codec: 'vp8', tcp: true });
  const { session } = await player.has(5, 5);
  const connections = () =>
    fs
      .readFileSync('/proc/net/tcp', 'utf8')
      .split('\n')
      .filter((line) => {
        const [, local, , state] = line.trim().split(/\s+/);
        return state === '01' && parseInt(local.split(':')[1], 16) === relay.tcpPort;
      }).length;
  const before_end = connections();
  assert.ok(before_end >= 2, 'publisher and player');
  assert.equal((await request(session, { method: 'DELETE' })).status, 200);
  await until('the connection is closed', () => connections() < before_end);
  player.kill();
});
