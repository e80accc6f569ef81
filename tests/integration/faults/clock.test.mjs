// SPDX-License-Identifier: MIT
// Somebody sets the clock of a classroom's computer, or a time server does: media do not notice, nothing is made anew, and the status says how
// wrong the clock is. libfaketime gives the daemon, and nobody else, another wall clock; its monotonic clock stays the kernel's.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Classcast } from '../../support/classcast.mjs';
import { until } from '../../support/wait.mjs';

const ROOM = 'room-101';
const LIBRARY = '/usr/$LIB/faketime/libfaketimeMT.so.1';
/** The camera sends ten frames a second; a test machine is slow at times. */
const LONGEST_GAP_MS = 2_000;
/** Longer than a source or the uplink may be silent before the daemon does something. */
const LOOK_MS = 4_000;

describe('a clock that is set', () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'clock-'));
  const file = path.join(dir, 'offset');
  let classcast;
  /** In one step: the daemon reads the file at its next look at the clock. */
  const set = (seconds) => {
    fs.writeFileSync(`${file}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`);
    fs.renameSync(`${file}.new`, file);
  };
  before(async () => {
    set(0);
    const wrap = [
      'env',
      `LD_PRELOAD=${LIBRARY}`,
      `FAKETIME_TIMESTAMP_FILE=${file}`,
      'FAKETIME_NO_CACHE=1',
      'FAKETIME_DONT_FAKE_MONOTONIC=1',
    ];
    const rooms = [{ id: ROOM, camera: { picture: { seconds: 4 } }, wrap }];
    // By the wrong clock no certificate need be valid: what enrolment pins is the server's key.
    classcast = await Classcast.start({ rooms, pin: true });
    await classcast.allLive();
  });
  after(async () => {
    await classcast?.stop();
    fs.rmSync(dir, { recursive: true });
  });

  const offset = async () => {
    const { devices } = await classcast.api.expect(200, 'GET', '/devices');
    return devices[0].resources?.clock_offset_ms;
  };
  const says = (ms) =>
    until(`the status says ${ms} ms`, async () => Math.abs((await offset()) - ms) < 5_000, {
      within: 40_000,
      every: 200,
    });

  /** The longest time without a new picture at the relay, and every state that was seen, until `done`. */
  async function watch(done) {
    const seen = new Set();
    let [frames, since, longest] = [0, performance.now(), 0];
    let over = false;
    done.catch(() => {}).finally(() => (over = true));
    while (!over) {
      seen.add((await classcast.api.room(ROOM)).state);
      const now = (await classcast.relayStatus()).rooms[0].publisher.video.frames;
      longest = Math.max(longest, performance.now() - since);
      if (now > frames) {
        [frames, since] = [now, performance.now()];
      }
      await delay(100);
    }
    await done;
    return { seen: [...seen], longest };
  }

  for (const [what, seconds, journal] of [
    ['an hour forward', 3_600, /clock was set forward by 3[56]\d\d\.\d s; media do not depend on it/],
    ['ten days back', -864_000, /clock was set back by 867\d\d\d\.\d s; media do not depend on it/],
    ['right again', 0, /clock was set forward by 86[34]\d\d\d\.\d s; media do not depend on it/],
  ]) {
    test(`${what}: told, measured, and not a picture less`, async () => {
      const { daemon } = classcast.classrooms.get(ROOM);
      const { pid } = daemon;
      const publishers = () => classcast.relay.errors.split('a publisher came').length;
      const [came, words] = [publishers(), daemon.errors.length];
      set(seconds);
      const { seen, longest } = await watch(Promise.all([says(-seconds * 1000), delay(LOOK_MS)]));
      assert.deepEqual(seen, ['live']);
      assert.ok(longest < LONGEST_GAP_MS, `${longest} ms without a picture`);
      const news = daemon.errors.slice(words);
      assert.match(news, journal);
      assert.doesNotMatch(news, /camera:|microphone:|uplink:|server:/);
      assert.equal(publishers(), came, 'the same media session');
      assert.ok(daemon.running && daemon.pid === pid, 'the same program');
    });
  }
});
