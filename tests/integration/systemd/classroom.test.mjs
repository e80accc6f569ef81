// SPDX-License-Identifier: MIT
// docs/guide/classroom.md on a real systemd: each of its commands, from the package to LIVE; then what the service
// manager does with a service that hangs, dies or is misconfigured, and how confined it is.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Camera } from '../../support/camera.mjs';
import { BIN, Classcast, TOP } from '../../support/classcast.mjs';
import { Machine } from '../../support/machine.mjs';
import { packages } from '../../support/packages.mjs';
import { until } from '../../support/wait.mjs';

const PASSWORD = 'cam-pass%91b2';
const GUIDE = fs.readFileSync(path.join(TOP, 'docs/guide/classroom.md'), 'utf8');
const blocks = (language) =>
  [...GUIDE.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map((match) => match[1].trim());
const COMMANDS = blocks('sh').flatMap((block) => block.split('\n'));

describe('A classroom PC with systemd', { concurrency: 1 }, () => {
  /** @type {Classcast} */
  let classcast;
  /** @type {Machine} */
  let machine;
  /** @type {Camera} */
  let camera;
  let debs;
  /** @type {Set<string>} */
  const done = new Set();

  before(async () => {
    classcast = await Classcast.start({ rooms: [] });
    await classcast.api.createRoom('room-101', 'Room 101');
    camera = new Camera({
      bin: BIN,
      room: 'room-101',
      dir: classcast.logs,
      user: 'cam',
      password: PASSWORD,
      picture: { seconds: 4 },
    });
    await Promise.all([
      camera.start(),
      packages().then((made) => (debs = made)),
      Machine.boot().then((booted) => (machine = booted)),
    ]);
  });
  after(async () => {
    await machine?.stop();
    await camera?.stop();
    await classcast?.stop();
  });

  /** A command of the guide, with this test's own names for the guide's; it must succeed. */
  async function guide(beginning, change = (command) => command) {
    const command = COMMANDS.find((line) => line.startsWith(beginning));
    assert.ok(command, `the guide has a command that begins with "${beginning}"`);
    done.add(command);
    // The machine's root needs no sudo.
    const changed = change(
      command.replace(/^sudo -u (\S+)/, 'setpriv --reuid=$1 --regid=$1 --init-groups').replace(/^sudo /, ''),
    );
    const { code, output, errors } = await machine.shell(changed);
    assert.equal(code, 0, `${changed}: ${output}${errors}`);
    return output;
  }

  const journal = () => machine.run('journalctl', '--unit=classcastd', '--no-pager', '--output=cat');

  /** The service has media on their way to the relay. */
  const live = () => classcast.becomes('room-101', 'live', 30_000);

  test('the package installs, and starts nothing yet', async () => {
    const file = path.basename(debs.classroom);
    await machine.copy(debs.classroom, `/opt/${file}`);
    const output = await guide('sudo apt-get install', (command) =>
      command.replace(/ \.\/.*/, ` --no-install-recommends /opt/${file}`),
    );
    assert.match(output, /Setting up classcast-classroom/);
    assert.equal(await machine.property('classcastd', 'ActiveState'), 'inactive');
    assert.equal((await machine.run('systemctl', 'is-enabled', 'classcastd')).trim(), 'enabled');
    assert.match(await machine.run('id', 'classcast'), /\(classcast\)/);
  });

  test('its units are sound', async () => {
    const { code, output, errors } = await machine.shell(
      'systemd-analyze verify --man=no /lib/systemd/system/classcast*.service 2>&1 | grep classcast',
    );
    assert.equal(output + errors, '', `verify says nothing (grep: ${code})`);
  });

  test('a configuration that is not sound is told, is not READY and is not tried again', async () => {
    await machine.shell('systemctl start classcastd');
    await until(
      'it has failed',
      async () => (await machine.property('classcastd', 'ActiveState')) === 'failed',
    );
    assert.equal(await machine.property('classcastd', 'ExecMainStatus'), '78');
    assert.equal(await machine.property('classcastd', 'NRestarts'), '0');
    assert.match(await journal(), /classroom\.conf:\d+: \[server\] credential_file/);
    await machine.run('systemctl', 'reset-failed', 'classcastd');
  });

  test('it joins its room by a code', async () => {
    const { code } = await classcast.api.expect(201, 'POST', '/rooms/room-101/enrolment');
    const output = await guide(
      'sudo classcastctl enroll https://server.school.example:8443 ABCD',
      () => `classcastctl enroll ${classcast.url} ${code} --yes`,
    );
    assert.match(output, /This PC is now Room 101 \(room-101\)/);
    const mode = await machine.run('stat', '--format=%a %U', '/etc/classcast/classroom.credential');
    assert.equal(mode.trim(), '600 classcast');
  });

  test('the camera gets its own files', async () => {
    await guide('sudo install');
    await guide(
      'sudoedit /etc/classcast/camera.password',
      () => `echo '${PASSWORD}' >/etc/classcast/camera.password`,
    );
    const settings = blocks('ini').find((block) => block.startsWith('[camera]'));
    const written = settings
      .replace(/url = .*/, `url = ${camera.url}`)
      .replace(/username = .*/, 'username = cam');
    await machine.write('/tmp/camera.conf', `${written}\n`);
    await guide('sudoedit /etc/classcast/classroom.conf.d/30-camera.conf', (command) =>
      command.replace('sudoedit', 'cp /tmp/camera.conf'),
    );
  });

  test("the desktop account's microphone is shared, with nobody signed in", async () => {
    await machine.run('useradd', '--create-home', 'teacher');
    const output = await guide('sudo classcast-setup-sound');
    assert.match(output, /sound server starts with this computer/);
    const asTeacher =
      'setpriv --reuid=teacher --regid=teacher --init-groups env XDG_RUNTIME_DIR=/run/user/$(id -u teacher) HOME=/home/teacher';
    const plug = [
      'module-null-sink sink_name=table',
      'module-sine frequency=440 sink=table',
      'module-remap-source master=table.monitor source_name=ceiling',
    ].map((module) => `${asTeacher} pactl load-module ${module}`);
    await until(
      'the lingering session runs',
      async () => (await machine.shell(`${asTeacher} systemctl --user start pulseaudio`)).code === 0,
      { within: 20_000, every: 300 },
    );
    const { code, errors } = await machine.shell(
      [...plug, `${asTeacher} pactl set-default-source ceiling`].join(' && '),
    );
    assert.equal(code, 0, errors);
    assert.match(await guide('sudo -u classcast pactl'), /ceiling/);
    const nobody = await machine.shell(
      'setpriv --reuid=nobody --regid=nogroup --clear-groups pactl --server=unix:/run/classcast-audio/pulse info',
    );
    assert.notEqual(nobody.code, 0, 'others are kept out');
  });

  test('it becomes LIVE with picture and sound, and tells so', async () => {
    assert.match(await guide('sudo classcastctl check'), /is valid/);
    await guide('sudo systemctl restart classcastd');
    assert.equal(await machine.property('classcastd', 'ActiveState'), 'active');
    await live();
    const findings = await guide('sudo classcastctl doctor');
    assert.match(findings, /^good +camera +640×360/m);
    assert.match(findings, /^good +microphone +-\d+ dBFS/m);
    assert.match(
      findings,
      /another account's sound server, by the socket unix:\/run\/classcast-audio\/pulse \(pulseaudio/i,
    );
    assert.match(findings, /^good +permissions .*classroom\.credential is kept from other accounts/m);
    assert.match(await guide('sudo classcastctl status'), /^microphone +live/m);
    const shown = await guide('systemctl status');
    assert.match(shown, /Status: "room-101: camera live 10 fps, microphone live -\d+ dBFS, uplink live/);
    const fields = ['ROOM=room-101', 'SOURCE=uplink'];
    assert.match(await machine.run('journalctl', '--no-pager', '--output=cat', ...fields), /^uplink: live/m);
  });

  test('a technician reads why, and takes an archive along', async () => {
    assert.match(
      await guide('sudo classcastctl explain'),
      /\[server\] pin_sha256 = \S{44} +\/etc\/classcast\/classroom\.conf\.d\/10-server\.conf/,
    );
    assert.match(await guide('sudo journalctl'), /camera/);
    await guide('sudo classcastctl bundle');
    const text = await machine.run('tar', 'xzOf', '/tmp/classcast-support.tar.gz');
    assert.match(text, /classcastd/);
    const credential = (await machine.run('cat', '/etc/classcast/classroom.credential')).trim();
    for (const secret of [credential, PASSWORD, encodeURIComponent(PASSWORD)]) {
      assert.ok(!text.includes(secret), 'a secret in the archive');
    }
  });

  test('a reload keeps the process', async () => {
    const pid = await machine.property('classcastd', 'MainPID');
    await guide('sudo systemctl reload');
    assert.equal(await machine.property('classcastd', 'MainPID'), pid);
  });

  test('it is confined, and camera and microphone work nevertheless', async () => {
    const [, exposure] = /Overall exposure level for classcastd.service: (\d+\.\d+)/.exec(
      await machine.run('systemd-analyze', 'security', '--no-pager', 'classcastd.service'),
    );
    assert.ok(Number(exposure) <= 3.0, `exposure ${exposure}`);
    await live();
    const status = await machine.run('classcastctl', 'status', '--json');
    const { camera: picture, microphone } = JSON.parse(status);
    assert.deepEqual([picture.state, microphone.state], ['live', 'live']);
  });

  test('an administrator examines it from afar, and it can see as much as on the spot', async () => {
    const command = { command: 'doctor' };
    const { ok, text } = await classcast.api.expect(200, 'POST', '/rooms/room-101/device/commands', command);
    assert.match(text, /^good +camera +640×360/m);
    assert.match(text, /^good +microphone +-\d+ dBFS/m);
    assert.match(text, /^good +permissions /m);
    assert.doesNotMatch(text, /^bad /m);
    assert.ok(ok, text);
    await live();
  });

  test('one that dies is started again', async () => {
    const pid = await machine.property('classcastd', 'MainPID');
    await machine.run('kill', '-KILL', pid);
    await until('another one runs', async () => {
      const now = await machine.property('classcastd', 'MainPID');
      return now !== '0' && now !== pid;
    });
    await live();
  });

  test('one that hangs is killed by the watchdog and started again', async () => {
    // The unit gives it 30 s; the test has less patience.
    await machine.write(
      '/run/systemd/system/classcastd.service.d/watchdog.conf',
      '[Service]\nWatchdogSec=2\n',
    );
    await machine.run('systemctl', 'daemon-reload');
    await machine.run('systemctl', 'restart', 'classcastd');
    const pid = await machine.property('classcastd', 'MainPID');
    await machine.run('kill', '-STOP', pid);
    await until(
      'the watchdog has bitten',
      async () => {
        const now = await machine.property('classcastd', 'MainPID');
        return (
          now !== '0' && now !== pid && (await machine.property('classcastd', 'ActiveState')) === 'active'
        );
      },
      { within: 20_000, every: 200 },
    );
    assert.match(await machine.run('journalctl', '--unit=classcastd', '--no-pager'), /Watchdog timeout/);
    await live();
  });

  test('a PC from an image joins by its token at the first start', async () => {
    const { token } = await classcast.api.expect(201, 'POST', '/enrolment-tokens', {
      uses: 2,
      rooms: { 'pc-from-image': 'room-101' },
    });
    const explained = await machine.run('classcastctl', 'explain', '--json');
    const pin = JSON.parse(explained).settings.find(
      ({ section, key }) => section === 'server' && key === 'pin_sha256',
    ).value;
    await machine.write('/etc/classcast/enrolment.token', `${token}\n`, { mode: '0600' });
    const output = await guide(
      'sudo classcastctl enroll https://server.school.example:8443 --pin',
      (command) =>
        `${command.replace('https://server.school.example:8443', classcast.url).replace('FINGERPRINT', pin)} --host pc-from-image`,
    );
    assert.match(output, /This PC is now Room 101/);
    await machine.run(
      'rm',
      '/etc/classcast/classroom.credential',
      '/etc/classcast/classroom.conf.d/10-server.conf',
    );
    await machine.run('hostname', 'pc-from-image');
    const conf = blocks('ini').find((block) => block.startsWith('CLASSCAST_SERVER'));
    await machine.write(
      '/etc/classcast/enrolment.conf',
      `${conf.replace(/SERVER=.*/, `SERVER=${classcast.url}`).replace(/PIN=.*/, `PIN=${pin}`)}\n`,
    );
    await machine.run('systemctl', 'start', 'classcast-enroll');
    assert.notEqual((await machine.shell('ls /etc/classcast/enrolment.token')).code, 0, 'the token is gone');
    await machine.run('systemctl', 'restart', 'classcastd');
    await live();
  });

  test('no command of the guide has been left out', () => {
    assert.deepEqual(
      COMMANDS.filter((command) => !done.has(command)),
      [],
    );
  });
});
