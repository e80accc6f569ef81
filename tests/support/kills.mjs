// SPDX-License-Identifier: MIT
// A recording while its programs are killed, and what players make of it.
import fs from 'node:fs';
import { run } from './program.mjs';
import { randomOf } from './truth.mjs';
import { request } from './api.mjs';
import { until } from './wait.mjs';

const PROGRAMS = ['recorder', 'relay', 'server'];
const PATIENCE = { within: 60_000, every: 50 };
const delay = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The programs in random order, each as often as the others. */
function* victims(random) {
  for (;;) {
    const left = [...PROGRAMS];
    while (left.length > 0) {
      yield left.splice(Math.floor(random() * left.length), 1)[0];
    }
  }
}

/**
 * Kills recorder, relay and server at random moments and starts each again at once; the same seed kills the same.
 * @param {import('./classcast.mjs').Classcast} classcast @param {{room: string, kills: number, seed: number}} options
 * @returns {Promise<string[]>} who was killed
 */
export async function killAtRandom(classcast, { room, kills, seed }) {
  const random = randomOf(seed);
  const killed = [];
  const records = async () => {
    const seen = await classcast.api.room(room).catch(() => undefined);
    return seen?.state === 'live' && seen.recording?.state === 'recording';
  };
  for (const name of victims(random)) {
    await until(`${room} records`, records, PATIENCE);
    if (killed.length === kills) {
      return killed;
    }
    await delay(300 + random() * 3700);
    killed.push(name);
    await killAndStart(classcast, name);
  }
  return killed;
}

async function killAndStart(classcast, name) {
  const program = classcast[name];
  program.kill('SIGKILL');
  await program.ended;
  program.start();
  const healthy = (url, ca) =>
    request(url, { ca }).then(
      ({ status }) => status === 200,
      () => false,
    );
  await until(
    'the relay answers',
    () => healthy(`http://127.0.0.1:${classcast.relayPort}/healthz`),
    PATIENCE,
  );
  const ca = fs.readFileSync(classcast.certificate);
  await until('the server answers', () => healthy(`${classcast.url}/healthz`, ca), PATIENCE);
}

const SIDE = 16;

/** How many pictures GStreamer plays of it from start to end, with its sound. */
export async function playInGStreamer(file) {
  const raw = `${file}.gray`;
  const graph =
    `filesrc location=${file} ! qtdemux name=file ` +
    'file.video_0 ! queue max-size-time=0 max-size-bytes=0 max-size-buffers=0 ! h264parse ! avdec_h264 ! videoconvert ' +
    `! videoscale ! video/x-raw,format=GRAY8,width=${SIDE},height=${SIDE} ! filesink location=${raw} ` +
    'file.audio_0 ! queue max-size-time=0 max-size-bytes=0 max-size-buffers=0 ! aacparse ! avdec_aac ! fakesink sync=false';
  await run(['gst-launch-1.0', '-q', ...graph.split(' ')]);
  const { size } = fs.statSync(raw);
  fs.rmSync(raw);
  return size / (SIDE * SIDE);
}

/** Plays a recording from start to end in a page of the viewer; what the element says then. */
export function playInPage(page, id) {
  return page.evaluate(async (source) => {
    const video = Object.assign(document.createElement('video'), { muted: true, src: source });
    document.body.append(video);
    video.playbackRate = 8;
    await video.play();
    await new Promise((resolve, reject) => {
      video.onended = resolve;
      video.onerror = () => reject(new Error(video.error?.message));
    });
    const { totalVideoFrames: frames } = video.getVideoPlaybackQuality();
    const played = video.played.length === 1 ? video.played.end(0) - video.played.start(0) : 0;
    video.remove();
    return { duration: video.duration, played, frames };
  }, `/api/v1/recordings/${id}/video`);
}

/**
 * Where pictures are missing outside every gap of a recording.
 * @param {number[]} numbers of its pictures, in a clip of `length` @param {number[]} times of them in the file, in seconds
 * @returns {{at: number, count: number}[]} `at`: the place in the file of the picture behind them
 */
export function unmarked(numbers, length, times, { gaps, started_ms: start }) {
  const NEAR_MS = 50;
  const ms = (picture) => start + 1000 * (times[picture] - times[0]);
  const marks = (gap, at) => gap.start_ms <= ms(at) + NEAR_MS && gap.end_ms >= ms(at - 1) - NEAR_MS;
  return numbers
    .slice(1)
    .map((to, i) => ({ at: i + 1, count: ((to - numbers[i] + length) % length) - 1 }))
    .filter(({ count }) => count > 0 && count < length / 2)
    .filter(({ at }) => !gaps.some((gap) => marks(gap, at)));
}

/** Milliseconds that a recording's gaps cover. */
export const markedOf = ({ gaps }) => gaps.reduce((sum, gap) => sum + gap.end_ms - gap.start_ms, 0);
