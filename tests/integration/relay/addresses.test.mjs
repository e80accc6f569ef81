// SPDX-License-Identifier: MIT
// A relay with many addresses: IPv4 and IPv6 on one socket, and answers from the address that was spoken to.
import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import os from 'node:os';
import { after, before, test } from 'node:test';
import { attribute, credentials, publishing } from './offer.mjs';
import { Relay } from './relay.mjs';
import { bindingRequest } from './stun.mjs';

const running = [];
let relay;
let request;

before(async () => {
  relay = await started({ media: { listen: '[::]:0', threads: 2 } });
  const ours = credentials();
  const { text } = await relay.post('whip', { body: publishing(ours) });
  const username = `${attribute(text, 'ice-ufrag')}:${ours.ufrag}`;
  request = () => bindingRequest({ username, password: attribute(text, 'ice-pwd') });
});
after(() => Promise.all(running.map((one) => one.stop())));

async function started(settings) {
  running.push(await Relay.start(settings));
  return running.at(-1);
}

const isSuccess = (answer) => answer.readUInt16BE(0) === 0x0101;

/** A connected socket takes datagrams from the address it speaks to, and from no other. */
async function udpAnswer(address, from) {
  const socket = dgram.createSocket(net.isIPv6(address) ? 'udp6' : 'udp4');
  socket.bind(0, from);
  await once(socket, 'listening');
  socket.connect(relay.mediaPort, address);
  await once(socket, 'connect');
  socket.send(request());
  const [answer] = await once(socket, 'message', { signal: AbortSignal.timeout(3000) });
  socket.close();
  return answer;
}

for (const [address, from] of [
  ['127.0.0.1', '127.0.0.1'],
  ['127.0.0.2', '127.0.0.1'],
  ['127.3.2.1', '127.0.0.9'],
  ['::1', '::1'],
]) {
  test(`who speaks to ${address} by UDP is answered from there`, async () => {
    assert.ok(isSuccess(await udpAnswer(address, from)));
  });
}

test('TCP is taken at every address too', async () => {
  for (const address of ['127.0.0.1', '127.0.0.2', '::1']) {
    const socket = net.connect(relay.tcpPort, address);
    await once(socket, 'connect');
    const check = request();
    socket.write(Buffer.concat([Buffer.from([check.length >> 8, check.length & 0xff]), check]));
    const [answer] = await once(socket, 'data', { signal: AbortSignal.timeout(3000) });
    assert.ok(isSuccess(answer.subarray(2)), address);
    socket.destroy();
  }
});

/** The hosts of the candidates in an answer. */
async function offered(settings) {
  const { text } = await (await started(settings)).post('whip');
  return [...text.matchAll(/^a=candidate:\S+ 1 udp \d+ (\S+) /gm)].map((match) => match[1]);
}

test('candidates are those of the live interfaces, of chosen networks and announced', async () => {
  const live = Object.values(os.networkInterfaces()).flat();
  const all = await offered({ media: { listen: '[::]:0', announce: '203.0.113.7' } });
  assert.ok(all.includes('127.0.0.1') && all.includes('203.0.113.7'));
  const known = new Set([...live.map((one) => one.address), '203.0.113.7']);
  assert.deepEqual(
    all.filter((host) => !known.has(host)),
    [],
  );
  assert.ok(!all.some((host) => host.startsWith('fe80')), 'link-local addresses are of no use');
  const none = await offered({ media: { listen: '0.0.0.0:0', offer_networks: '198.51.100.0/24' } });
  assert.deepEqual(none, ['127.0.0.1'], 'only what this machine itself may use');
});
