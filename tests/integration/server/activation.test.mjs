// SPDX-License-Identifier: MIT
// A server that is restarted behind a socket of the service manager: connections wait, none is refused.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BIN } from '../../support/classcast.mjs';
import { Program } from '../../support/program.mjs';
import { until } from '../../support/wait.mjs';
import { TestServer } from './server.mjs';

const HOLDER = fileURLToPath(new URL('../../support/socket-holder.py', import.meta.url));

describe('socket activation', () => {
  let server;
  let holder;
  before(async () => {
    server = await TestServer.start();
    await server.program.stop();
    const command = ['python3', HOLDER, path.join(BIN, 'classcast-server'), '--config', server.config()];
    holder = new Program('holder', command).start();
    const [port] = await holder.said(/\d+/);
    server.url = `https://127.0.0.1:${port}`;
  });
  after(async () => {
    await holder.stop();
    await server.stop();
  });

  const starts = () => holder.errors.split('listening on').length - 1;

  test('no request is refused while it restarts', { timeout: 60_000 }, async () => {
    await until('it listens', () => starts() === 1);
    const client = server.client();
    const statuses = [];
    let going = true;
    const asking = (async () => {
      while (going) {
        const { status } = await client.request('GET', '/healthz').catch((error) => ({ status: error.code }));
        statuses.push(status);
      }
    })();
    for (let round = 1; round <= 3; ++round) {
      const count = statuses.length;
      await until('some are answered', () => statuses.length > count + 3);
      holder.kill('SIGUSR1');
      await until('it listens again', () => starts() === round + 1);
    }
    const count = statuses.length;
    await until('the last are answered', () => statuses.length > count + 3);
    going = false;
    await asking;
    assert.deepEqual([...new Set(statuses)], [200], `${statuses.length} requests`);
  });
});
