// SPDX-License-Identifier: MIT
// What classcastd tells about a microphone in trouble, and that the camera goes on meanwhile.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, beforeEach, afterEach, describe, test } from 'node:test';
import { Camera } from '../../support/camera.mjs';
import { Microphones, micOf } from '../../support/microphones.mjs';
import { until } from '../../support/wait.mjs';
import { BIN, Classroom } from './classroom.mjs';

const live = (beat) => beat.microphone.state === 'live' && beat.camera.state === 'live';
const silentBecause = (pattern) => (beat) =>
  beat.microphone.state !== 'live' && pattern.test(beat.microphone.cause) && beat.camera.state === 'live';

describe('a microphone', () => {
  let dir, camera, sound, room;
  const start = async (microphone) => {
    room = new Classroom({
      camera: { url: camera.url },
      microphone: { server: sound.server, ...microphone },
    });
    return room.start();
  };

  before(async () => {
    dir = fs.mkdtempSync('/tmp/microphone-');
    camera = await new Camera({ bin: BIN, room: 'room-101', picture: { seconds: 4 } }).start();
  });
  after(async () => {
    await camera?.stop();
    fs.rmSync(dir, { recursive: true });
  });
  beforeEach(async () => {
    const rooms = [
      { id: 'room-101', hertz: 440 },
      { id: 'room-102', hertz: 500 },
    ];
    sound = await new Microphones({ bin: BIN, dir: fs.mkdtempSync(`${dir}/pulse-`), rooms }).start();
  });
  afterEach(async () => {
    await room?.stop();
    sound?.daemon.kill('SIGCONT');
    await sound?.stop();
  });

  test('is measured in dBFS', async () => {
    await start({ device: micOf('room-101') });
    const beat = await room.server.heartbeat(
      'a level',
      (b) => live(b) && b.microphone.level_dbfs !== undefined,
    );
    assert.ok(beat.microphone.level_dbfs < -3 && beat.microphone.level_dbfs > -40, JSON.stringify(beat));
    assert.equal(beat.microphone.device, micOf('room-101'));
  });

  test('that does not exist is named once, while the picture goes on', async () => {
    await start({ device: 'no-such-mic' });
    await room.server.heartbeat('named', silentBecause(/microphone "no-such-mic" does not exist/));
    const seen = room.server.heartbeats.length;
    await until('a few more attempts', () => room.server.heartbeats.length > seen + 10, { within: 15_000 });
    assert.equal(room.count('"no-such-mic" does not exist'), 1, room.log);
  });

  test('without a sound server', async () => {
    await start({ device: 'x', server: `unix:${dir}/nobody` });
    await room.server.heartbeat('named', silentBecause(/no sound server answers at unix:.*nobody/));
  });

  test('unplugged while another exists, then plugged in again', async () => {
    await start({ device: micOf('room-101') });
    await room.server.heartbeat('live', live);
    await sound.unload('room-101');
    await room.server.heartbeat('gone', silentBecause(/room-101-mic/), 5000);
    await sound.load('room-101');
    const refill = fs.openSync(sound.fifo('room-101'), 'r+');
    const noise = setInterval(() => fs.write(refill, Buffer.alloc(9600, 7), () => {}), 100);
    try {
      await room.server.heartbeat('live again', live, 15_000);
    } finally {
      clearInterval(noise);
      fs.closeSync(refill);
    }
  });

  test("that somebody moves to another source in the desktop's mixer is recorded from its own again", async () => {
    // As on a desktop, the sound server remembers what was moved where.
    await sound.pactl('load-module', 'module-stream-restore');
    await start({ device: micOf('room-101') });
    await room.server.heartbeat('live', live);
    const recordings = async () =>
      (await sound.pactl('list', 'short', 'source-outputs')).trim().split('\n').filter(Boolean);
    const nameOf = async (index) =>
      (await sound.pactl('list', 'short', 'sources'))
        .split('\n')
        .map((line) => line.split('\t'))
        .find(([each]) => each === index)?.[1];
    const [recording] = await recordings();
    await sound.pactl('move-source-output', recording.split('\t')[0], micOf('room-102'));
    await room.server.heartbeat('told', silentBecause(/sound server moved the recording to "room-102-mic"/));
    await room.server.heartbeat('live again', live, 15_000);
    const [again, ...others] = await recordings();
    assert.equal(await nameOf(again.split('\t')[1]), micOf('room-101'));
    assert.deepEqual(others, []);
  });

  test('whose sound server hangs, then goes on', async () => {
    await start({ device: micOf('room-101') });
    await room.server.heartbeat('live', live);
    sound.daemon.kill('SIGSTOP');
    await room.server.heartbeat('stalled', (b) => b.microphone.state === 'stalled', 4000);
    await room.server.heartbeat('hung', silentBecause(/sound server does not answer/), 20_000);
    sound.daemon.kill('SIGCONT');
    await room.server.heartbeat('live again', live, 20_000);
  });

  test('whose sound server hangs does not keep the service from stopping', async () => {
    await start({ device: micOf('room-101') });
    await room.server.heartbeat('live', live);
    sound.daemon.kill('SIGSTOP');
    await room.server.heartbeat('stalled', (b) => b.microphone.state === 'stalled', 4000);
    const status = await room.daemon.stop(8000);
    assert.deepEqual(status, { code: 0, signal: null });
  });
});
