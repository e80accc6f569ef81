// SPDX-License-Identifier: MIT
// A disk that is really full in the middle of a recording: what is on it stays whole, the room says so, and the
// recording goes on when there is space.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { PICTURE } from '../../support/camera.mjs';
import { Classcast } from '../../support/classcast.mjs';
import { markedOf, playInGStreamer } from '../../support/kills.mjs';
import { missing, pictureNumbers } from '../../support/recorder.mjs';
import { until } from '../../support/wait.mjs';

const ROOM = 'room-101';
const CLIP = PICTURE.fps * PICTURE.seconds;
const SLOW = { within: 60_000, every: 100 };

describe('a full disk', () => {
  /** @type {Classcast} */
  let classcast;

  before(async () => {
    classcast = await Classcast.start({ rooms: [{ id: ROOM }], recorder: true, disk: '6m' });
    await classcast.allLive();
  });
  after(() => classcast?.stop());

  /** The recorder's disk, seen from outside its namespace. */
  const onDisk = (...names) =>
    path.join(`/proc/${classcast.recorder.pid}/root`, classcast.recordings, ...names);
  const says = (what, condition) =>
    until(what, async () => condition((await classcast.api.room(ROOM)).recording), SLOW);

  function fill(file) {
    const descriptor = fs.openSync(file, 'w');
    try {
      for (;;) {
        fs.writeSync(descriptor, Buffer.alloc(4096));
      }
    } catch (error) {
      assert.equal(error.code, 'ENOSPC');
    } finally {
      fs.closeSync(descriptor);
    }
  }

  test('keeps what it has, says so, and goes on when there is space', async () => {
    const { api } = classcast;
    await api.expect(200, 'PATCH', '/settings', { 'recording.min_free': '0' });
    const roomy = async () => (await api.expect(200, 'GET', '/storage')).recorders[0].state === 'ok';
    await until('so small a disk is used', roomy, SLOW);
    const { id } = await api.expect(201, 'POST', `/rooms/${ROOM}/recordings`, {});
    await says('pictures are recorded', (recording) => recording?.state === 'recording');
    const grown = () => {
      const folder = onDisk('segments', ROOM);
      return fs.readdirSync(folder).some((name) => fs.statSync(path.join(folder, name)).size > 100_000);
    };
    await until('something is on the disk', grown, SLOW);
    fill(onDisk('filler'));
    const told = await says('the tile says so', (recording) => recording?.state === 'failed' && recording);
    assert.match(told.detail, /No space left/);
    assert.equal((await api.room(ROOM)).state, 'live', 'the rest lives on');
    fs.rmSync(onDisk('filler'));
    await says('it goes on', (recording) => recording?.state === 'recording');
    const again_ms = Date.now();
    await until('some seconds more', () => Date.now() - again_ms > 3000, SLOW);
    await api.expect(200, 'POST', `/recordings/${id}/stop`);
    const ready = await until(
      'it is finished',
      async () => {
        const now = await api.expect(200, 'GET', `/recordings/${id}`);
        return now.state === 'ready' && now;
      },
      SLOW,
    );
    const file = path.join(classcast.dir, 'whole.mp4');
    const [name] = fs
      .readdirSync(onDisk('recordings'), { recursive: true })
      .filter((one) => one.endsWith('.mp4'));
    fs.copyFileSync(onDisk('recordings', name), file);
    const numbers = await pictureNumbers(file, PICTURE);
    assert.equal(numbers.length, ready.frames);
    assert.equal(await playInGStreamer(file), ready.frames);
    assert.equal(ready.gaps.length, 1, JSON.stringify(ready.gaps));
    assert.match(ready.gaps[0].cause, /No space left/);
    const lost = missing(numbers, CLIP) - (markedOf(ready) / 1000) * PICTURE.fps;
    assert.ok(Math.abs(lost) <= 3, `${lost} pictures are missing and not marked`);
  });
});
