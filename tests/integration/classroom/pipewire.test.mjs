// SPDX-License-Identifier: MIT
// The microphone on PipeWire, which never says that a source is gone or does not exist: it moves the recording to another.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, afterEach, before, describe, test } from 'node:test';
import { micOf } from '../../support/microphones.mjs';
import { PipeWire } from '../../support/pipewire.mjs';
import { BIN, Classroom } from './classroom.mjs';

const TONE_DBFS = -15;
const live = (beat) => beat.microphone.state === 'live';
const heard = (beat) => live(beat) && Math.abs(beat.microphone.level_dbfs - TONE_DBFS) < 3;
const because = (pattern) => (beat) => !live(beat) && pattern.test(beat.microphone.cause);

describe('a microphone on PipeWire', () => {
  let dir, sound, room;
  before(async () => {
    dir = fs.mkdtempSync('/tmp/pw-');
    // The second one has no tone: its level tells which of them is recorded.
    const rooms = [{ id: 'room-101', hertz: 440 }];
    sound = await new PipeWire({ bin: BIN, dir, rooms }).start();
    await sound.pactl('load-module', 'module-null-sink', 'sink_name=loudspeakers');
  });
  after(async () => {
    await sound?.stop();
    fs.rmSync(dir, { recursive: true });
  });
  afterEach(() => room?.stop());
  const start = async (device) => {
    const microphone = { server: sound.server, device };
    room = await new Classroom({ camera: { device: 'none' }, microphone }).start();
    return room.server;
  };

  test('is recorded by its stable name', async () => {
    const server = await start(micOf('room-101'));
    const beat = await server.heartbeat('the tone', heard, 20_000);
    assert.equal(beat.microphone.device, micOf('room-101'));
  });

  test('that does not exist is named, although PipeWire offers another', async () => {
    const server = await start('no-such-mic');
    await server.heartbeat('named', because(/"no-such-mic"/), 20_000);
  });

  test('unplugged while another exists, then plugged in again', async () => {
    const server = await start(micOf('room-101'));
    await server.heartbeat('the tone', heard, 20_000);
    await sound.unload('room-101');
    await server.heartbeat('gone', because(/room-101-mic/), 20_000);
    await sound.feeder.stop();
    await sound.load('room-101');
    sound.feeder.start();
    await server.heartbeat('the tone again', heard, 30_000);
  });

  test('whose sound server is restarted', async () => {
    const server = await start(micOf('room-101'));
    await server.heartbeat('the tone', heard, 20_000);
    await sound.stop();
    await server.heartbeat('told', because(/sound server/), 20_000);
    await sound.start();
    await server.heartbeat('the tone again', heard, 30_000);
  });
});
