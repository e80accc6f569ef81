// SPDX-License-Identifier: MIT
// A faulty configuration ends a program with EX_CONFIG (78) and one line that names file, section and key.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { BIN } from '../support/classcast.mjs';
import { Program } from '../support/program.mjs';

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

const FAULTS = [
  {
    what: 'an unknown key',
    program: 'classcastd',
    section: 'camera',
    key: 'urk',
    value: 'rtsp://127.0.0.1:1/live',
  },
  {
    what: 'a malformed URL',
    program: 'classcastd',
    section: 'camera',
    key: 'url',
    value: 'camera without scheme',
  },
  { what: 'an unknown choice', program: 'classcastd', section: 'camera', key: 'codec', value: 'mpeg2' },
  {
    what: 'plain HTTP to another machine',
    program: 'classcastd',
    section: 'server',
    key: 'url',
    value: 'http://192.0.2.1',
  },
  {
    what: 'an absent file',
    program: 'classcastd',
    section: 'server',
    key: 'credential_file',
    value: '/nonexistent',
  },
  {
    what: 'an unknown key',
    program: 'classcast-relay',
    section: 'media',
    key: 'lisen',
    value: '127.0.0.1:0',
  },
  {
    what: 'a malformed address',
    program: 'classcast-relay',
    section: 'media',
    key: 'listen',
    value: 'somewhere',
  },
  {
    what: 'an absent file',
    program: 'classcast-relay',
    section: 'tokens',
    key: 'public_key_file',
    value: '/nonexistent',
  },
  { what: 'an unknown key', program: 'classcast-server', section: 'http', key: 'port', value: '8443' },
  {
    what: 'a malformed address',
    program: 'classcast-server',
    section: 'http',
    key: 'listen',
    value: '127.0.0.1:http',
  },
  { what: 'a malformed URL', program: 'classcast-server', section: 'relay', key: 'url', value: 'relay' },
];

for (const { what, program, section, key, value } of FAULTS) {
  test(`${program}: ${what} in [${section}] ${key}`, async () => {
    const sound = SOUND[program];
    const file = write(`${program}-${section}-${key}`, {
      ...sound,
      [section]: { ...sound[section], [key]: value },
    });
    const { code, errors } = await outcome(program, ['--config', file]);
    assert.equal(code, EX_CONFIG, errors);
    const lines = errors.trim().split('\n');
    assert.equal(lines.length, 1, `one line, not ${errors}`);
    for (const part of [file, `[${section}]`, key]) {
      assert.ok(lines[0].includes(part), `"${lines[0]}" names ${part}`);
    }
  });
}

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
