// SPDX-License-Identifier: MIT
// A room on disk: complete, playable, and in one piece after every program on the way was killed.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PICTURE } from '../../support/camera.mjs';
import { Classcast } from '../../support/classcast.mjs';
import { run } from '../../support/program.mjs';
import { Capture, finish, missing, packetTimes, pictureNumbers, probe } from '../../support/recorder.mjs';
import { until } from '../../support/wait.mjs';

const ROOM = 'room-101';
const CLIP = PICTURE.fps * PICTURE.seconds;
const LOSS_PER_KILL = 2 * PICTURE.fps;
const FOREVER = 9_000_000_000_000;

describe('a capture', () => {
  /** @type {Classcast} */
  let classcast;
  let store;

  before(async () => {
    classcast = await Classcast.start({ rooms: [{ id: ROOM }] });
    store = path.join(classcast.dir, 'segments');
    await classcast.allLive();
  });
  after(() => classcast?.stop());

  const file = (name) => path.join(classcast.dir, 'recordings', `${name}.mp4`);
  const folder = (name) => path.join(store, name, ROOM);
  const capture = (name) => new Capture(classcast, ROOM, path.join(store, name)).start();
  const finished = (name) =>
    finish(classcast.bin, { room: folder(name), from_ms: 0, until_ms: FOREVER, output: file(name) });

  test('becomes a standard MP4 without a missing picture', async () => {
    const room = capture('plain');
    await room.records(60);
    assert.deepEqual(await room.stop(), { code: 0, signal: null });
    const stopped = Date.now();
    const { finished: result, percents } = await finished('plain');
    assert.ok(
      percents.every((percent, i) => i === 0 || percent > percents[i - 1]),
      'progress only grows',
    );

    const { format, video, audio } = await probe(file('plain'));
    assert.equal(video.codec_name, 'h264');
    assert.equal(audio.codec_name, 'aac');
    assert.equal(Number(video.nb_read_packets), result.frames);
    assert.ok(Math.abs(format.duration * 1000 - result.duration_ms) < 50, `${format.duration} s`);
    const created = Date.parse(format.tags.creation_time);
    assert.ok(Math.abs(created - result.start_ms) < 1000, 'the creation time is the wall clock');
    assert.ok(Math.abs(created - Date.now()) < 60_000);
    const ahead = result.start_ms + result.duration_ms - stopped;
    assert.ok(ahead < 2000 / PICTURE.fps, `its last picture is from the future, by ${ahead} ms`);

    const numbers = await pictureNumbers(file('plain'), PICTURE);
    assert.equal(numbers.length, result.frames);
    assert.equal(missing(numbers, CLIP), 0, numbers.join(' '));
    const bytes = fs.readFileSync(file('plain'));
    assert.equal(result.size, bytes.length);
    assert.equal(result.sha256, crypto.createHash('sha256').update(bytes).digest('hex'));
    assert.ok(bytes.indexOf('moov') < bytes.indexOf('mdat'), 'moov stands in front');
    assert.deepEqual(result.gaps, []);
    const jpeg = fs.readFileSync(file('plain').replace('.mp4', '.jpg'));
    assert.equal(jpeg.readUInt16BE(0), 0xffd8);
    assert.deepEqual(
      fs.readdirSync(path.dirname(file('plain'))).sort(),
      ['plain.jpg', 'plain.mp4'],
      'nothing else is left',
    );
  });

  test('keeps picture and sound together, at the beginning and at the end', async () => {
    const picture = await packetTimes(file('plain'), 'v');
    const sound = await packetTimes(file('plain'), 'a');
    const FRAME = 1 / PICTURE.fps;
    assert.ok(Math.abs(picture[0]) < 0.001, `the picture begins at ${picture[0]}`);
    assert.ok(Math.abs(sound[0]) < 0.04, `the sound begins at ${sound[0]}`);
    const apart = picture.at(-1) + FRAME - (sound.at(-1) + 1024 / 48000);
    assert.ok(apart < 0.04, `the picture lasts ${apart} s longer`);
    assert.ok(apart > -0.02, `the sound lasts ${-apart} s longer`);
    for (let i = 1; i < picture.length; i++) {
      assert.ok(Math.abs(picture[i] - picture[i - 1] - FRAME) < 0.02, `picture ${i} at ${picture[i]}`);
    }
  });

  test('has segments that play by themselves, with the Opus as it came', async () => {
    const [name] = fs.readdirSync(folder('plain')).filter((entry) => entry.endsWith('.mp4'));
    const { video, audio } = await probe(path.join(folder('plain'), name));
    assert.equal(video.codec_tag_string, 'avc3');
    assert.equal(audio.codec_name, 'opus');
    await run([
      'ffmpeg',
      '-v',
      'error',
      '-xerror',
      '-i',
      path.join(folder('plain'), name),
      '-f',
      'null',
      '-',
    ]);
  });

  test('loses nothing when its computer is too busy to look for a while', async () => {
    const BUSY_MS = 2500;
    const room = capture('busy');
    await room.records(20);
    room.child.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, BUSY_MS));
    room.child.kill('SIGCONT');
    await room.records(20);
    await room.stop();
    assert.equal(room.last.damaged, 0);
    const { finished: result } = await finished('busy');
    const numbers = await pictureNumbers(file('busy'), PICTURE);
    assert.equal(missing(numbers, CLIP), 0, numbers.join(' '));
    assert.deepEqual(result.gaps, []);
  });

  test('survives its own sudden death again and again', async () => {
    const KILLS = 3;
    for (let i = 0; i < KILLS; i++) {
      const room = capture('killed');
      await room.records(15 + Math.floor(Math.random() * 10));
      await room.kill();
    }
    const room = capture('killed');
    await room.records(20);
    await room.stop();
    const { finished: result } = await finished('killed');
    const numbers = await pictureNumbers(file('killed'), PICTURE);
    assert.equal(numbers.length, result.frames);
    const lost = missing(numbers, CLIP);
    assert.ok(lost <= KILLS * LOSS_PER_KILL, `${lost} pictures lost: ${numbers.join(' ')}`);
  });

  test('goes on by itself after the relay was killed, and marks the gap', async () => {
    const room = capture('relay');
    await room.records(20);
    classcast.relay.kill('SIGKILL');
    await classcast.relay.ended;
    classcast.relay.start();
    await until('the capture noticed', () =>
      room.reports.some((report) => report.state !== 'recording' && report.cause),
    );
    await room.records(20, 30_000);
    await room.stop();
    const { finished: result } = await finished('relay');
    assert.ok(result.gaps.length <= 1, JSON.stringify(result.gaps));
    const numbers = await pictureNumbers(file('relay'), PICTURE);
    const lost = missing(numbers, CLIP);
    const marked = result.gaps.reduce((sum, gap) => sum + gap.end_ms - gap.start_ms, 0);
    const unmarked = lost - (marked / 1000) * PICTURE.fps;
    assert.ok(Math.abs(unmarked) <= 5, `${lost} pictures lost, ${marked} ms marked`);
    const times = await packetTimes(file('relay'), 'v');
    const { start_ms: start } = result;
    assert.ok(
      Math.abs(start + times.at(-1) * 1000 - room.last.end_ms) < 1000,
      'the clock of the file stays true',
    );
  });

  test('tells why nothing is recorded', async () => {
    const nowhere = new Capture(classcast, 'room-999', path.join(store, 'nobody')).start();
    const told = () => nowhere.reports.find((report) => /nobody sends this room/.test(report.cause));
    assert.equal((await until('it tells', told)).state, 'waiting');
    await nowhere.stop();
    const nothing = { room: folder('never'), from_ms: 0, until_ms: FOREVER, output: file('never') };
    const { error, empty } = await finish(classcast.bin, nothing);
    assert.match(error, /nothing was received/);
    assert.equal(empty, true);
    assert.ok(!fs.existsSync(file('never')));
  });
});
