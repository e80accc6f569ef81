// SPDX-License-Identifier: MIT
// setup-loopback on a real PulseAudio: it connects what cannot howl, and nothing else.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { BIN, TOP } from '../../support/classcast.mjs';
import { Microphones, micOf } from '../../support/microphones.mjs';
import { Program } from '../../support/program.mjs';
import { EX } from './ctl.mjs';

const MICROPHONE = micOf('room-101');
const SPEAKERS = 'loudspeakers';

describe('setup-loopback', () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'classcast-loopback-'));
  /** @type {Microphones} */
  let sound;

  before(async () => {
    sound = await new Microphones({ bin: BIN, dir, rooms: [{ id: 'room-101', hertz: 440 }] }).start();
  });
  after(async () => {
    await sound?.stop();
    fs.rmSync(dir, { recursive: true });
  });

  async function loopback(...args) {
    const program = new Program('setup-loopback', [path.join(TOP, 'scripts/setup-loopback'), ...args], {
      env: sound.env,
    }).start();
    const { code } = await program.ended;
    return { code, output: program.output, errors: program.errors };
  }
  const loopbacks = async () =>
    (await sound.pactl('list', 'short', 'modules'))
      .split('\n')
      .filter((line) => line.includes('module-loopback'));

  test('refuses loudspeakers, which the microphone would hear', async () => {
    const { code, errors } = await loopback(MICROPHONE, SPEAKERS);
    assert.equal(code, EX.config);
    assert.match(errors, /loudspeakers.*howl/);
    assert.deepEqual(await loopbacks(), []);
  });

  test('refuses to play what is played there, wherever it stands', async () => {
    const { code, errors } = await loopback('--other-room', `${SPEAKERS}.monitor`, SPEAKERS);
    assert.equal(code, EX.config);
    assert.match(errors, /its own sound/);
    assert.deepEqual(await loopbacks(), []);
  });

  test('connects loudspeakers of another room, once, and takes them off again', async () => {
    const { code, errors } = await loopback('--other-room', '--latency', '50', MICROPHONE, SPEAKERS);
    assert.equal(code, EX.ok, errors);
    const [module, ...more] = await loopbacks();
    assert.match(module, new RegExp(`source=${MICROPHONE} sink=${SPEAKERS} latency_msec=50.*dont_move`));
    assert.deepEqual(more, []);
    assert.equal((await loopback('--other-room', MICROPHONE, SPEAKERS)).code, EX.config, 'not twice');
    assert.equal((await loopback('--remove')).code, EX.ok);
    assert.deepEqual(await loopbacks(), []);
  });

  test('names what does not exist', async () => {
    assert.match((await loopback('no-such', SPEAKERS)).errors, /no source "no-such"/);
    assert.match((await loopback(MICROPHONE, 'no-such')).errors, /no sink "no-such"/);
  });

  test('explains itself and refuses a wrong use', async () => {
    assert.match((await loopback('--help')).output, /usage: setup-loopback/);
    for (const args of [[], [MICROPHONE], ['--latency', '5', MICROPHONE, SPEAKERS], ['--loud', MICROPHONE]]) {
      assert.equal((await loopback(...args)).code, EX.usage, args.join(' '));
    }
  });
});
