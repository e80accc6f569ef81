// SPDX-License-Identifier: MIT
// Recorder, relay and server are killed at random moments while a room is recorded: what is lost, whether it is
// marked, and whether the file plays from start to end in ffmpeg, GStreamer and Chromium.
//   scripts/bench kills [--quick] [--json] [--kills N] [--seed N]
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openChromium } from '../support/browser.mjs';
import { PICTURE } from '../support/camera.mjs';
import { Classcast } from '../support/classcast.mjs';
import { killAtRandom, markedOf, playInGStreamer, playInPage, unmarked } from '../support/kills.mjs';
import { packetTimes, pictureNumbers, steps } from '../support/recorder.mjs';
import { until } from '../support/wait.mjs';
import { Wall } from '../support/wall.mjs';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    kills: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const ROOM = 'room-101';
const KILLS = Number(options.kills ?? (options.quick ? 3 : 18));
const CLIP = PICTURE.fps * PICTURE.seconds;

async function record(classcast) {
  const { api } = classcast;
  const { id } = await api.expect(201, 'POST', `/rooms/${ROOM}/recordings`, {});
  const killed = await killAtRandom(classcast, { room: ROOM, kills: KILLS, seed: Number(options.seed) });
  await api.expect(200, 'POST', `/recordings/${id}/stop`);
  const ready = async () => {
    const now = await api.expect(200, 'GET', `/recordings/${id}`);
    return now.state === 'ready' && now;
  };
  return { killed, recording: await until('it is finished', ready, { within: 120_000 }) };
}

async function playEverywhere(classcast, recording) {
  const day = path.join(classcast.recordings, 'recordings', ROOM);
  const [file] = fs.readdirSync(day, { recursive: true }).filter((name) => String(name).endsWith('.mp4'));
  const whole = path.join(day, String(file));
  const numbers = await pictureNumbers(whole, PICTURE);
  const times = await packetTimes(whole, 'v');
  const browser = await openChromium();
  try {
    const wall = await new Wall(browser.page, classcast.url).signIn(classcast.user, classcast.password);
    const chromium = await playInPage(wall.page, recording.id);
    return { numbers, times, chromium, gstreamer: await playInGStreamer(whole) };
  } finally {
    await browser.close();
  }
}

const classcast = await Classcast.start({ rooms: [{ id: ROOM }], recorder: true });
try {
  await classcast.allLive();
  const { killed, recording } = await record(classcast);
  const { numbers, times, chromium, gstreamer } = await playEverywhere(classcast, recording);
  const marked = markedOf(recording) / 1000;
  const { lost: missing, back } = steps(numbers, CLIP);
  const lost = missing / PICTURE.fps;
  const faults = [
    numbers.length !== recording.frames && `ffmpeg plays ${numbers.length} of ${recording.frames} pictures`,
    gstreamer !== recording.frames && `GStreamer plays ${gstreamer} of ${recording.frames} pictures`,
    Math.abs(chromium.played - chromium.duration) > 0.2 && `Chromium plays ${chromium.played} s`,
    Math.abs(lost - marked) > 0.3 * KILLS && `${lost} s are lost, ${marked} s marked`,
    lost > 2 * KILLS && `${lost} s are lost`,
    ...unmarked(numbers, CLIP, times, recording).map(
      ({ at, count }) => `before picture ${at}, ${count} are missing outside every gap`,
    ),
    ...back.map(({ at, from, to }) => `picture ${at} steps back from ${from} to ${to}`),
  ].filter(Boolean);
  const longest = Math.max(0, ...recording.gaps.map((gap) => gap.end_ms - gap.start_ms)) / 1000;
  const result = {
    seed: options.seed,
    kills: KILLS,
    seconds: recording.duration_ms / 1000,
    lost,
    marked,
    longest,
    back: back.length,
  };
  if (options.json) {
    console.log(JSON.stringify({ ...result, faults }));
  } else {
    console.log(`seed ${options.seed}: ${killed.join(' ')}`);
    console.log(
      `${KILLS} kills in ${result.seconds} s: ${lost} s lost, ${marked} s marked in ${recording.gaps.length} gaps, the longest ${longest} s`,
    );
    recording.gaps.forEach((gap) => console.log(`  ${gap.end_ms - gap.start_ms} ms: ${gap.cause}`));
    console.log(
      `Chromium ${chromium.played} of ${chromium.duration} s, GStreamer ${gstreamer} pictures of ${recording.frames}`,
    );
    console.log(faults.length === 0 ? 'it plays everywhere' : faults.join('\n'));
  }
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  await classcast.stop();
}
