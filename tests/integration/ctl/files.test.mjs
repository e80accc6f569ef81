// SPDX-License-Identifier: MIT
// What classcastctl says of files alone: check and explain, wrong use, and nothing secret.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { EX, ctl } from './ctl.mjs';

const SECRETS = ['device-cred-7f3a', 'cam-pass-91b2', 'url-pass-c0de'];
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'classcast-ctl-'));
after(() => fs.rmSync(dir, { recursive: true }));

function write(name, text) {
  const file = path.join(dir, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text, { mode: 0o600 });
  return file;
}

const credential = write('credential', `${SECRETS[0]}\n`);
const server = `[server]\nurl = https://school.example:8443\ncredential_file = ${credential}\n`;
const sound = write('sound.conf', `${server}[camera]\nurl = rtsp://192.0.2.1/live\n`);

describe('classcastctl check', () => {
  test('accepts a sound file', async () => {
    const { code, output } = await ctl('check', '--config', sound);
    assert.equal(code, EX.ok);
    assert.match(output, /sound\.conf is valid/);
  });

  const MISTAKES = [
    [
      'an unknown key',
      '[camera]\nurll = rtsp://192.0.2.1/live\n',
      /:5: \[camera\] urll: .*did you mean "url"/,
    ],
    ['an unknown section', '[kamera]\n', /:4: unknown section \[kamera\].*did you mean "camera"/],
    ['no key at all', `[camera]\nrtsp://admin:${SECRETS[2]}@192.0.2.1/\n`, /:5: not a line of the form/],
    [
      'a bad choice',
      '[camera]\nurl = rtsp://192.0.2.1/\ntransport = tpc\n',
      /:6: \[camera\] transport: .*did you mean "tcp"/,
    ],
    ['a malformed pin', '[server]\npin_sha256 = abc\n', /pin_sha256: is not 44 characters/],
  ];
  for (const [what, lines, says] of MISTAKES) {
    test(`names ${what} with file and line`, async () => {
      const file = write('mistake.conf', server + lines);
      const { code, errors } = await ctl('check', '--config', file);
      assert.equal(code, EX.config);
      assert.ok(errors.startsWith(`classcastctl: ${file}:`), errors);
      assert.match(errors, says);
      assert.ok(!SECRETS.some((secret) => errors.includes(secret)), errors);
    });
  }

  test('accepts the shipped configuration but for the credential that enrolment brings', async () => {
    const shipped = fs
      .readFileSync('config/classroom.conf', 'utf8')
      .replace('/etc/classcast/classroom.credential', credential);
    const { code, errors } = await ctl('check', '--config', write('shipped.conf', shipped));
    assert.equal(code, EX.ok, errors);
  });
});

describe('classcastctl explain', () => {
  const password = write('camera.password', `${SECRETS[1]}\n`);
  const file = write(
    'explained.conf',
    `${server}[camera]\nurl = rtsp://192.0.2.1/live\nusername = cam\npassword_file = ${password}\n`,
  );
  write('explained.conf.d/20-room.conf', `[camera]\nurl = rtsp://192.0.2.7/live\n`);

  test('tells each setting and where it comes from', async () => {
    const { code, output } = await ctl('explain', '--config', file);
    assert.equal(code, EX.ok);
    assert.match(output, new RegExp(`\\[server\\] url = https://school.example:8443 +${file}:2\n`));
    assert.match(output, /\[camera\] url = rtsp:\/\/192\.0\.2\.7\/live +.*20-room\.conf:2\n/);
    assert.match(output, /\[camera\] transport = auto +default\n/);
    assert.ok(!SECRETS.some((secret) => output.includes(secret)), output);
  });

  test('masks a password inside an address', async () => {
    const inUrl = write('in-url.conf', `${server}[camera]\nurl = rtsp://cam:${SECRETS[2]}@192.0.2.1/live\n`);
    for (const args of [[], ['--json']]) {
      const { output } = await ctl('explain', '--config', inUrl, ...args);
      assert.match(output, /rtsp:\/\/cam:\*\*\*@192\.0\.2\.1\/live/);
      assert.ok(!output.includes(SECRETS[2]), output);
    }
  });

  test('prints JSON with file and line', async () => {
    const { output } = await ctl('explain', '--json', '--config', file);
    const url = JSON.parse(output).settings.find(({ section, key }) => section === 'server' && key === 'url');
    assert.deepEqual(url, {
      section: 'server',
      key: 'url',
      value: 'https://school.example:8443',
      file,
      line: 2,
    });
  });

  test('explains a file with a wrong value, and says what is wrong', async () => {
    const wrong = write('wrong.conf', `${server}[camera]\nurl = http://192.0.2.1/\n`);
    const { code, output, errors } = await ctl('explain', '--config', wrong);
    assert.equal(code, EX.config);
    assert.match(output, /\[camera\] url = http:\/\/192\.0\.2\.1\//);
    assert.match(errors, /must begin with rtsp/);
  });
});

describe('classcastctl', () => {
  const COMMANDS = ['check', 'explain', 'doctor', 'status', 'bundle', 'enroll'];

  test('lists its commands', async () => {
    const { code, output } = await ctl('--help');
    assert.equal(code, EX.ok);
    COMMANDS.forEach((command) => assert.match(output, new RegExp(`^  ${command} `, 'm')));
  });

  for (const command of COMMANDS) {
    test(`${command} explains itself and refuses unknown options`, async () => {
      const help = await ctl(command, '--help');
      assert.equal(help.code, EX.ok);
      assert.match(help.output, new RegExp(`classcastctl ${command}`));
      const wrong = await ctl(command, '--konfig', 'x');
      assert.equal(wrong.code, EX.usage, wrong.errors);
      assert.match(wrong.errors, /--help/);
    });
  }

  test('an unknown command, or none, is a wrong use', async () => {
    assert.equal((await ctl('treat')).code, EX.usage);
    assert.equal((await ctl()).code, EX.usage);
  });

  test('status of a service that does not run', async () => {
    const { code, errors } = await ctl('status', '--status-file', path.join(dir, 'none'));
    assert.equal(code, EX.unavailable);
    assert.match(errors, /not running.*systemctl status classcastd/);
  });

  test('status of a file that is not one of ours', async () => {
    const { code, errors } = await ctl('status', '--status-file', write('bad-status', 'x\ny\n'));
    assert.equal(code, EX.unavailable);
    assert.match(errors, /bad-status/);
  });
});
