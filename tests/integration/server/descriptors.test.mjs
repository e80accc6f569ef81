// SPDX-License-Identifier: MIT
// Thousands of requests of every kind leave neither descriptors nor memory behind. libsoup 3.2.3 keeps the descriptor of
// a kept-alive connection that the client closes, and its own listener an object of every connection.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import https from 'node:https';
import { test } from 'node:test';
import { eachOf, until } from '../../support/wait.mjs';
import { TestServer } from './server.mjs';

const REQUESTS = Number(process.env.CLASSCAST_TEST_REQUESTS ?? 1200);
const WARM_UP = 600;
/** None is the aim; what the heap still takes for itself after the warm-up stays below. */
const MOST_BYTES_EACH = 600;

const residentBytes = (pid) =>
  1024 * Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

test('requests leave neither descriptors nor memory behind', { timeout: 600_000 }, async () => {
  const server = await TestServer.start();
  try {
    server.relay.answer = (request, response) => response.writeHead(201).end('v=0\r\n');
    const admin = await server.signedIn();
    const keepAlive = new https.Agent({ keepAlive: true, maxSockets: 4, ca: server.ca });
    const kept = (target) =>
      new Promise((resolve, reject) => {
        const headers = { Cookie: admin.cookie, Origin: server.url };
        https
          .get(server.url + target, { agent: keepAlive, headers }, (response) =>
            response.on('error', reject).on('end', resolve).resume(),
          )
          .on('error', reject);
      });
    const ways = [
      () => kept('/healthz'),
      () => kept('/'),
      () => kept('/api/v1/rooms'),
      () => kept('/api/v1/audit?limit=1'),
      () => admin.request('POST', '/whep/room-1', { body: 'v=0\r\n' }),
      async () => {
        const page = await server.events(admin).open();
        page.close();
        await page.ended;
      },
    ];
    const ask = (count) => eachOf(Array.from({ length: count }), 8, (_, i) => ways[i % ways.length]());
    const atRest = () =>
      until('all is closed', async () => {
        const { text } = await admin.request('GET', '/metrics');
        return /^classcast_connections [01]$/m.test(text) && /^classcast_browsers 0$/m.test(text);
      });
    await ask(WARM_UP);
    await atRest();
    const descriptors = server.descriptors;
    const bytes = residentBytes(server.program.pid);
    await ask(REQUESTS);
    keepAlive.destroy();
    await atRest();
    await until('its descriptors are closed', () => server.descriptors <= descriptors + 4, {
      within: 20_000,
    });
    const each = Math.round((residentBytes(server.program.pid) - bytes) / REQUESTS);
    assert.ok(each < MOST_BYTES_EACH, `${each} bytes more for every request`);
    if (process.env.CLASSCAST_TEST_REQUESTS) {
      console.log(`${each} bytes per request over ${REQUESTS}; ${server.descriptors} descriptors`);
    }
  } finally {
    await server.stop();
  }
});
