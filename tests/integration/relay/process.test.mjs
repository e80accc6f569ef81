// SPDX-License-Identifier: MIT
// The relay as a process: it keeps nothing of ended sessions, ends cleanly, and says why it cannot start.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { mintToken, request } from '../../support/api.mjs';
import { BIN } from '../../support/classcast.mjs';
import { Program } from '../../support/program.mjs';
import { until } from '../../support/wait.mjs';
import { publishing } from './offer.mjs';

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'relay-'));
const key = path.join(dir, 'token.key');
let relay;
let base;
let ports;

function start(name, text) {
  const config = path.join(dir, `${name}.conf`);
  fs.writeFileSync(config, text);
  return new Program(name, [path.join(BIN, 'classcast-relay'), '--config', config]).start();
}

const config = (http_port = 0, media_port = 0) => `[http]
listen = 127.0.0.1:${http_port}
[media]
listen = 127.0.0.1:${media_port}
[tokens]
public_key_file = ${dir}/token.pub
[limits]
requests_per_second = 1000
`;

const listening = (program) =>
  until('the relay listens', () => program.errors.match(/HTTP on port (\d+), media on UDP port (\d+)/));

before(async () => {
  const pair = crypto.generateKeyPairSync('ed25519');
  fs.writeFileSync(key, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  relay = start('relay', config());
  ports = (await listening(relay)).slice(1).map(Number);
  base = `http://127.0.0.1:${ports[0]}`;
  assert.equal((await request(`${base}/readyz`)).status, 503, 'not ready without the key');
  fs.writeFileSync(path.join(dir, 'token.pub'), pair.publicKey.export({ type: 'spki', format: 'pem' }));
  await until('the key is read', async () => (await request(`${base}/readyz`)).status === 200);
});
after(async () => {
  await relay?.stop();
  fs.rmSync(dir, { recursive: true, force: true });
});

const descriptors = () => fs.readdirSync(`/proc/${relay.pid}/fd`).length;
const residentKib = () =>
  Number(fs.readFileSync(`/proc/${relay.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1]);

function open(room) {
  const token = mintToken(key, { sub: `device:${room}`, room, can: 'publish' });
  return request(`${base}/whip/${room}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/sdp', Authorization: `Bearer ${token}` },
    body: publishing(),
  });
}

test('ended sessions leave neither descriptors nor memory behind', async () => {
  const churn = async (count) => {
    for (let i = 0; i < count; ++i) {
      const answer = await open(`room-${i % 20}`);
      assert.equal(answer.status, 201, answer.text);
      assert.equal((await request(base + answer.headers.location, { method: 'DELETE' })).status, 200);
    }
  };
  await churn(200);
  const first = [descriptors(), residentKib()];
  await churn(600);
  await until('descriptors are back', () => descriptors() <= first[0]);
  assert.ok(residentKib() < first[1] + 2048, `${first[1]} KiB grew to ${residentKib()} KiB`);
  assert.match((await request(`${base}/metrics`)).text, /^classcast_relay_sessions 0$/m);
});

test('clients that keep their connections alive cost no descriptor once they are gone', async () => {
  const first = descriptors();
  const agent = new http.Agent({ keepAlive: true, maxSockets: 50 });
  const ask = () =>
    new Promise((resolve, reject) => {
      http
        .get(`${base}/healthz`, { agent }, (response) => response.resume().on('end', resolve))
        .on('error', reject);
    });
  for (let round = 0; round < 5; ++round) {
    await Promise.all(Array.from({ length: 50 }, ask));
  }
  agent.destroy();
  await until('descriptors are back', () => descriptors() <= first);
});

test('a port that is taken is one clear line and exit code 69', async () => {
  for (const [text, what] of [
    [config(ports[0], 0), `cannot listen on TCP 127.0.0.1:${ports[0]}`],
    [config(0, ports[1]), `cannot listen on UDP 127.0.0.1:${ports[1]}`],
  ]) {
    const second = start('second', text);
    const { code } = await second.ended;
    assert.equal(code, 69);
    assert.equal(second.errors.split('\n').filter((line) => line.includes('error')).length, 1, second.errors);
    assert.ok(second.errors.includes(what), second.errors);
  }
});

test('SIGTERM ends it cleanly and at once', async () => {
  const other = start('other', config());
  await listening(other);
  const { code, signal } = await other.stop(3000);
  assert.deepEqual([code, signal], [0, null]);
  assert.match(other.errors, /stopped/);
});

test('no token and no session URL is ever in the log', async () => {
  const answer = await open('room-1');
  await request(base + answer.headers.location, { method: 'DELETE' });
  assert.ok(!relay.errors.includes('eyJ'), 'a token');
  assert.ok(!relay.errors.includes(answer.headers.location.split('/').pop()), 'a session');
});
