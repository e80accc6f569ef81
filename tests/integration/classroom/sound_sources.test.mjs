// SPDX-License-Identifier: MIT
// Where a room's sound may come from besides a PulseAudio source: the camera's own microphone in each codec that cameras
// have, and a sound card by its id; and the cleaning of the sound.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { Camera } from '../../support/camera.mjs';
import { Microphones, micOf } from '../../support/microphones.mjs';
import { until } from '../../support/wait.mjs';
import { BIN, Classroom } from './classroom.mjs';

const TONE_DBFS = -15;
const near = (level) => Math.abs(level - TONE_DBFS) < 3;

describe('the camera’s microphone', () => {
  let dir, camera, room;
  before(async () => {
    dir = fs.mkdtempSync('/tmp/camera-sound-');
    camera = new Camera({ bin: BIN, room: 'room-101', dir, picture: { seconds: 4 }, sound: 'pcma' });
    await camera.start();
    room = await new Classroom({ camera: { url: camera.url }, microphone: { source: 'camera' } }).start();
  });
  after(async () => {
    await room?.stop();
    await camera?.stop();
    fs.rmSync(dir, { recursive: true });
  });

  async function becomes(sound) {
    await camera.kill();
    camera.options.sound = sound;
    await camera.start();
    const seq = room.server.last?.seq ?? 0;
    return (beat) => beat.seq > seq + 1;
  }

  for (const codec of ['pcma', 'pcmu', 'aac', 'opus']) {
    test(`as ${codec} is heard, beside the picture`, async () => {
      const fresh = await becomes(codec);
      await room.server.heartbeat(
        'the tone',
        (b) =>
          fresh(b) &&
          b.camera.state === 'live' &&
          b.microphone.state === 'live' &&
          near(b.microphone.level_dbfs),
        30_000,
      );
    });
  }

  test('in a codec that cannot be used is named, and the picture goes on', async () => {
    const fresh = await becomes('l16');
    await room.server.heartbeat(
      'named',
      (b) =>
        fresh(b) &&
        b.camera.state === 'live' &&
        /sends its sound as L16, which cannot be used; set it to AAC or G\.711/.test(b.microphone.cause),
      30_000,
    );
  });
});

describe('a sound card', () => {
  let dir, sound, room;
  before(async () => {
    dir = fs.mkdtempSync('/tmp/sound-card-');
    const rooms = [
      { id: 'room-101', hertz: 440 },
      { id: 'room-101-second', hertz: 500 },
    ];
    sound = await new Microphones({ bin: BIN, dir, rooms }).start();
    // The real alsa-lib with a card of its own making: what "plughw:CARD=Ceiling" records comes from the simulated microphone.
    fs.writeFileSync(
      path.join(dir, 'asound.conf'),
      [
        'pcm.plughw {',
        '  @args [ CARD ]',
        '  @args.CARD { type string }',
        `  type pulse`,
        `  server "${sound.server}"`,
        `  device { @func concat strings [ "room-101-" $CARD ] }`,
        '}',
      ].join('\n'),
    );
  });
  after(async () => {
    await sound?.stop();
    fs.rmSync(dir, { recursive: true });
  });
  afterEach(() => room?.stop());

  async function start(microphone) {
    const wrap = ['env', `ALSA_CONFIG_PATH=${path.join(dir, 'asound.conf')}`];
    room = await new Classroom({ camera: { device: 'none' }, microphone, wrap }).start();
    return room.server;
  }

  test('is recorded by its id, without a sound server of ours', async () => {
    const server = await start({ source: 'alsa', device: 'mic' });
    const beat = await server.heartbeat(
      'live',
      (b) => b.microphone.state === 'live' && b.microphone.level_dbfs > -40,
      20_000,
    );
    assert.equal(beat.microphone.device, 'plughw:CARD=mic');
  });

  test('gives way to another with a reload, in the same program', async () => {
    const server = await start({ source: 'alsa', device: 'mic' });
    const records = (card) =>
      server.heartbeat(
        `${card} is recorded`,
        ({ microphone }) =>
          microphone.state === 'live' &&
          microphone.device === `plughw:CARD=${card}` &&
          microphone.level_dbfs > -40,
        20_000,
      );
    await records('mic');
    const { pid } = room.daemon;
    room.reload({ microphone: { source: 'alsa', device: 'second-mic' } });
    await records('second-mic');
    assert.ok(room.daemon.running && room.daemon.pid === pid, 'the same program');
  });

  test('that is not there is named with what to do', async () => {
    const server = await start({ source: 'alsa', device: 'hw:CARD=unplugged' });
    await server.heartbeat('named', (b) =>
      /"hw:CARD=unplugged" cannot be opened; is the card plugged in\? "arecord -L"/.test(b.microphone.cause),
    );
  });

  test('its sound is cleaned when that is asked for', async () => {
    const cleaned = {
      source: 'pulse',
      server: sound.server,
      device: micOf('room-101'),
      noise_suppression: 'yes',
      gain_control: 'yes',
      echo_reference: 'loudspeakers.monitor',
    };
    const server = await start(cleaned);
    await server.heartbeat(
      'live',
      (b) =>
        b.microphone.state === 'live' &&
        b.microphone.device === micOf('room-101') &&
        b.microphone.level_dbfs !== undefined,
      20_000,
    );
    const recorders = await sound.pactl('list', 'short', 'source-outputs');
    assert.equal(recorders.trim().split('\n').length, 2, 'the microphone and what the loudspeakers play');
    room.reload({ microphone: { ...cleaned, echo_reference: 'nobody' } });
    await until('a reference that is not there is named', () => room.count('does not exist') > 0, {
      within: 20_000,
    });
  });
});
