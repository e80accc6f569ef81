// SPDX-License-Identifier: MIT
// What classcastd tells the server and the journal about a camera in trouble, and that it recovers by itself.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import { afterEach, describe, test } from 'node:test';
import { Camera } from '../../support/camera.mjs';
import { ownNetwork } from '../../support/namespaces.mjs';
import { freeTcpPort } from '../../support/ports.mjs';
import { until } from '../../support/wait.mjs';
import { BIN, Classroom } from './classroom.mjs';

const PASSWORD = 'not-the-pass%word';
const running = [];
afterEach(async () => {
  for (const each of running.splice(0).reverse()) {
    await each.stop();
  }
});

async function camera(options = {}) {
  const made = new Camera({ bin: BIN, room: 'room-101', picture: { seconds: 4 }, ...options });
  running.push(made);
  return made.start();
}

async function classroom(options) {
  const made = new Classroom(options);
  running.push(made);
  return made.start();
}

const backoff = (pattern) => (beat) => beat.camera.state === 'backoff' && pattern.test(beat.camera.cause);
const live = (beat) => beat.camera.state === 'live';

/** One line in the journal, however often it is tried. */
async function saysOnce(room, text) {
  await until(`the journal says ${text}`, () => room.count(text) >= 1);
  assert.equal(room.count(text), 1, room.log);
}

describe('a camera that cannot be used', () => {
  test('a wrong password: named, tried slowly, and told to nobody', async () => {
    const dir = fs.mkdtempSync('/tmp/camera-');
    const { url } = await camera({ dir, user: 'admin', password: 'right' });
    const withLogin = url.replace('rtsp://', `rtsp://admin:${encodeURIComponent(PASSWORD)}@`);
    const room = await classroom({ camera: { url: withLogin } });
    const text = 'camera refused the user name or password (401)';
    const beat = await room.server.heartbeat(
      text,
      (b) => b.camera.state === 'backoff' && b.camera.cause === text,
    );
    await saysOnce(room, text);
    const commandLine = fs.readFileSync(`/proc/${room.daemon.pid}/cmdline`, 'utf8');
    for (const told of [room.log, JSON.stringify(beat), commandLine]) {
      assert.ok(!told.includes(PASSWORD) && !told.includes(encodeURIComponent(PASSWORD)), told);
    }
    fs.rmSync(dir, { recursive: true });
  });

  test('a login that is not configured', async () => {
    const dir = fs.mkdtempSync('/tmp/camera-');
    const { url } = await camera({ dir, user: 'admin', password: 'right' });
    const room = await classroom({ camera: { url } });
    await room.server.heartbeat('asked', backoff(/asks for a user name and password/));
    fs.rmSync(dir, { recursive: true });
  });

  test('the right password in a file', async () => {
    const dir = fs.mkdtempSync('/tmp/camera-');
    const { url } = await camera({ dir, user: 'admin', password: PASSWORD });
    const password_file = `${dir}/camera-room-101.password`;
    const room = await classroom({ camera: { url, username: 'admin', password_file } });
    await room.server.heartbeat('live', live);
    fs.rmSync(dir, { recursive: true });
  });

  test('a path that does not exist', async () => {
    const { url } = await camera();
    const room = await classroom({ camera: { url: url.replace('/live', '/stream9') } });
    await room.server.heartbeat('404', backoff(/no stream at \/stream9 \(404\)/));
    await saysOnce(room, '/stream9 (404)');
  });

  test('a closed port', async () => {
    const port = await freeTcpPort();
    const room = await classroom({ camera: { url: `rtsp://127.0.0.1:${port}/live` } });
    await room.server.heartbeat(
      'refused',
      backoff(new RegExp(`127.0.0.1 refuses connections on port ${port}`)),
    );
    await saysOnce(room, 'refuses connections');
  });

  test('a host that accepts and never answers', async () => {
    const silent = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    running.push({ stop: () => silent.close() });
    const room = await classroom({ camera: { url: `rtsp://127.0.0.1:${silent.address().port}/live` } });
    await room.server.heartbeat('silent', backoff(/127.0.0.1 .*does not answer/));
  });

  test('a name that DNS does not know', async () => {
    const room = await classroom({ camera: { url: 'rtsp://camera.invalid/live' }, wrap: ownNetwork() });
    await until('the journal names DNS', () => room.log.includes('camera camera.invalid cannot be found'));
  });

  test('an address without a route', async () => {
    const room = await classroom({ camera: { url: 'rtsp://198.51.100.7/live' }, wrap: ownNetwork() });
    await until('the journal names the network', () =>
      /198\.51\.100\.7 cannot be reached: .*no network path/.test(room.log),
    );
  });

  for (const [codec, word] of [
    ['h265', 'H.265'],
    ['mjpeg', 'MJPEG'],
  ]) {
    test(`${word}: says so, and what to do`, async () => {
      const { url } = await camera({ picture: { codec, seconds: 4 } });
      const room = await classroom({ camera: { url, codec: 'copy' } });
      await room.server.heartbeat(word, backoff(new RegExp(`camera sends ${word}, .*main stream to H.264`)));
      await saysOnce(room, `camera sends ${word}`);
    });

    test(`${word} is encoded anew, as H.264`, async () => {
      const { url } = await camera({ picture: { codec, seconds: 4 } });
      const room = await classroom({ camera: { url } });
      const beat = await room.server.heartbeat('live', live);
      assert.equal(beat.camera.codec, 'H264');
    });

    test(`${word} with codec = vp8 is live`, async () => {
      const { url } = await camera({ picture: { codec, seconds: 4 } });
      const room = await classroom({ camera: { url, codec: 'vp8' } });
      const beat = await room.server.heartbeat('live', live);
      assert.equal(beat.camera.codec, 'VP8');
    });
  }
});

describe('a camera that goes and comes', () => {
  test('killed, then started again', async () => {
    const source = await camera();
    const room = await classroom({ camera: { url: source.url } });
    const before = await room.server.heartbeat('live', (b) => live(b) && b.camera.keyframes > 0);
    assert.deepEqual([before.camera.codec, before.camera.width, before.camera.height], ['H264', 640, 360]);
    await source.kill();
    await room.server.heartbeat('lost', backoff(/./), 3000);
    await source.start();
    await room.server.heartbeat('live again', live, 10_000);
  });

  test('frozen: stalled within 4 s, live again when it moves', async () => {
    const source = await camera();
    const room = await classroom({ camera: { url: source.url } });
    await room.server.heartbeat('live', live);
    source.freeze();
    const stalled = await room.server.heartbeat('stalled', (b) => b.camera.state === 'stalled', 4500);
    assert.match(stalled.camera.cause, /picture has stopped/);
    source.resume();
    await room.server.heartbeat('live again', live, 15_000);
  });

  test('over UDP', async () => {
    const source = await camera();
    const room = await classroom({ camera: { url: source.url, transport: 'udp' } });
    await room.server.heartbeat('live', live);
  });
});
