// SPDX-License-Identifier: MIT
// What a technician reads when a camera or a microphone cannot be used: one clear message, and the room's state.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import { after, before, describe, test } from 'node:test';
import { Classcast } from '../support/classcast.mjs';
import { freeTcpPort } from '../support/ports.mjs';
import { until } from '../support/wait.mjs';

const OFFLINE_WITHIN = 15_000;

describe('a room', () => {
  /** @type {Classcast} */
  let classcast;
  /** Accepts connections and never says a word. */
  const silent = net.createServer();
  let closedPort;

  before(async () => {
    closedPort = await freeTcpPort();
    await new Promise((resolve) => silent.listen(0, '127.0.0.1', resolve));
    classcast = await Classcast.start({
      rooms: [
        { id: 'wrong-password', camera: { user: 'cam', password: 'right' }, cameraPassword: 'wrong' },
        { id: 'closed-port', cameraUrl: `rtsp://127.0.0.1:${closedPort}/live` },
        { id: 'silent-host', cameraUrl: `rtsp://127.0.0.1:${silent.address().port}/live` },
        { id: 'wrong-path', cameraPath: '/nothing' },
        { id: 'h265', codec: 'copy', camera: { picture: { codec: 'h265', seconds: 4 } } },
        { id: 'mjpeg', codec: 'copy', camera: { picture: { codec: 'mjpeg', seconds: 4 } } },
        { id: 'no-microphone', microphone: 'no-such-microphone', microphoneServer: 'simulated' },
        { id: 'without-microphone', microphone: 'none' },
      ],
    });
  });
  after(async () => {
    silent.close();
    await classcast?.stop();
  });

  const log = (room) => fs.readFileSync(`${classcast.logs}/classcastd-${room}.err`, 'utf8');

  const BROKEN = [
    { room: 'wrong-password', says: /password|user name/i },
    { room: 'closed-port', says: () => new RegExp(`127\\.0\\.0\\.1.*${closedPort}`) },
    { room: 'silent-host', says: /127\.0\.0\.1|answer/ },
    { room: 'wrong-path', says: /path|not found|404/i },
    { room: 'h265', says: /H\.?265/i },
    { room: 'mjpeg', says: /JPEG/i },
  ];

  for (const { room, says } of BROKEN) {
    test(`with ${room} is OFFLINE because of its camera, and says why`, async () => {
      const pattern = typeof says === 'function' ? says() : says;
      const told = await classcast.becomes(room, 'offline', OFFLINE_WITHIN);
      const explained = async () => {
        const now = await classcast.api.room(room);
        return now.state === 'offline' && now.cause === 'camera' && pattern.test(now.detail) && now;
      };
      await until(`"${told.detail}" tells of ${pattern}`, explained, { within: OFFLINE_WITHIN });
      const lines = log(room)
        .split('\n')
        .filter((line) => / (error|warning) /.test(line) && pattern.test(line));
      assert.ok(lines.length >= 1, `the journal tells of ${pattern}: ${log(room)}`);
      assert.equal(
        new Set(lines.map((line) => line.slice(13))).size,
        1,
        `in one message: ${lines.join('\n')}`,
      );
      assert.ok(classcast.classrooms.get(room).daemon.running, 'the daemon goes on trying');
    });
  }

  test('whose microphone is missing shows its picture, says NO AUDIO and names the device', async () => {
    const told = await classcast.becomes('no-microphone', 'no_audio');
    assert.equal(told.cause, 'microphone');
    assert.match(told.detail, /no-such-microphone/);
    assert.match(log('no-microphone'), /no-such-microphone/);
  });

  test('that has no microphone by configuration is LIVE', async () => {
    await classcast.becomes('without-microphone', 'live');
  });
});
