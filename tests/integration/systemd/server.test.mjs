// SPDX-License-Identifier: MIT
// docs/guide/install.md and operate.md on a real systemd: both packages on one machine, from nothing to LIVE, over a reboot and an upgrade
// that does not interrupt the picture, and back to nothing.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Api, request } from '../../support/api.mjs';
import { Camera } from '../../support/camera.mjs';
import { BIN, TOP } from '../../support/classcast.mjs';
import { Guide } from '../../support/guide.mjs';
import { Machine } from '../../support/machine.mjs';
import { asVersion, packages } from '../../support/packages.mjs';
import { freeTcpPort, freeUdpPort } from '../../support/ports.mjs';
import { until } from '../../support/wait.mjs';
import { Watcher } from '../../support/watcher.mjs';

const STATE = '/var/lib/classcast/server';
const PASSWORD = 'cam-pass%91b2';
const PROGRAMS = ['classcast-server', 'classcast-relay', 'classcast-recorder'];

describe('A server with systemd', { concurrency: 1 }, () => {
  /** @type {Machine} */
  let machine;
  /** @type {Camera} */
  let camera;
  let debs;
  let newer;
  let dir;
  let api;
  let port;
  let relayPort;
  let media;
  let watcher;
  let leftovers;
  const inside = () => machine;
  const install = new Guide('install.md', inside);
  const operate = new Guide('operate.md', inside);
  const configure = new Guide('configure.md', inside);
  const security = new Guide('security-privacy.md', inside);
  const troubleshoot = new Guide('troubleshoot.md', inside);

  before(async () => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'classcast-install-'));
    [port, relayPort, media] = [await freeTcpPort(), await freeTcpPort(), await freeUdpPort()];
    camera = new Camera({ bin: BIN, room: 'room-101', dir, user: 'cam', password: PASSWORD });
    [debs, machine] = await Promise.all([packages(), Machine.boot(), camera.start()]);
    newer = await asVersion(debs.server, '0.1.1', dir);
    await machine.run('mkdir', '-p', '/opt/checkout/build/packages');
    for (const file of [debs.server, debs.classroom, path.join(TOP, 'build/packages/SHA256SUMS')]) {
      await machine.copy(file, `/opt/checkout/build/packages/${path.basename(file)}`);
    }
    await machine.copy(newer, '/opt/checkout/classcast-server_0.1.1_amd64.deb');
    // The machine has this computer's files, but its own checkout, as a technician would.
    await machine.copyFolders([path.join(TOP, 'scripts'), path.join(TOP, 'config')], '/opt/checkout/');
    leftovers = await traces();
    // Loopback is shared with whatever else runs on this computer.
    await machine.write(
      '/etc/classcast/relay.conf.d/90-test.conf',
      `[http]\nlisten = 127.0.0.1:${relayPort}\n`,
    );
    await machine.write(
      '/etc/classcast/server.conf.d/90-test.conf',
      `[relay]\nurl = http://127.0.0.1:${relayPort}\n`,
    );
    const files = await freeTcpPort();
    await machine.write(
      '/etc/classcast/recorder.conf.d/90-test.conf',
      `[files]\nlisten = 127.0.0.1:${files}\nurl = http://127.0.0.1:${files}\n`,
    );
  });
  after(async () => {
    watcher?.peer?.close();
    Watcher.cleanup();
    await machine?.stop();
    await camera?.stop();
    fs.rmSync(dir, { recursive: true, force: true });
  });

  const inCheckout = (command) => `cd /opt/checkout && ${command}`;
  const here = (command) =>
    command
      .replaceAll('localhost:8443', `localhost:${port}`)
      .replaceAll('127.0.0.1:8445', `127.0.0.1:${relayPort}`);

  /** Every file and folder of ours outside the checkout and the logs. */
  async function traces() {
    const { output } = await machine.shell(
      `find / -xdev \\( -path /proc -o -path /sys -o -path /opt -o -path /tmp -o -path '${TOP}' -o -path /work -o -path /root -o -path /home \\) -prune -o ` +
        "\\( -iname '*classcast*' -o -path '/var/lib/classcast/*' \\) -print; find /run -xdev -name '*classcast*' -not -path '*/systemd/units/*'; true",
    );
    return new Set(output.split('\n').filter(Boolean));
  }

  async function signIn() {
    const file = path.join(dir, 'tls.crt');
    fs.writeFileSync(file, await machine.run('cat', `${STATE}/tls.crt`));
    const said = await machine.run('journalctl', '--unit=classcast-server', '--output=cat', '--no-pager');
    const [, name, password] = /First administrator: name "([^"]+)", password "([^"]+)"/.exec(said);
    api = new Api(`https://127.0.0.1:${port}`, file);
    await api.signIn(name, password);
  }

  async function live() {
    const seen = new Set();
    const reached = async () => {
      const room = await api.room('room-101').catch((error) => ({ state: error.message }));
      seen.add(`${room?.state}/${room?.cause}`);
      return room?.state === 'live';
    };
    await until('room-101 is live', reached, { within: 60_000, every: 200 }).catch(async (error) => {
      const log = await machine.shell('journalctl --boot --unit="classcast*" --no-pager --lines=40');
      throw new Error(`${error.message}; it was ${[...seen].join(', ')}\n${log.output}`);
    });
  }
  const pid = (unit) => machine.property(unit, 'MainPID');
  const ask = (url, ca) =>
    request(url, { ca }).then(
      ({ status }) => status,
      () => 0,
    );
  const ready = () =>
    until(
      'the server is ready',
      async () => (await ask(`https://127.0.0.1:${port}/readyz`, api.ca)) === 200,
      {
        within: 30_000,
        every: 100,
      },
    );

  test('one command installs and starts it', async () => {
    const output = await install.run('sudo scripts/install-server', (command) =>
      inCheckout(`${command} --listen 127.0.0.1:${port} --media 127.0.0.1:${media}`),
    );
    assert.match(output, /The server runs: https:\/\/server\.school\.example:\d+/);
    assert.match(output, new RegExp(`Firewall: let in TCP ${port}, UDP ${media}, TCP ${media + 1}\\.`));
    assert.match(await install.run('systemctl status'), /Active: active \(running\)/);
    for (const unit of [...PROGRAMS.map((name) => `${name}.service`), 'classcast-server.socket']) {
      assert.equal((await machine.run('systemctl', 'is-enabled', unit)).trim(), 'enabled', unit);
      assert.equal(await machine.property(unit, 'ActiveState'), 'active', unit);
    }
    for (const name of PROGRAMS) {
      const owner = await machine.run('stat', '--format=%U', `/proc/${await pid(name)}`);
      assert.equal(owner.trim(), name, 'no program runs as root');
    }
    assert.equal((await machine.run('cat', '/proc/sys/net/core/rmem_max')).trim(), '4194304');
  });

  test('the technician finds the first password, and the fingerprint', async () => {
    assert.match(await install.run('sudo journalctl'), /First administrator: name "admin", password "[^"]+"/);
    assert.match(await install.run('sudo openssl'), /^\S{43}=$/m);
    await signIn();
    assert.match(
      (await request(`https://127.0.0.1:${port}/`, { ca: api.ca })).text,
      /<title>/,
      'the viewer is there',
    );
  });

  test('no secret is readable by everybody, and each service is confined', async () => {
    const readable = (await security.run('sudo find')).split('\n').filter(Boolean);
    assert.deepEqual(readable.sort(), [`${STATE}/tls.crt`, `${STATE}/token.pub`]);
    const { output } = await machine.shell(`find ${STATE} -name '*.key' -perm /g+r`);
    assert.equal(output, '');
    assert.match(
      await security.run('systemd-analyze security'),
      /Overall exposure level for classcast-relay/,
    );
  });

  test('it is configured as the guide says', async () => {
    assert.match(await configure.run('sudo -u classcast-server'), /is fine/);
    await configure.run('sudo -u classcast-relay');
    const drop = '/etc/systemd/system/classcast-server.socket.d/override.conf';
    const text = configure.blocks('ini')[0].replace('443', `127.0.0.1:${port}`);
    await machine.write('/opt/socket.conf', `${text}\n`);
    await configure.run('sudo systemctl edit', () => `install -D /opt/socket.conf ${drop}`);
    for (const beginning of ['daemon-reload', 'stop', 'start']) {
      await configure.run(`sudo systemctl ${beginning}`);
    }
    await ready();
    await configure.run('sudo install -d');
  });

  test('a classroom PC joins by one command, and is LIVE', async () => {
    await api.expect(204, 'POST', '/setup', { school: 'Riverside School', sign_up: 'closed' });
    await api.createRoom('room-101', 'Room 101');
    const { code } = await api.expect(201, 'POST', '/rooms/room-101/enrolment');
    await machine.write('/opt/checkout/camera.password', `${PASSWORD}\n`, { mode: '0600' });
    const key = (
      await machine.shell(install.commands.find((line) => line.startsWith('sudo openssl')).slice(5))
    ).output;
    const output = await install.run('sudo scripts/install-classroom', (command) =>
      inCheckout(
        command
          .replace('https://server.school.example:8443', api.url)
          .replace('ABCD-2345', code)
          .replace('FINGERPRINT', key.trim())
          .replace(/rtsp:\S+/, camera.url)
          .replace('--camera-user classcast', '--camera-user cam'),
      ),
    );
    assert.match(output, /This PC is now Room 101/);
    await live();
  });

  test('a viewer outside gets the picture', async () => {
    fs.writeFileSync(path.join(dir, 'token.key'), await machine.run('cat', `${STATE}/token.key`), {
      mode: 0o600,
    });
    watcher = await Watcher.open({ state: dir, relayPort }, 'room-101');
    await watcher.firstPacket();
  });

  test('it tells that it is well', async () => {
    assert.match(await operate.run('systemctl status'), /classcast-relay/);
    assert.match(await operate.run('curl --silent --show-error --cacert', here), /\S/);
    await operate.run('curl --silent --show-error http:', here);
    assert.match(await operate.run('sudo -u classcast-server classcast-server check'), /sound; 1 rooms/);
    assert.match(await operate.run('sudo journalctl --unit=classcast-server --unit'), /listening on/);
    await operate.run('sudo journalctl --unit=classcast-server --priority');
    await troubleshoot.run('systemctl status');
    await troubleshoot.run('sudo journalctl');
  });

  test('an upgrade keeps the configuration, refuses nobody, and does not interrupt the picture', async (t) => {
    await machine.run('sh', '-c', 'echo "# by hand" >>/etc/classcast/relay.conf');
    const [server, relay] = [await pid('classcast-server'), await pid('classcast-relay')];
    let [at, longest] = [performance.now(), 0];
    watcher.track.onMessage(() => {
      longest = Math.max(longest, performance.now() - at);
      at = performance.now();
    });
    const statuses = new Set();
    let going = true;
    const asking = (async () => {
      while (going) {
        statuses.add(await ask(`https://127.0.0.1:${port}/healthz`, api.ca));
      }
    })();
    const output = await operate.run('sudo apt-get install --yes ./', inCheckout);
    await ready();
    longest = Math.max(longest, performance.now() - at);
    going = false;
    await asking;
    t.diagnostic(`longest pause between two packets: ${longest.toFixed(0)} ms`);
    assert.match(
      output,
      /classcast-relay\.service goes on with the earlier program and is restarted at .* 04:00/,
    );
    assert.notEqual(await pid('classcast-server'), server, 'the server is the new one');
    assert.equal(await pid('classcast-relay'), relay, 'the relay goes on');
    assert.deepEqual([...statuses], [200], 'nobody was refused');
    assert.ok(longest < 3000, `the picture stood still for ${longest} ms`);
    assert.match(await machine.run('tail', '-n1', '/etc/classcast/relay.conf'), /by hand/);
    assert.match(await operate.run('systemctl list-timers'), /classcast-renew-classcast-relay/);
    await live();
    const { output: again } = await machine.shell(
      '/usr/share/classcast-server/renew now classcast-server.service',
    );
    assert.equal(again, '', 'the same program is not restarted');
    watcher.peer.close();
    await operate.run('sudo systemctl restart classcast-relay');
    assert.notEqual(await pid('classcast-relay'), relay);
    await live();
  });

  test('it goes back to the earlier version, and to what was backed up', async () => {
    assert.match(await operate.run('sudo -u classcast-server classcast-server backup'), /rows written/);
    await api.createRoom('room-102', 'Room 102');
    await operate.run('sudo apt-get install --yes --allow-downgrades', (command) =>
      command.replace('./', '/opt/checkout/build/packages/'),
    );
    await operate.run('sudo systemctl stop');
    await operate.run("sudo sh -c 'mkdir");
    assert.match(await operate.run('sudo -u classcast-server classcast-server restore'), /rows restored/);
    await operate.run('sudo systemctl start');
    await ready();
    await signIn();
    assert.deepEqual(
      (await api.rooms()).map(({ id }) => id),
      ['room-101'],
      'as it was',
    );
    await live();
  });

  test('after a reboot it is LIVE again, without a hand', async () => {
    // Its boot goes to a small target of its own, which is to want of ours what a computer's usual one wants.
    const wants = '/etc/systemd/system/machine.target.wants';
    await machine.run(
      'sh',
      '-c',
      `mkdir ${wants} && cp -d /etc/systemd/system/multi-user.target.wants/classcast* ${wants}/`,
    );
    await machine.reboot();
    await machine.run('rm', '-r', wants);
    await ready();
    await live();
  });

  test("the school's own certificate takes the place of the self-made one", async () => {
    await machine.shell(
      'cd /opt/checkout && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=school ' +
        '-addext subjectAltName=IP:127.0.0.1 -keyout privkey.pem -out fullchain.pem',
    );
    await install.run('sudo scripts/install-server', (command) =>
      inCheckout(`${command} --listen 127.0.0.1:${port}`),
    );
    await machine.run('systemctl', 'restart', 'classcast-server');
    const ca = await machine.run('cat', '/opt/checkout/fullchain.pem');
    await until('it shows it', async () => (await ask(`https://127.0.0.1:${port}/healthz`, ca)) === 200);
    const { code } = await machine.shell('setpriv --reuid=nobody cat /etc/credstore/classcast.tls-key');
    assert.notEqual(code, 0, 'the key is root’s alone');
    await machine.run('rm', '/etc/classcast/server.conf.d/10-tls.conf');
    await machine.run('systemctl', 'restart', 'classcast-server');
    await ready();
  });

  test('PostgreSQL takes everything over by one command', async () => {
    await install.run('sudo classcast-setup-postgres');
    await ready();
    assert.match(await machine.run('cat', '/etc/classcast/server.conf.d/20-database.conf'), /postgresql:/);
    await live();
    assert.equal((await machine.shell('classcast-setup-postgres')).code, 0, 'once more does no harm');
  });

  test('remove keeps what was set up; purge leaves nothing behind', async () => {
    await machine.run('apt-get', 'remove', '--yes', 'classcast-server', 'classcast-classroom');
    for (const unit of [...PROGRAMS, 'classcastd', 'classcast-server.socket']) {
      assert.notEqual(await machine.property(unit, 'ActiveState'), 'active', unit);
    }
    await machine.run('test', '-s', `${STATE}/token.key`);
    await install.run('sudo apt-get purge --yes classcast-server');
    await install.run('sudo apt-get purge --yes classcast-classroom');
    const added = [...(await traces())].filter((name) => !leftovers.has(name));
    // What the administrator wrote himself is his; PostgreSQL's database is PostgreSQL's.
    const own = added.filter((name) => !/^\/etc\/systemd\/system\/classcast-server\.socket\.d/.test(name));
    assert.deepEqual(own, []);
  });

  test('no command of the guides has been left out', () => {
    const guides = [install, operate, configure, security, troubleshoot];
    assert.deepEqual(
      guides.flatMap((guide) => guide.left()),
      [],
    );
  });
});
