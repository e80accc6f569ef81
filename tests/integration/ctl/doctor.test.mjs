// SPDX-License-Identifier: MIT
// doctor, status and bundle beside a running classroom, and doctor on every part that may be broken.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Camera } from '../../support/camera.mjs';
import { BIN, Classcast } from '../../support/classcast.mjs';
import { micOf } from '../../support/microphones.mjs';
import { freeTcpPort } from '../../support/ports.mjs';
import { run } from '../../support/program.mjs';
import { until } from '../../support/wait.mjs';
import { EX, ctl, doctor } from './ctl.mjs';

const PASSWORD = 'cam-pass%91b2';

describe('beside a running classroom', () => {
  /** @type {Classcast} */
  let classcast;
  let config;
  let statusFile;
  let daemon;

  before(async () => {
    classcast = await Classcast.start({
      rooms: [
        {
          id: 'room-101',
          camera: { user: 'cam', password: PASSWORD, picture: { seconds: 4 } },
          loginInUrl: false,
        },
      ],
    });
    ({ daemon } = classcast.classrooms.get('room-101'));
    config = path.join(classcast.dir, 'classcastd-room-101.conf');
    statusFile = path.join(classcast.dir, 'status.json');
    await daemon.stop();
    daemon.env = { ...process.env, RUNTIME_DIRECTORY: classcast.dir };
    daemon.start();
    await classcast.becomes('room-101', 'live', 30_000);
    await until(
      'the status file says live',
      () =>
        fs.existsSync(statusFile) && /"uplink":\{"state":"live"/.test(fs.readFileSync(statusFile, 'utf8')),
    );
  });
  after(() => classcast?.stop());

  /** A variation of the room's configuration. */
  function variation(name, change) {
    const text = change(fs.readFileSync(config, 'utf8'));
    return classcast.write(`${name}.conf`, text);
  }
  const examine = (file = config, ...args) => doctor('--config', file, '--status-file', statusFile, ...args);

  test('status tells the room and its parts', async () => {
    const { code, output } = await ctl('status', '--status-file', statusFile);
    assert.equal(code, EX.ok);
    assert.match(output, /room +room-101\n/);
    assert.match(output, /camera +live, H264 .*640×360/);
    assert.match(output, /uplink +live/);
    const { output: json } = await ctl('status', '--json', '--status-file', statusFile);
    assert.equal(JSON.parse(json).camera.state, 'live');
  });

  test('doctor finds nothing wrong, measures camera and sound, and disturbs nobody', async () => {
    const { pid } = daemon;
    const { code, report, of } = await examine();
    assert.equal(code, EX.ok, JSON.stringify(report, undefined, 1));
    assert.equal(report.ok, true);
    assert.match(of('camera').text, /640×360/);
    assert.match(of('keyframes').text, /every 2\.\d s|every 1\.9 s/);
    assert.match(of('microphone').text, /-\d+ dBFS/);
    assert.match(of('sound server').text, /another account's sound server, by the socket .*pulseaudio/i);
    assert.equal(of('server').verdict, 'good');
    assert.match(of('certificate').text, /good for \d+ days/);
    assert.match(of('clock').text, /clock is \d s/);
    assert.equal(of('relay').verdict, 'good');
    assert.equal(of('disk').subject, 'disk');
    assert.equal(daemon.pid, pid);
    assert.equal((await classcast.api.room('room-101')).state, 'live');
  });

  test('a wrong password, a missing microphone and open files are each named with what to do', async () => {
    const credential = classcast.write('open.credential', 'x\n');
    fs.chmodSync(credential, 0o644);
    const wrong = classcast.write('wrong.password', 'wrong\n');
    const file = variation('broken', (text) =>
      text
        .replace(/credential_file = .*/, `credential_file = ${credential}`)
        .replace(/password_file = .*/, `password_file = ${wrong}`)
        .replace(/device = .*/, 'device = no-such-microphone'),
    );
    const { code, of, report } = await examine(file);
    assert.equal(code, EX.unavailable);
    assert.equal(report.ok, false);
    assert.match(of('camera').text, /refused the user name or password/);
    assert.match(of('camera').fix, /edit \[camera\]/);
    assert.match(of('microphone').text, /no-such-microphone.*does not exist/);
    assert.match(of('microphone').fix, /pactl .*list short sources/);
    assert.match(of('permissions').text, /everybody on this computer can read/);
    assert.match(of('permissions').fix, /chmod 0600/);
  });

  test('a server and a camera that are not there', async () => {
    const port = await freeTcpPort();
    const file = variation('away', (text) =>
      text
        .replace(/url = https:.*/, `url = https://127.0.0.1:${port}`)
        .replace(/url = rtsp:.*/, `url = rtsp://127.0.0.1:${port}/live`),
    );
    const { code, of } = await doctor('--config', file, '--status-file', '/nonexistent');
    assert.equal(code, EX.unavailable);
    assert.match(of('server').text, /cannot be used/);
    assert.match(of('camera').text, new RegExp(`refuses connections on port ${port}`));
    assert.match(of('service').fix, /systemctl restart classcastd/);
    assert.equal(of('relay UDP').verdict, 'fault');
  });

  test('a camera with H.265 and a muted microphone work, with a warning', async () => {
    const h265 = await new Camera({
      bin: BIN,
      room: 'h265',
      dir: classcast.logs,
      picture: { codec: 'h265', seconds: 4 },
    }).start();
    const file = variation('h265', (text) =>
      text
        .replace(/url = rtsp:.*/, `url = ${h265.url}`)
        .replace(/username = .*\n/, '')
        .replace(/password_file = .*\n/, ''),
    );
    await classcast.microphones.pactl('set-source-mute', micOf('room-101'), '1');
    const { code, of } = await examine(file);
    await classcast.microphones.pactl('set-source-mute', micOf('room-101'), '0');
    await h265.stop();
    assert.equal(code, EX.ok);
    assert.equal(of('camera').verdict, 'warning');
    assert.match(of('camera').text, /camera sends H\.265.*encodes the picture anew/);
    assert.match(of('camera').fix, /H\.264/);
    assert.equal(of('microphone').verdict, 'warning');
    assert.match(of('microphone').text, /silence/);
    assert.match(of('microphone').fix, /set-source-mute room-101-mic 0/);
  });

  test('a server with another key than the pinned one', async () => {
    const pin = Buffer.alloc(32).toString('base64');
    const file = variation('pinned', (text) => text.replace(/ca_file = .*/, `pin_sha256 = ${pin}`));
    const { of } = await examine(file);
    assert.equal(of('certificate').verdict, 'fault');
    assert.match(of('certificate').text, /another key .* than the pinned one/);
    assert.equal(of('server').verdict, 'fault');
  });

  test('the support archive holds what support needs and no secret', async () => {
    const output = path.join(classcast.dir, 'support.tar.gz');
    const { code, errors } = await ctl(
      'bundle',
      '--config',
      config,
      '--status-file',
      statusFile,
      '--output',
      output,
    );
    assert.equal(code, EX.ok, errors);
    assert.equal(fs.statSync(output).mode & 0o777, 0o600);
    const names = (await run(['tar', 'tzf', output])).split('\n');
    for (const name of ['settings.txt', 'doctor.json', 'status.txt', 'journal.txt', 'system.txt']) {
      assert.ok(names.includes(`./${name}`), `${name} in ${names}`);
    }
    const text = await run(['tar', 'xzOf', output]);
    assert.match(text, /\[camera\] url = rtsp/);
    assert.match(text, /640×360/);
    const { credential } = classcast.classrooms.get('room-101');
    for (const secret of [credential, PASSWORD, encodeURIComponent(PASSWORD)]) {
      assert.ok(!text.includes(secret), 'a secret in the archive');
    }
  });

  test('status of a service that has died', async () => {
    daemon.kill('SIGKILL');
    await daemon.ended;
    const { code, errors } = await ctl('status', '--status-file', statusFile);
    assert.equal(code, EX.unavailable);
    assert.match(errors, /has died/);
    daemon.start();
  });
});
