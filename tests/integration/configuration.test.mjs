// SPDX-License-Identifier: MIT
// A faulty configuration ends a program with EX_CONFIG (78) and one line that names file, section and key.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { request } from '../support/api.mjs';
import { BIN } from '../support/classcast.mjs';
import { Program } from '../support/program.mjs';
import { until } from '../support/wait.mjs';

const EX_CONFIG = 78;
const EX_USAGE = 64;
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'classcast-config-'));
after(() => fs.rmSync(dir, { recursive: true }));

const credential = path.join(dir, 'credential');
fs.writeFileSync(credential, 'a-credential\n', { mode: 0o600 });

const SOUND = {
  classcastd: {
    server: { url: 'https://127.0.0.1:1', credential_file: credential },
    camera: { url: 'rtsp://127.0.0.1:1/live' },
  },
  'classcast-relay': {
    http: { listen: '127.0.0.1:0' },
    media: { listen: '127.0.0.1:0' },
    tokens: { public_key_file: '/dev/null' },
  },
  'classcast-recorder': {
    server: { url: 'https://127.0.0.1:1', credential_file: credential },
    files: { listen: '127.0.0.1:0', public_key_file: '/dev/null' },
    storage: { path: path.join(dir, 'store') },
    state: { directory: path.join(dir, 'recorder') },
  },
  'classcast-server': { http: { listen: '127.0.0.1:0' }, state: { directory: path.join(dir, 'state') } },
};

function write(name, sections) {
  const file = path.join(dir, `${name}.conf`);
  const text = Object.entries(sections).map(
    ([section, keys]) =>
      `[${section}]\n${Object.entries(keys)
        .map(([key, value]) => `${key} = ${value}\n`)
        .join('')}`,
  );
  fs.writeFileSync(file, text.join('\n'));
  return file;
}

/** @returns {Promise<{code: number, errors: string}>} */
async function outcome(program, args) {
  const process = new Program(program, [path.join(BIN, program), ...args]).start();
  const limit = setTimeout(() => process.kill('SIGKILL'), 10_000);
  const { code, signal } = await process.ended;
  clearTimeout(limit);
  assert.equal(signal, null, `${program} did not end by itself: ${process.errors}`);
  return { code, errors: process.errors };
}

/** What is wrong, in which program, and the line that makes it so. */
const FAULTS = [
  ['an unknown key', 'classcastd', '[camera] urk', 'rtsp://127.0.0.1:1/live'],
  ['a malformed URL', 'classcastd', '[camera] url', 'camera without scheme'],
  ['an unknown choice', 'classcastd', '[camera] codec', 'mpeg2'],
  ['plain HTTP to another machine', 'classcastd', '[server] url', 'http://192.0.2.1'],
  ['an absent file', 'classcastd', '[server] credential_file', '/nonexistent'],
  ['an unknown key', 'classcast-relay', '[media] lisen', '127.0.0.1:0'],
  ['a malformed address', 'classcast-relay', '[media] listen', 'somewhere'],
  ['no yes or no', 'classcast-relay', '[tokens] required', 'perhaps'],
  ['an unknown key', 'classcast-recorder', '[storage] folder', '/srv'],
  ['plain HTTP', 'classcast-recorder', '[server] url', 'http://192.0.2.1'],
  ['a malformed address', 'classcast-recorder', '[files] listen', 'somewhere'],
  ['an unknown key', 'classcast-server', '[http] port', '8443'],
  ['a malformed address', 'classcast-server', '[http] listen', '127.0.0.1:http'],
  ['a malformed URL', 'classcast-server', '[relay] url', 'relay'],
];

for (const [what, program, place, value] of FAULTS) {
  test(`${program}: ${what} at ${place}`, async () => {
    const [section, key] = place.match(/[a-z_]+/g);
    const sound = SOUND[program];
    const file = write(`${program}-${section}-${key}`, {
      ...sound,
      [section]: { ...sound[section], [key]: value },
    });
    const { code, errors } = await outcome(program, ['--config', file]);
    assert.equal(code, EX_CONFIG, errors);
    const lines = errors.trim().split('\n');
    assert.equal(lines.length, 1, `one line, not ${errors}`);
    for (const part of [file, place]) {
      assert.ok(lines[0].includes(part), `"${lines[0]}" names ${part}`);
    }
  });
}

// The relay may be started before the server's first start, which makes the key.
test('classcast-relay: without the key of the server it serves nobody and names the file', async () => {
  const tokens = { public_key_file: path.join(dir, 'no-key') };
  const file = write('relay-no-key', { ...SOUND['classcast-relay'], tokens });
  const relay = new Program('relay', [path.join(BIN, 'classcast-relay'), '--config', file]).start();
  try {
    const port = await until('the relay listens', () => /HTTP on port (\d+)/.exec(relay.errors)?.[1]);
    const headers = { Authorization: 'Bearer e30.e30.e30', 'Content-Type': 'application/sdp' };
    const answer = await request(`http://127.0.0.1:${port}/whip/room-101`, {
      method: 'POST',
      headers,
      body: 'v=0',
    });
    assert.equal(answer.status, 503);
    await until('the relay names the file', () => relay.errors.includes(tokens.public_key_file));
  } finally {
    await relay.stop();
  }
});

describe('every program', () => {
  for (const program of Object.keys(SOUND)) {
    test(`${program}: an unknown section is named`, async () => {
      const file = write(`${program}-section`, { ...SOUND[program], kamera: { url: 'x' } });
      const { code, errors } = await outcome(program, ['--config', file]);
      assert.equal(code, EX_CONFIG, errors);
      assert.match(errors, /\[kamera\]/);
    });

    test(`${program}: a missing file is named`, async () => {
      const { code, errors } = await outcome(program, ['--config', '/nonexistent/classcast.conf']);
      assert.equal(code, EX_CONFIG, errors);
      assert.match(errors, /\/nonexistent\/classcast\.conf/);
    });

    test(`${program}: an unknown option is a wrong use`, async () => {
      const { code, errors } = await outcome(program, ['--konfig', 'x']);
      assert.equal(code, EX_USAGE, errors);
    });
  }
});
