// SPDX-License-Identifier: MIT
// Two freshly installed Debian 12, each with its own systemd and network, and a browser that is neither: the guide typed as it stands, from
// nothing to LIVE, over a reboot, over upgrades with a recording running, and back to nothing.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Api } from '../support/api.mjs';
import { openChromium } from '../support/browser.mjs';
import { Camera, PICTURE } from '../support/camera.mjs';
import { BIN, TOP } from '../support/classcast.mjs';
import { Guide } from '../support/guide.mjs';
import { asVersion, packages } from '../support/packages.mjs';
import { missing, pictureNumbers } from '../support/recorder.mjs';
import { School } from '../support/school.mjs';
import { until } from '../support/wait.mjs';
import { Wall, longestGap } from '../support/wall.mjs';

const SERVER = 'server.school.example';
const CLASSROOM = 'room-101.school.example';
const ROOM = 'room-101';
const PASSWORD = 'cam-pass%91b2';
const PATIENCE_MS = 90_000;
const CHECKOUT = '/root/classcast';
/** Where a package of ours could leave something under a name that is not ours; elsewhere its dependencies, which stay, make files of their own. */
const PLACES =
  /classcast|^\/(etc\/(credstore|systemd|sysctl\.d|tmpfiles\.d|pulse|pipewire|default|cron|nginx)|srv|home)\b/;
const ACCOUNTS = {
  server: ['classcast-recorder', 'classcast-relay', 'classcast-server'],
  classroom: ['classcast'],
};
const UNITS = {
  [SERVER]: ['classcast-server', 'classcast-relay', 'classcast-recorder'],
  [CLASSROOM]: ['classcastd', 'classcast-enroll', 'classcast-sound'],
};

describe('two bare Debian 12', { concurrency: 1 }, () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'classcast-install-'));
  /** @type {School} */
  let school;
  /** @type {Camera} */
  let camera;
  let server;
  let classroom;
  let debs;
  let newer;
  let api;
  let browser;
  let wall;
  let signIn;
  const bare = new Map();
  const install = new Guide('install.md', () => server, { sudo: true });
  const there = new Guide('install.md', () => classroom, { sudo: true });
  const operate = new Guide('operate.md', () => server, { sudo: true });

  /** What a technician brings along: a checkout and the packages, of this version and the next. */
  async function bring(machine) {
    await machine.run('mkdir', '-p', `${CHECKOUT}/build/packages`);
    await machine.copyFolders([path.join(TOP, 'scripts'), path.join(TOP, 'config')], `${CHECKOUT}/`);
    for (const file of [debs.server, debs.classroom, path.join(TOP, 'build/packages/SHA256SUMS')]) {
      await machine.copy(file, `${CHECKOUT}/build/packages/${path.basename(file)}`);
    }
    for (const file of Object.values(newer)) {
      await machine.copy(file, `${CHECKOUT}/${path.basename(file)}`);
    }
  }

  before(async () => {
    debs = await packages();
    newer = {
      server: await asVersion(debs.server, '0.1.1', dir),
      classroom: await asVersion(debs.classroom, '0.1.1', dir),
    };
    school = await School.start({
      packages: [debs.server, debs.classroom],
      names: { [SERVER]: '192.168.10.10', [CLASSROOM]: '192.168.10.20' },
    });
    server = await school.machine(SERVER);
    classroom = await school.machine(CLASSROOM);
    for (const machine of [server, classroom]) {
      await bring(machine);
      bare.set(machine, await everything(machine));
    }
    const login = { user: 'classcast', password: PASSWORD };
    camera = new Camera({ bin: BIN, room: ROOM, dir, prefix: school.lan.enter, ...login });
    await camera.start();
    await school.offer('192.168.10.101', 554, camera.port);
  });
  after(async () => {
    await browser?.close();
    await camera?.stop();
    await school?.stop();
    fs.rmSync(dir, { recursive: true, force: true });
  });

  const inCheckout = (command) => `cd ${CHECKOUT} && ${command}`;
  const pid = (unit) => server.property(unit, 'MainPID');

  /** Files, folders, accounts and units, without what apt, dpkg, systemd and the journal keep for themselves. */
  async function everything(machine) {
    const own = [
      '/proc',
      '/sys',
      '/dev',
      '/run',
      '/tmp',
      '/root',
      '/opt',
      '/var/log',
      '/var/cache/apt',
      '/var/lib/apt',
    ];
    const skipped = own.map((name) => `-path ${name}`).join(' -o ');
    const { output } = await machine.shell(
      `find / -xdev \\( ${skipped} \\) -prune -o -print; find /run -xdev -name '*classcast*' -print; ` +
        "sed 's/:.*//; s/^/account /' /etc/passwd; sed 's/:.*//; s/^/group /' /etc/group; sysctl -n net.core.rmem_max",
    );
    return new Set(output.split('\n').filter(Boolean));
  }

  /** The wall says LIVE, and shows pictures of this room whose numbers go on. */
  async function live() {
    await wall.says(ROOM, 'live', PATIENCE_MS);
    await wall.open(ROOM);
    const frames = await wall.shows(ROOM, { count: 30, within: PATIENCE_MS });
    const numbers = new Set(frames.map(({ value }) => value));
    assert.ok(numbers.size >= 25, `the pictures' numbers go on: ${[...numbers].join(' ')}`);
  }

  test('the server is installed by the command of the guide', async () => {
    const output = await install.run('sudo scripts/install-server', inCheckout);
    assert.match(output, /The server runs: https:\/\/server\.school\.example:8443/);
    assert.match(output, /Firewall: let in TCP 8443, UDP 8443, TCP 8444\./);
    assert.match(await install.run('systemctl status'), /Active: active \(running\)/);
  });

  test('the first password opens the viewer in a browser on another computer', async () => {
    const said = await install.run('sudo journalctl');
    const [, name, password] = /First administrator: name "([^"]+)", password "([^"]+)"/.exec(said);
    const certificate = path.join(dir, 'tls.crt');
    fs.writeFileSync(certificate, await server.run('cat', '/var/lib/classcast/server/tls.crt'));
    const port = await school.tunnel(server, 8443);
    api = new Api(`https://127.0.0.1:${port}`, certificate);
    await api.signIn(name, password);
    await api.expect(204, 'POST', '/setup', { school: 'Riverside School', sign_up: 'closed' });
    await api.createRoom(ROOM, 'Room 101');
    browser = await openChromium({ program: school.browser() });
    browser.page.setDefaultTimeout(PATIENCE_MS);
    wall = new Wall(browser.page, `https://${SERVER}:8443`);
    signIn = () => wall.signIn(name, password);
    await signIn();
  });

  test('the classroom PC is installed by the command of the guide: LIVE', async () => {
    const { code } = await api.expect(201, 'POST', `/rooms/${ROOM}/enrolment`);
    const fingerprint = (await install.run('sudo openssl')).trim();
    await classroom.write(`${CHECKOUT}/camera.password`, `${PASSWORD}\n`, { mode: '0600' });
    const output = await there.run('sudo scripts/install-classroom', (command) =>
      inCheckout(
        command
          .replace('ABCD-2345', code)
          .replace('FINGERPRINT', fingerprint)
          // The simulated camera has one stream, of this name.
          .replace('/stream1', '/live'),
      ),
    );
    assert.match(output, /This PC is now Room 101/);
    await live();
  });

  test('each unit is confined, no program runs as root, no secret is readable by everybody', async (t) => {
    for (const [machine, units] of [
      [server, UNITS[SERVER]],
      [classroom, UNITS[CLASSROOM]],
    ]) {
      for (const unit of units) {
        const text = await machine.run('systemd-analyze', 'security', '--no-pager', `${unit}.service`);
        const [, exposure] = /Overall exposure level for \S+: (\d+\.\d+)/.exec(text);
        t.diagnostic(`systemd-analyze security ${unit}: ${exposure}`);
        assert.ok(Number(exposure) <= 3.0, `${unit}: ${exposure}`);
      }
      const asRoot = await machine.shell('ps -U root -o args= | grep classcast | grep -v grep');
      assert.equal(asRoot.output, '');
      const readable = await machine.shell(
        'find /etc/classcast /var/lib/classcast /etc/credstore -type f -perm /o+r 2>/dev/null',
      );
      const open = readable.output.split('\n').filter((name) => name && !/\.conf$/.test(name));
      // A certificate and a public key are for everybody.
      const known = ['/var/lib/classcast/server/tls.crt', '/var/lib/classcast/server/token.pub'];
      assert.deepEqual(open.sort(), machine === server ? known : []);
    }
  });

  test('after a reboot of both it is LIVE again, without a hand', async () => {
    await Promise.all([server.reboot(), classroom.reboot()]);
    await until(
      'the server is back',
      () =>
        api.rooms().then(
          () => true,
          () => false,
        ),
      { within: PATIENCE_MS },
    );
    await browser.page.reload();
    await wall.prepare();
    await live();
  });

  test('upgrades with a recording running: the picture goes on, the recording is whole', async (t) => {
    // A school that does not want its classrooms' pictures interrupted says when.
    await classroom.run(
      'sed',
      '-i',
      's/^RESTART_AT=.*/RESTART_AT=23:59/',
      '/etc/default/classcast-classroom',
    );
    const recording = (await api.expect(201, 'POST', `/rooms/${ROOM}/recordings`, { title: 'Upgrade' })).id;
    const state = async () => api.expect(200, 'GET', `/recordings/${recording}`);
    const records = async () => (await api.room(ROOM)).recording?.state === 'recording';
    await until('pictures are recorded', records, { within: PATIENCE_MS }).catch(async (error) => {
      const told = await server.shell('journalctl --unit=classcast-recorder --no-pager --lines=20');
      throw new Error(`${error.message}\n${told.output}`);
    });
    await wall.shows(ROOM, { since: Date.now(), count: 50, within: PATIENCE_MS });
    const then = await Promise.all(UNITS[SERVER].map(pid));
    const daemon = await classroom.property('classcastd', 'MainPID');
    const from = Date.now();
    const output = await operate.run('sudo apt-get install --yes ./', inCheckout);
    assert.match(output, /classcast-recorder\.service goes on with the earlier program/);
    await classroom.run(
      'sh',
      '-c',
      inCheckout('apt-get install --yes ./classcast-classroom_0.1.1_amd64.deb'),
    );
    const to = Date.now();
    await wall.shows(ROOM, { since: to, count: 50, within: PATIENCE_MS });
    const gap = longestGap(await wall.frames(ROOM), from, to + 3000);
    t.diagnostic(
      `upgrades took ${to - from} ms; longest time between two pictures ${gap.toFixed(0)} ms (camera: 100 ms)`,
    );
    assert.ok(gap < 3000, `the picture stood still for ${gap} ms`);
    const now = await Promise.all(UNITS[SERVER].map(pid));
    assert.notEqual(now[0], then[0], 'the server is the new one');
    assert.deepEqual(now.slice(1), then.slice(1), 'relay and recorder go on');
    assert.equal(await classroom.property('classcastd', 'MainPID'), daemon, 'the classroom goes on');
    await api.expect(200, 'POST', `/recordings/${recording}/stop`);
    await until('it is finished', async () => (await state()).state === 'ready', { within: PATIENCE_MS });
    await whole(t, await state(), (to - from) / 1000);
  });

  /** Every picture of the camera, from the first to the last, is in the file. */
  async function whole(t, recording, atLeast) {
    const found = await server.run('find', '/var/lib/classcast/recordings', '-name', '*.mp4');
    const file = path.join(dir, 'recording.mp4');
    fs.writeFileSync(file, Buffer.from(await server.run('base64', found.trim()), 'base64'));
    const numbers = await pictureNumbers(file, PICTURE);
    const lost = missing(numbers, PICTURE.seconds * PICTURE.fps);
    t.diagnostic(`recording: ${numbers.length} pictures, ${lost} missing`);
    assert.ok(numbers.length >= atLeast * PICTURE.fps, `${numbers.length} pictures`);
    assert.equal(lost, 0, JSON.stringify(recording));
  }

  test('remove keeps what was set up; purge leaves nothing behind but the accounts', async (t) => {
    await server.run('apt-get', 'remove', '--yes', 'classcast-server');
    for (const unit of [...UNITS[SERVER].map((name) => `${name}.service`), 'classcast-server.socket']) {
      assert.notEqual(await server.property(unit, 'ActiveState'), 'active', unit);
    }
    await server.run('test', '-s', '/var/lib/classcast/server/token.key');
    await install.run('sudo apt-get purge --yes classcast-server');
    await there.run('sudo apt-get purge --yes classcast-classroom');
    for (const [name, machine] of Object.entries({ server, classroom })) {
      const left = [...(await everything(machine))].filter((one) => !bare.get(machine).has(one));
      const users = left.filter((one) => one.startsWith('account '));
      assert.deepEqual(
        users.sort(),
        ACCOUNTS[name].map((user) => `account ${user}`),
      );
      const debians = await machine.run('sh', '-c', 'cat /var/lib/dpkg/info/*.list');
      const strange = left.filter((one) => one.startsWith('/') && !debians.includes(`\n${one}\n`));
      assert.deepEqual(
        strange.filter((one) => PLACES.test(one)),
        [],
      );
      const owner = ACCOUNTS[name].map((user) => `-user ${user}`).join(' -o ');
      const owned = await machine.shell(
        `find / -xdev -path /proc -prune -o \\( ${owner} -o -group classcast \\) -print`,
      );
      assert.equal(owned.output, '', owned.errors);
      t.diagnostic(`${name}: only the accounts are left, of ${ACCOUNTS[name].join(', ')}`);
    }
  });
});
