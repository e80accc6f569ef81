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
const FRAME_INTERVAL_MS = 1000 / HD.fps;

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
    const latency = await pictureLatency(wall);
    // The limit: no picture is shown before the camera has finished it, one frame interval after it began.
    const results = [
      {
        id: 'camera_to_browser_720p25',
        title: 'camera to browser, 720p25',
        ...latency,
        limit: FRAME_INTERVAL_MS,
      },
    ];
    for (const [room, gop] of Object.entries(GOPS)) {
      const waits = await firstFrame(wall, classcast, room);
      const seconds = room.slice('gop-'.length);
      const title = `click to first frame, keyframe every ${seconds}`;
      // The peer: a relay without cached pictures waits for the next keyframe, half their distance on average.
      results.push({
        id: `click_to_first_frame_gop_${seconds}`,
        title,
        ...waits,
        limit: (gop / 2) * FRAME_INTERVAL_MS,
      });
    }
    return results;
  } finally {
    await browser?.close();
    await classcast.stop();
  }
}

const QUANTILES = ['min', 'p50', 'p95', 'max'];

/** One flat object; every name carries its unit. */
function metrics(results) {
  const named = results.flatMap((r) => [
    [`${r.id}_samples_count`, r.n],
    ...QUANTILES.map((name) => [`${r.id}_${name}_ms`, rounded(r[name])]),
    [`${r.id}_p50_to_${r.id.startsWith('click') ? 'mean_keyframe_wait' : 'frame_interval'}_ratio`, ratio(r)],
  ]);
  return Object.fromEntries(named);
}

function ratio({ p50, limit }) {
  return rounded(p50 / limit, 2);
}

const on = machine();
const results = await measure();
if (options.json) {
  console.log(JSON.stringify({ ...on, ...metrics(results) }, undefined, 2));
} else {
  console.log(Object.values(on).join('; '));
  const rows = results.map((r) => [r.title, r.n, ...QUANTILES.map((name) => rounded(r[name])), ratio(r)]);
  console.log(table(['milliseconds', 'n', ...QUANTILES, 'to limit'], rows));
  console.log(
    'Limit: of the picture, one frame interval; of the click, half the distance of keyframes, which a viewer waits without the cache.',
  );
}
process.exit();
