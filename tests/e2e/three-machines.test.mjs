// SPDX-License-Identifier: MIT
// Classroom, server and viewer as three machines with 20 ms and 1 % loss between them: LIVE over UDP, over TCP where neither cable carries
// UDP, and where neither port of the relay can be reached, through coturn with the project's sample configuration.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Api, mintToken } from '../support/api.mjs';
import { openChromium } from '../support/browser.mjs';
import { Camera } from '../support/camera.mjs';
import { BIN, TOP } from '../support/classcast.mjs';
import { ThreeMachines } from '../support/namespaces.mjs';
import { freeTcpPort } from '../support/ports.mjs';
import { Program, run } from '../support/program.mjs';
import { until } from '../support/wait.mjs';
import { Wall } from '../support/wall.mjs';

const WHEP = fs.readFileSync(path.join(TOP, 'tests/support/whep.page.js'), 'utf8');
const ROOM = 'room-101';
const PATIENCE_MS = 60_000;
/** Signalling alone does not come to so much. */
const MEDIA_BYTES = 100_000;

describe('three machines', { concurrency: 1 }, () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'classcast-three-'));
  const programs = [];
  let machines;
  let api;
  let browser;
  let wall;
  let camera;

  const write = (name, text) => {
    fs.writeFileSync(path.join(dir, name), text, { mode: 0o600 });
    return path.join(dir, name);
  };
  const launch = (name, where, ...command) => {
    const program = new Program(name, [...where, ...command], { logs: dir }).start();
    programs.push(program);
    return program;
  };
  const daemon = (name, where, config) =>
    launch(name, where, path.join(BIN, name), '--config', write(`${name}.conf`, config));

  /** The server's API for this test, which is on none of the three machines. */
  async function tunnel() {
    const port = await freeTcpPort();
    const socket = path.join(dir, 'api');
    launch('near', machines.server, 'socat', `UNIX-LISTEN:${socket},fork`, 'TCP:127.0.0.1:8443');
    launch('far', [], 'socat', `TCP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr`, `UNIX-CONNECT:${socket}`);
    await until('the tunnel is open', () => fs.existsSync(socket));
    return `https://127.0.0.1:${port}`;
  }

  function startServer() {
    const server = daemon(
      'classcast-server',
      machines.server,
      `[http]\nlisten = 0.0.0.0:8443\n[state]\ndirectory = ${dir}/state\n[viewer]\ndirectory = ${TOP}/web-viewer/dist\n`,
    );
    const secret = write('turn-secret', 'a secret of this test\n');
    daemon(
      'classcast-relay',
      machines.server,
      `[tokens]\npublic_key_file = ${dir}/state/token.pub\n` +
        `[turn]\nuris = turn:${ThreeMachines.SERVER_FOR_VIEWER}:3478?transport=tcp\nsecret_file = ${secret}\n`,
    );
    const sample = fs.readFileSync(path.join(TOP, 'config/coturn/turnserver.conf'), 'utf8');
    const coturn = sample
      .replaceAll('192.0.2.10', ThreeMachines.SERVER_FOR_VIEWER)
      .replace('CHANGE-ME', 'a secret of this test')
      .replace(/^syslog$/m, 'log-file=stdout');
    const database = `--userdb=${dir}/turn.db`;
    launch(
      'coturn',
      machines.server,
      'turnserver',
      '-c',
      write('turnserver.conf', coturn),
      database,
      `--pidfile=${dir}/turn.pid`,
    );
    return server.said(/First administrator: name "([^"]+)", password "([^"]+)"/);
  }

  before(async () => {
    machines = await ThreeMachines.start('delay 20 loss 1');
    const [, name, password] = await startServer();
    const url = await tunnel();
    const certificate = path.join(dir, 'state/tls.crt');
    api = new Api(url, certificate);
    const signedIn = () =>
      api.signIn(name, password).then(
        () => true,
        () => false,
      );
    await until('somebody can sign in', signedIn, { within: PATIENCE_MS, every: 200 });
    await api.expect(204, 'POST', '/setup', { school: 'Riverside School', sign_up: 'closed' });
    await api.createRoom(ROOM, 'Room 101');
    const credential = write('credential', `${await api.enrol(ROOM)}\n`);
    camera = await new Camera({ bin: BIN, room: ROOM, dir, prefix: machines.classroom }).start();
    daemon(
      'classcastd',
      machines.classroom,
      `[server]\nurl = https://${ThreeMachines.SERVER}:8443\npin_sha256 = ${await pinOf(certificate)}\n` +
        `credential_file = ${credential}\n[camera]\nurl = ${camera.url}\n[microphone]\ndevice = none\n`,
    );
    browser = await openChromium({ program: machines.toViewer.launcher('/usr/bin/chromium') });
    browser.page.setDefaultTimeout(PATIENCE_MS);
    wall = new Wall(browser.page, `https://${ThreeMachines.SERVER_FOR_VIEWER}:8443`);
    await wall.signIn(name, password);
  });
  after(async () => {
    await browser?.close();
    await Promise.all(programs.reverse().map((program) => program.stop()));
    await camera?.stop();
    await machines?.stop();
    fs.rmSync(dir, { recursive: true, force: true });
  });

  async function pinOf(certificate) {
    const text = `openssl x509 -in ${certificate} -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary | base64`;
    return (await run(['sh', '-c', text])).trim();
  }

  /** The wall says LIVE, and shows fresh pictures in its own player. */
  async function plays() {
    await wall.says(ROOM, 'live', PATIENCE_MS);
    await wall.open(ROOM);
    await wall.shows(ROOM, { count: 20, within: PATIENCE_MS });
  }

  /** A player of its own beside the wall's, to ask the browser what its media go over. */
  async function route(configuration = {}) {
    const { page } = browser;
    const url = `${wall.url}/whep/${ROOM}`;
    const claims = { sub: 'user:1', room: ROOM, can: 'watch' };
    const token = mintToken(path.join(dir, 'state/token.key'), claims);
    const iceServers = await page.evaluate(([at, by]) => window.turnServers(at, by), [url, token]);
    assert.equal(iceServers.length, 1);
    const { player } = await page.evaluate(
      ([at, by, more]) => window.play(at, by, more),
      [url, token, { iceServers, ...configuration }],
    );
    const decoded = async () => (await page.evaluate((index) => window.seen(index), player)).framesDecoded;
    await until('pictures come', async () => (await decoded()) > 20, { within: PATIENCE_MS, every: 200 });
    // The browser's statistics are a moment behind its picture.
    const chosen = () => page.evaluate((index) => window.route(index), player);
    const found = await until('the browser tells its path', chosen, { within: PATIENCE_MS, every: 200 });
    await page.evaluate((index) => window.players[index].peer.close(), player);
    return found;
  }

  test('LIVE over UDP', async () => {
    await plays();
    await browser.page.evaluate(WHEP);
    assert.equal((await route()).protocol, 'udp');
    await wall.close(ROOM);
  });

  /** Bytes that the server has taken from the classroom by TCP at this port. */
  async function taken(port) {
    const filter = ['state', 'established', 'sport', '=', `:${port}`, 'and', 'dst', '10.77.0.2'];
    const sockets = await run([...machines.server, 'ss', '-Htin', ...filter]);
    const counts = [...sockets.matchAll(/bytes_received:(\d+)/g)].map(([, count]) => Number(count));
    return Math.max(0, ...counts);
  }

  /** The classroom sends its media there. */
  const sendsTo = (port) =>
    until(`the classroom's media come by TCP port ${port}`, async () => (await taken(port)) > MEDIA_BYTES, {
      within: PATIENCE_MS,
      every: 200,
    });

  test('where no UDP is carried: LIVE over TCP, from the classroom and to the viewer', async () => {
    machines.block('udp 0');
    await sendsTo(8444);
    await plays();
    const { type, protocol } = await route();
    assert.equal(protocol, 'tcp');
    assert.notEqual(type, 'relay');
    await wall.close(ROOM);
  });

  test('where the relay cannot be reached at all: through coturn, by the password that the relay hands out', async () => {
    machines.block('udp 0 refuse 8444');
    await sendsTo(3478);
    assert.deepEqual(await route({ iceTransportPolicy: 'relay' }), { type: 'relay', protocol: 'tcp' });
    await plays();
  });
});
