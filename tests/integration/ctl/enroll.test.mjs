// SPDX-License-Identifier: MIT
// classcastctl enroll against the real server, and classcastd with what it wrote.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Camera } from '../../support/camera.mjs';
import { BIN, Classcast } from '../../support/classcast.mjs';
import { freeTcpPort } from '../../support/ports.mjs';
import { Program } from '../../support/program.mjs';
import { EX, ctl } from './ctl.mjs';

describe('classcastctl enroll', () => {
  /** @type {Classcast} */
  let classcast;
  let pin;
  let folders = 0;

  before(async () => {
    classcast = await Classcast.start({ rooms: [] });
    await classcast.api.createRoom('room-101', 'Room 101');
    const { publicKey } = new crypto.X509Certificate(fs.readFileSync(classcast.certificate));
    pin = crypto
      .createHash('sha256')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64');
  });
  after(() => classcast?.stop());

  const code = async () => (await classcast.api.expect(201, 'POST', '/rooms/room-101/enrolment')).code;

  /** An empty folder for a configuration. */
  function place() {
    const folder = path.join(classcast.dir, `pc-${++folders}`);
    fs.mkdirSync(folder);
    return {
      folder,
      config: path.join(folder, 'classroom.conf'),
      credential: path.join(folder, 'classroom.credential'),
    };
  }
  const enroll = ({ config }, ...args) => ctl('enroll', '--config', config, ...args);

  test('stores the credential for the service alone, pins the key, and classcastd is LIVE with both', async () => {
    const pc = place();
    const { code: exit, output, errors } = await enroll(pc, classcast.url, await code(), '--pin', pin);
    assert.equal(exit, EX.ok, errors);
    assert.match(output, /This PC is now Room 101 \(room-101\)/);
    assert.equal(fs.statSync(pc.credential).mode & 0o777, 0o600);
    const credential = fs.readFileSync(pc.credential, 'utf8').trim();
    const dropIn = fs.readFileSync(`${pc.config}.d/10-server.conf`, 'utf8');
    assert.ok(dropIn.includes(pin) && !dropIn.includes(credential), dropIn);
    assert.ok(!output.includes(credential));

    const camera = await new Camera({
      bin: BIN,
      room: 'room-101',
      dir: classcast.logs,
      picture: { seconds: 4 },
    }).start();
    // The main file trusts an anchor that does not fit; the pin decides.
    const anchor = '/etc/ssl/certs/ca-certificates.crt';
    fs.writeFileSync(pc.config, `[server]\nca_file = ${anchor}\n[camera]\nurl = ${camera.url}\n`);
    const daemon = new Program('classcastd', [path.join(BIN, 'classcastd'), '--config', pc.config]).start();
    try {
      await classcast.becomes('room-101', 'live', 30_000);
    } finally {
      await daemon.stop();
      await camera.stop();
    }
  });

  test('shows the fingerprint, and believes it with --yes', async () => {
    const { code: exit, output } = await enroll(place(), classcast.url, await code(), '--yes');
    assert.equal(exit, EX.ok);
    assert.ok(output.includes(pin), output);
  });

  test('asks nobody when there is no terminal, and spends no code', async () => {
    const pc = place();
    const unspent = await code();
    const { code: exit, errors } = await enroll(pc, classcast.url, unspent);
    assert.equal(exit, EX.usage);
    assert.match(errors, /--pin FINGERPRINT, or --yes/);
    assert.ok(!fs.existsSync(pc.credential));
    assert.equal((await enroll(pc, classcast.url, unspent, '--yes')).code, EX.ok);
  });

  test('refuses a server with another key', async () => {
    const pc = place();
    const other = crypto.randomBytes(32).toString('base64');
    const { code: exit, errors } = await enroll(pc, classcast.url, await code(), '--pin', other);
    assert.equal(exit, EX.denied);
    assert.match(errors, /not the right server/);
    assert.ok(!fs.existsSync(pc.credential));
  });

  test('a wrong code, and one that was used', async () => {
    const once = await code();
    assert.equal((await enroll(place(), classcast.url, once, '--yes')).code, EX.ok);
    for (const bad of ['AAAA-2222', once]) {
      const { code: exit, errors } = await enroll(place(), classcast.url, bad, '--yes');
      assert.equal(exit, EX.denied);
      assert.match(errors, /mistyped, used or expired/);
    }
  });

  test('a folder that is not there to write into spends no code', async () => {
    const unspent = await code();
    const blocked = { config: '/proc/classcast/classroom.conf' };
    const { code: exit, errors } = await enroll(blocked, classcast.url, unspent, '--yes');
    assert.equal(exit, EX.cannotCreate);
    assert.match(errors, /cannot (make|write)/);
    assert.equal((await enroll(place(), classcast.url, unspent, '--yes')).code, EX.ok);
  });

  test('a server that is not there', async () => {
    const { code: exit, errors } = await enroll(
      place(),
      `https://127.0.0.1:${await freeTcpPort()}`,
      'AAAA-2222',
      '--yes',
    );
    assert.equal(exit, EX.unavailable);
    assert.match(errors, /cannot be reached/);
  });

  test('a token serves several PCs, each into its own room', async () => {
    await classcast.api.createRoom('room-102', 'Room 102');
    const { token } = await classcast.api.expect(201, 'POST', '/enrolment-tokens', {
      uses: 2,
      rooms: { 'pc-1': 'room-101' },
    });
    const file = classcast.write('token', `${token}\n`);
    for (const [host, room] of [
      ['pc-1', 'room-101'],
      ['room-102', 'room-102'],
    ]) {
      const {
        code: exit,
        output,
        errors,
      } = await enroll(place(), classcast.url, '--token-file', file, '--pin', pin, '--host', host);
      assert.equal(exit, EX.ok, errors);
      assert.match(output, new RegExp(`\\(${room}\\)`));
      assert.ok(!output.includes(token));
    }
    const { code: exit, errors } = await enroll(
      place(),
      classcast.url,
      '--token-file',
      file,
      '--pin',
      pin,
      '--host',
      'room-101',
    );
    assert.equal(exit, EX.denied, 'two uses, no third');
    assert.ok(!errors.includes(token));
  });

  const WRONG = [
    ['no address', []],
    ['no code', ['https://school']],
    ['code and token', ['https://school', 'AAAA-2222', '--token-file', '/dev/null']],
    ['plain HTTP', ['http://school', 'AAAA-2222']],
    ['an empty token file', ['https://school', '--token-file', '/dev/null']],
    ['a malformed pin', ['https://school', 'AAAA-2222', '--pin', 'abc']],
  ];
  for (const [what, args] of WRONG) {
    test(`${what} is a wrong use`, async () => {
      const { code: exit, errors } = await enroll(place(), ...args);
      assert.equal(exit, EX.usage, errors);
      assert.equal(errors.trim().split('\n').length, 1, errors);
    });
  }
});
