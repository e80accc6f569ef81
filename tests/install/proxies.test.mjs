// SPDX-License-Identifier: MIT
// Freshly installed Debian 12: scripts/install-server and scripts/install-classroom as a technician answers them, with nginx in front; then
// Caddy in front, which gets its certificate from an authority of this test by ACME. LIVE in a browser each time.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Api } from '../support/api.mjs';
import { openChromium } from '../support/browser.mjs';
import { Camera } from '../support/camera.mjs';
import { BIN, TOP } from '../support/classcast.mjs';
import { packages } from '../support/packages.mjs';
import { run } from '../support/program.mjs';
import { School } from '../support/school.mjs';
import { typed } from '../support/typed.mjs';
import { until } from '../support/wait.mjs';
import { Wall } from '../support/wall.mjs';

const ROOM = 'room-101';
const NAMES = {
  'nginx.school.example': '192.168.10.10',
  'caddy.school.example': '192.168.10.11',
  'room-101.school.example': '192.168.10.20',
};
const PASSWORD = 'cam-pass%91b2';
const PATIENCE_MS = 90_000;
const CHECKOUT = '/root/classcast';
const AUTHORITY = `https://${School.HERE}:14000`;

describe('installed by answers, behind a proxy', { concurrency: 1 }, () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'classcast-proxies-'));
  /** @type {School} */
  let school;
  let camera;
  let classroom;
  let browser;

  async function bare(name) {
    const machine = await school.machine(name);
    await machine.run('mkdir', '-p', `${CHECKOUT}/build/packages`);
    await machine.copyFolders([path.join(TOP, 'scripts'), path.join(TOP, 'config')], `${CHECKOUT}/`);
    const debs = await packages();
    for (const file of Object.values(debs)) {
      await machine.copy(file, `${CHECKOUT}/build/packages/${path.basename(file)}`);
    }
    return machine;
  }

  before(async () => {
    const debs = await packages();
    school = await School.start({
      packages: [debs.server, debs.classroom, 'nginx', 'caddy', 'openssl'],
      names: NAMES,
    });
    classroom = await bare('room-101.school.example');
    const login = { user: 'classcast', password: PASSWORD };
    camera = await new Camera({ bin: BIN, room: ROOM, dir, prefix: school.lan.enter, ...login }).start();
    await school.offer('192.168.10.101', 554, camera.port);
    browser = await openChromium({ program: school.browser() });
    browser.page.setDefaultTimeout(PATIENCE_MS);
  });
  after(async () => {
    await browser?.close();
    await camera?.stop();
    await school?.stop();
    fs.rmSync(dir, { recursive: true, force: true });
  });

  /** Signs in beside the proxy, and makes the room. */
  async function opened(machine) {
    const said = await machine.run('journalctl', '--unit=classcast-server', '--output=cat', '--no-pager');
    const [, user, password] = /First administrator: name "([^"]+)", password "([^"]+)"/.exec(said);
    const file = path.join(dir, 'tls.crt');
    fs.writeFileSync(file, await machine.run('cat', '/var/lib/classcast/server/tls.crt'));
    const api = new Api(`https://localhost:${await school.tunnel(machine, 8443)}`, file);
    await api.signIn(user, password);
    await api.expect(204, 'POST', '/setup', { school: 'Riverside School', sign_up: 'closed' });
    await api.createRoom(ROOM, 'Room 101');
    return { api, user, password };
  }

  async function live(name, { user, password }) {
    await browser.page.context().clearCookies();
    const wall = new Wall(browser.page, `https://${name}`);
    await wall.signIn(user, password);
    await wall.says(ROOM, 'live', PATIENCE_MS);
    await wall.open(ROOM);
    await wall.shows(ROOM, { count: 20, within: PATIENCE_MS });
  }

  test('a technician answers what both scripts ask, with nginx in front: LIVE', async () => {
    const name = 'nginx.school.example';
    const server = await bare(name);
    await server.run('mkdir', '-p', '/etc/classcast/tls');
    const [certificate, key] = ['fullchain.pem', 'privkey.pem'].map((file) => path.join(dir, file));
    const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name},DNS:localhost`];
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    await run(['openssl', 'req', '-x509', ...kind, ...subject, '-keyout', key, '-out', certificate]);
    await server.copy(certificate, '/etc/classcast/tls/fullchain.pem');
    await server.copy(key, '/etc/classcast/tls/privkey.pem');
    const shown = await typed(
      server,
      `cd ${CHECKOUT} && sudo scripts/install-server --packages build/packages`,
      [
        [/Name that browsers and classroom PCs use \[[^\]]*\] /, name],
        [/Certificate: self \(made here\), files, nginx or caddy \[self\] /, 'nginx'],
        [/Certificate with its chain, PEM \[[^\]]*\] /, ''],
        [/Its private key, PEM \[[^\]]*\] /, ''],
        [/Keep everything in PostgreSQL instead of SQLite: yes or no \[no\] /, ''],
      ],
    );
    assert.match(shown, /The server runs: https:\/\/nginx\.school\.example\s/);
    const account = await opened(server);
    const { code } = await account.api.expect(201, 'POST', `/rooms/${ROOM}/enrolment`);
    const told = await typed(
      classroom,
      `cd ${CHECKOUT} && sudo scripts/install-classroom --packages build/packages`,
      [
        [/Address of the server \[[^\]]*\] /, `https://${name}`],
        [/Code of the room, from the administrator \[\] /, code],
        [/Address of the camera, [^[]*\[\] /, 'rtsp://192.168.10.101/live'],
        [/Name to sign in at the camera \(empty: none\) \[\] /, 'classcast'],
        [/Sound: [^[]*\[none\] /, ''],
        [/Is it the same\? \[yes\/no\] /, 'yes'],
        [/Password of classcast at the camera: /, PASSWORD],
      ],
    );
    assert.match(told, /the service runs/);
    assert.ok(!told.includes(PASSWORD), 'the password is not shown');
    await live(name, account);
  });

  /** An authority that gives certificates by ACME to whom it can reach by the name that is asked for. */
  async function startAuthority() {
    const hosts = path.join(dir, 'hosts');
    const lines = Object.entries(NAMES).map(([known, address]) => `${address} ${known}\n`);
    fs.writeFileSync(hosts, `127.0.0.1 localhost\n${lines.join('')}`);
    const conf = path.join(dir, 'Authority');
    fs.writeFileSync(
      conf,
      `{\n admin off\n auto_https disable_redirects\n skip_install_trust\n storage file_system ${dir}/authority\n}\n` +
        `${AUTHORITY} {\n tls internal\n acme_server\n}\n`,
    );
    const caddy = `mount --bind ${hosts} /etc/hosts && HOME=${dir} exec caddy run --adapter caddyfile --config ${conf}`;
    school.network.launch('authority', [...school.lan.enter, 'unshare', '--mount', 'sh', '-c', caddy]);
    const root = path.join(dir, 'authority/pki/authorities/local/root.crt');
    await until('the authority has a certificate', () => fs.existsSync(root), { within: 30_000 });
    return root;
  }

  test('Caddy in front gets its certificate by ACME: LIVE, from the same classroom', async () => {
    const name = 'caddy.school.example';
    const server = await bare(name);
    const root = await startAuthority();
    const install = `scripts/install-server --unattended --packages build/packages --name ${name} --tls caddy`;
    const { code: status, output, errors } = await server.shell(`cd ${CHECKOUT} && sudo ${install}`);
    assert.equal(status, 0, output + errors);
    assert.match(output, /The server runs: https:\/\/caddy\.school\.example\s/);
    // What a computer in the Internet need not be told: which authority.
    await server.copy(root, '/etc/caddy/authority.crt');
    const site = await server.run('cat', '/etc/caddy/Caddyfile');
    const options = `{\n acme_ca ${AUTHORITY}/acme/local/directory\n acme_ca_root /etc/caddy/authority.crt\n}\n`;
    await server.write('/etc/caddy/Caddyfile', options + site);
    await server.run('systemctl', 'restart', 'caddy');
    const hello = `echo | openssl s_client -connect ${name}:443 -servername ${name} -CAfile /etc/caddy/authority.crt`;
    const trusted = async () => /Verify return code: 0/.test((await server.shell(hello)).output);
    await until('Caddy has got its certificate', trusted, { within: PATIENCE_MS, every: 1000 });
    const account = await opened(server);
    const { code } = await account.api.expect(201, 'POST', `/rooms/${ROOM}/enrolment`);
    await classroom.run('classcastctl', 'enroll', `https://${name}`, code, '--yes');
    await classroom.run('systemctl', 'restart', 'classcastd');
    await live(name, account);
  });
});
