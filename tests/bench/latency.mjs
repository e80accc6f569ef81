// SPDX-License-Identifier: MIT
// How old a picture is when Chromium presents it, and how long a click waits for the first one.
//   scripts/bench latency [--quick] [--json]
import { execFileSync } from 'node:child_process';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { openChromium } from '../support/browser.mjs';
import { Classcast } from '../support/classcast.mjs';
import { rounded, table } from '../support/table.mjs';
import { until } from '../support/wait.mjs';
import { Wall } from '../support/wall.mjs';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});
const FRAMES = options.quick ? 250 : 1500;
const CLICKS = options.quick ? 5 : 21;
const SETTLE_FRAMES = 50;
const HD = { width: 1280, height: 720, fps: 25 };
const LIVE = 'live-camera';
const GOPS = { 'gop-2s': 50, 'gop-4s': 100, 'gop-8s': 200 };

const rooms = [
  { id: LIVE, camera: { live: true, picture: { ...HD, gop: 50 } } },
  ...Object.entries(GOPS).map(([id, gop]) => ({ id, camera: { picture: { ...HD, gop, seconds: 24 } } })),
];

function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function summary(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    n: sorted.length,
    min: sorted[0],
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    max: sorted.at(-1),
  };
}

/** Milliseconds from the stamp, which the camera burns in before it encodes, to the presentation. */
async function pictureLatency(wall) {
  await wall.open(LIVE);
  const frames = await wall.shows(LIVE, { count: FRAMES + SETTLE_FRAMES, within: 120_000 });
  await wall.close(LIVE);
  return summary(frames.slice(SETTLE_FRAMES).map((frame) => (frame.at - frame.value) % 2 ** 32));
}

/** Milliseconds from the click on a closed tile to the first frame presented. */
async function firstFrame(wall, classcast, room) {
  const waits = [];
  for (let i = 0; i < CLICKS; i++) {
    const clicked = await wall.open(room);
    const [first] = await wall.shows(room, { count: 1 });
    waits.push(first.at - clicked);
    await wall.close(room);
    const sessions = async () => (await classcast.relayStatus()).sessions === rooms.length;
    await until('the tile is released', sessions);
    // Clicks fall anywhere between two keyframes, as a person's would.
    await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * 900));
  }
  return summary(waits);
}

function machine() {
  const chromium = execFileSync('/usr/bin/chromium', ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] });
  return {
    cpu: `${os.cpus()[0].model.trim()}, ${os.cpus().length} cores`,
    kernel: `${os.type()} ${os.release()}`,
    browser: chromium.toString().trim(),
  };
}

async function measure() {
  const classcast = await Classcast.start({ rooms });
  let browser;
  try {
    await classcast.allLive();
    browser = await openChromium();
    const wall = await new Wall(browser.page, classcast.url).signIn(classcast.user, classcast.password);
    const results = { 'camera to browser, 720p25': await pictureLatency(wall) };
    for (const room of Object.keys(GOPS)) {
      results[`click to first frame, keyframe every ${room.slice(4)}`] = await firstFrame(
        wall,
        classcast,
        room,
      );
    }
    return results;
  } finally {
    await browser?.close();
    await classcast.stop();
  }
}

const report = { machine: machine(), unit: 'ms', results: await measure() };
if (options.json) {
  console.log(JSON.stringify(report, undefined, 2));
} else {
  console.log(Object.values(report.machine).join('; '));
  const rows = Object.entries(report.results).map(([name, r]) => [
    name,
    r.n,
    ...[r.min, r.p50, r.p95, r.max].map((ms) => rounded(ms)),
  ]);
  console.log(table(['milliseconds', 'n', 'min', 'p50', 'p95', 'max'], rows));
}
process.exit();
