// SPDX-License-Identifier: MIT
// HTTP itself: problems, limits, headers, the viewer's files, monitoring, descriptors.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { after, before, describe, test } from 'node:test';
import { until } from '../../support/wait.mjs';
import { TestServer } from './server.mjs';

const KIB = 1024;

describe('HTTP', () => {
  let server;
  let client;
  before(async () => {
    server = await TestServer.start();
    client = server.client();
  });
  after(() => server.stop());

  /** Bytes as they are, and what comes back until the other side closes. */
  const raw = (text) =>
    new Promise((resolve, reject) => {
      let answer = '';
      const socket = tls.connect({ port: server.port, host: '127.0.0.1', ca: server.ca }, () =>
        socket.write(text),
      );
      socket.on('data', (data) => (answer += data));
      socket.on('close', () => resolve(answer));
      socket.on('error', reject);
    });

  test('an unknown address and an unknown method are problems', async () => {
    const nowhere = await client.request('GET', '/api/v1/nowhere');
    assert.equal(nowhere.status, 404);
    assert.equal(nowhere.json.type, 'urn:classcast:error:not-found');
    assert.equal(nowhere.json.status, 404);
    const wrong = await client.request('PUT', '/api/v1/rooms');
    assert.equal(wrong.status, 405);
    assert.equal(wrong.headers.allow, 'GET, HEAD, POST');
    assert.equal(wrong.headers['content-type'], 'application/problem+json');
    assert.equal((await client.request('POST', '/nowhere')).status, 404);
  });

  test('every answer carries the security headers', async () => {
    for (const target of ['/', '/api/v1/session', '/healthz', '/nothing.here']) {
      const { headers } = await client.request('GET', target);
      const csp = headers['content-security-policy'];
      for (const part of [
        "default-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "connect-src 'self'",
      ]) {
        assert.ok(csp.includes(part), `${target}: ${part}`);
      }
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['referrer-policy'], 'no-referrer');
      assert.match(headers['strict-transport-security'], /max-age=\d+/);
      assert.equal(headers.server, undefined);
    }
  });

  test('a body over 64 KiB is refused, announced or not', async () => {
    const headers = { 'Content-Type': 'application/json' };
    const announced = await client.request('POST', '/api/v1/session', {
      headers,
      body: 'x'.repeat(65 * KIB),
    });
    assert.equal(announced.status, 413);
    assert.equal(announced.json.type, 'urn:classcast:error:payload-too-large');
    const chunk = `${(16 * KIB).toString(16)}\r\n${'x'.repeat(16 * KIB)}\r\n`;
    const head = 'POST /api/v1/session HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n';
    const chunked = await raw(`${head}${chunk.repeat(5)}0\r\n\r\n`);
    assert.match(chunked, /^HTTP\/1\.1 413 /);
  });

  test('garbage on the wire ends only its own connection', async () => {
    const garbage = ['GET\r\n\r\n', '\0\0\0\r\n\r\n', `GET /${'x'.repeat(1e6)} HTTP/1.1\r\n\r\n`];
    await Promise.all(
      garbage.map((text) => raw(text).catch((error) => assert.match(error.code, /ECONNRESET|EPIPE/))),
    );
    assert.equal((await client.request('GET', '/healthz')).status, 200);
  });

  test('an address of the viewer is its page, its assets stay for ever', async () => {
    for (const target of ['/', '/rooms/room-101', '/sign-in']) {
      const page = await client.request('GET', target);
      assert.equal(page.status, 200, target);
      assert.match(page.headers['content-type'], /^text\/html/);
      assert.equal(page.headers['cache-control'], 'no-cache');
    }
    const asset = await client.request('GET', '/assets/app-1a2b3c.js');
    assert.match(asset.headers['content-type'], /^text\/javascript/);
    assert.match(asset.headers['cache-control'], /immutable/);
    const again = await client.request('GET', '/assets/app-1a2b3c.js', {
      headers: { 'If-None-Match': asset.headers.etag },
    });
    assert.equal(again.status, 304);
    assert.equal(again.text, '');
    const head = await client.request('HEAD', '/assets/app-1a2b3c.js');
    assert.equal(head.text, '');
    assert.equal(head.headers['content-length'], String('export {};'.length));
  });

  test('no path leads out of the viewer', async () => {
    fs.writeFileSync(path.join(server.dir, 'outside.txt'), 'outside');
    for (const target of [
      '/../outside.txt',
      '/%2e%2e/outside.txt',
      '/assets/../../outside.txt',
      '/..%2foutside.txt',
    ]) {
      const answer = await raw(`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`);
      assert.ok(!answer.includes('outside'), target);
    }
    const missing = await client.request('GET', '/assets/none.js');
    assert.equal(missing.status, 404);
  });

  test('monitoring is answered', async () => {
    assert.deepEqual((await client.request('GET', '/healthz')).json, { status: 'ok' });
    const ready = await until('the relay was asked', async () => {
      const answer = await client.request('GET', '/readyz');
      return answer.json.relay && answer;
    });
    assert.deepEqual(ready.json, { status: 'ready', viewer: true, relay: true });
    const metrics = await client.request('GET', '/metrics');
    assert.match(metrics.text, /^classcast_relay_up 1$/m);
  });

  test('a reload takes the viewer that is there now', async () => {
    fs.writeFileSync(path.join(server.viewer, 'index.html'), '<title>new</title>');
    server.program.kill('SIGHUP');
    await until('the new page', async () => (await client.request('GET', '/')).text.includes('new'));
  });

  test('connections leave no descriptor behind, however they end', async () => {
    await client.request('GET', '/healthz');
    await until('a quiet moment', async () => server.descriptors <= 40);
    const before_ = server.descriptors;
    const ways = [
      () => client.request('GET', '/healthz', { headers: { Connection: 'keep-alive' } }),
      () => client.request('GET', '/', { headers: { Connection: 'keep-alive' } }),
      () => raw('GET /healthz HTTP/1.0\r\n\r\n'),
      () => abandon('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n'),
      () => abandon('GET /healthz HTTP/1.1\r\nHo'),
      () => abandon('POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{'),
      () => abandon(''),
      () => plain('GET / HTTP/1.1\r\n\r\n'),
    ];
    for (let i = 0; i < 25; ++i) {
      await Promise.all(ways.map((way) => way()));
    }
    await until('all descriptors closed', () => server.descriptors <= before_ + 1, { within: 8000 });
    assert.match((await client.request('GET', '/metrics')).text, /^classcast_connections [01]$/m);
  });

  /** Hangs up right after writing. */
  const abandon = (text) =>
    new Promise((resolve) => {
      const socket = tls.connect({ port: server.port, host: '127.0.0.1', ca: server.ca }, () => {
        socket.write(text, () => socket.destroy());
      });
      socket.on('close', resolve);
      socket.on('error', resolve);
    });

  /** Speaks no TLS. */
  const plain = (text) =>
    new Promise((resolve) => {
      const socket = net.connect(server.port, '127.0.0.1', () => socket.write(text));
      socket.on('data', () => {});
      socket.on('close', resolve);
      socket.on('error', resolve);
    });
});

describe('starting', () => {
  test('a taken port is one clear error', async () => {
    const first = await TestServer.start();
    const second = new TestServer();
    second.relay = first.relay;
    second.listen = first.listen;
    await assert.rejects(second.run(), (error) => {
      const lines = error.message.split('\n').filter((line) => line.includes('error'));
      return lines.length === 1 && lines[0].includes(`cannot listen on ${first.listen}`);
    });
    assert.notEqual(second.program.status.code, 0);
    await first.stop();
    fs.rmSync(second.dir, { recursive: true });
  });

  test('it ends on SIGTERM within its farewell', async () => {
    const server = await TestServer.start();
    const begun = Date.now();
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
    assert.ok(Date.now() - begun < 4000);
  });
});
