// SPDX-License-Identifier: MIT
// What 26 open rooms cost the browser: the wall, and the same streams on a bare page of another project's WHEP player.
//   scripts/bench viewer [--quick] [--json] [--go2rtc PROGRAM]
// --go2rtc: the same cameras on go2rtc's own player page as well, all without sound; the program is no package of Debian's.
import fs from 'node:fs';
import os from 'node:os';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openChromium } from '../support/browser.mjs';
import { Classcast } from '../support/classcast.mjs';
import { Go2rtc } from '../support/go2rtc.mjs';
import { rounded, table } from '../support/table.mjs';
import { Meter } from '../support/usage.mjs';
import { until } from '../support/wait.mjs';
import { Wall } from '../support/wall.mjs';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    go2rtc: { type: 'string' },
  },
});
const ROOMS = 26;
const WATCH_MS = options.quick ? 5_000 : 30_000;
const SETTLE_MS = options.quick ? 2_000 : 5_000;
const PICTURE = { width: 640, height: 360, fps: 10 };
const PEER = fs.readFileSync(createRequire(import.meta.url).resolve('whip-whep/whep.js'), 'utf8');
const PEER_VERSION = JSON.parse(
  fs.readFileSync(createRequire(import.meta.url).resolve('whip-whep/package.json'), 'utf8'),
).version;

const ids = Array.from({ length: ROOMS }, (_, i) => `room-${101 + i}`);

/** All videos of the page: how many play, frames shown so far. */
const videos = (page) =>
  page.evaluate(`(() => {
    const all = [...document.querySelectorAll('video')];
    const frames = all.map((video) => video.getVideoPlaybackQuality().totalVideoFrames);
    return { playing: frames.filter((count) => count > 0).length, frames: frames.reduce((a, b) => a + b, 0) };
  })()`);

async function watch(name, browser) {
  await until(`${ROOMS} pictures play`, async () => (await videos(browser.page)).playing === ROOMS, {
    within: 60_000,
  });
  await delay(SETTLE_MS);
  const before = await videos(browser.page);
  const meter = new Meter({ [name]: browser.pids() });
  const began = Date.now();
  await delay(WATCH_MS);
  const [cost] = meter.stop();
  const frames = ((await videos(browser.page)).frames - before.frames) / ((Date.now() - began) / 1000);
  return { name, cpu: cost.cpu, rss: cost.rss, frames };
}

async function ours(classcast) {
  const browser = await openChromium();
  try {
    const wall = await new Wall(browser.page, classcast.url).signIn(classcast.user, classcast.password);
    await browser.page.waitForSelector(wall.selector(ids.at(-1)));
    const clicked = Date.now();
    await browser.page.click('cc-wall [data-act="open-all"]');
    await until('all play', async () => (await videos(browser.page)).playing === ROOMS, { within: 60_000 });
    const opened = Date.now() - clicked;
    return { ...(await watch('the wall', browser)), opened };
  } finally {
    await browser.close();
  }
}

/** The peer's page comes from the same origin, so that it may ask the relay; it only has videos. */
async function peer(classcast) {
  const browser = await openChromium();
  const { page } = browser;
  try {
    const tickets = [];
    for (const id of ids) {
      tickets.push(await classcast.api.expect(200, 'POST', `/rooms/${id}/watch`));
    }
    const html = `<!doctype html><style>video{width:16%}</style>${'<video autoplay muted playsinline></video>'.repeat(ROOMS)}`;
    await page.route('**/peer.html', (route) => route.fulfill({ contentType: 'text/html', body: html }));
    await page.route('**/peer.js', (route) => route.fulfill({ contentType: 'text/javascript', body: PEER }));
    await page.goto(`${classcast.url}/peer.html`);
    const clicked = Date.now();
    await page.evaluate(`(${playAll})(${JSON.stringify(tickets)})`);
    await until('all play', async () => (await videos(page)).playing === ROOMS, { within: 60_000 });
    const opened = Date.now() - clicked;
    return { ...(await watch(`bare page, whip-whep ${PEER_VERSION}`, browser)), opened };
  } finally {
    await browser.close();
  }
}

/** Runs in the page. */
const playAll = `async (tickets) => {
  const { WHEPClient } = await import('/peer.js');
  const all = [...document.querySelectorAll('video')];
  await Promise.all(tickets.map(async ({ url, token }, i) => {
    const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    pc.addTransceiver('video', { direction: 'recvonly' });
    pc.addTransceiver('audio', { direction: 'recvonly' });
    const stream = new MediaStream();
    pc.ontrack = ({ track }) => { stream.addTrack(track); all[i].srcObject = stream; };
    await new WHEPClient().view(pc, new URL(url + '?layer=low', location.href).href, token);
  }));
}`;

async function peerWithItsOwnServer(classcast) {
  const cameras = ids.map((id) => [id, classcast.classrooms.get(id).camera.url]);
  const go2rtc = await new Go2rtc({ program: options.go2rtc, dir: classcast.dir, cameras }).start();
  const browser = await openChromium();
  try {
    const clicked = Date.now();
    await go2rtc.show(browser.page);
    await until('all play', async () => (await videos(browser.page)).playing === ROOMS, { within: 60_000 });
    const opened = Date.now() - clicked;
    return { ...(await watch(`go2rtc ${await go2rtc.version()}`, browser)), opened };
  } finally {
    await browser.close();
    await go2rtc.stop();
  }
}

async function measure() {
  const microphone = options.go2rtc === undefined ? undefined : 'none';
  const classcast = await Classcast.start({
    rooms: ids.map((id) => ({ id, microphone, camera: { picture: PICTURE } })),
  });
  try {
    await classcast.allLive(90_000);
    const results = [await ours(classcast), await peer(classcast)];
    return options.go2rtc === undefined ? results : [...results, await peerWithItsOwnServer(classcast)];
  } finally {
    await classcast.stop();
  }
}

const results = await measure();
const [wall, bare, go2rtc] = results;
if (options.json) {
  const named = (prefix, r) => ({
    [`${prefix}_cpu_percent`]: rounded(r.cpu, 1),
    [`${prefix}_memory_mb`]: rounded(r.rss),
    [`${prefix}_frames_per_s`]: rounded(r.frames, 1),
    [`${prefix}_all_playing_ms`]: r.opened,
  });
  console.log(
    JSON.stringify({
      rooms_count: ROOMS,
      ...named('wall', wall),
      ...named('peer', bare),
      ...(go2rtc === undefined ? {} : named('go2rtc', go2rtc)),
      cpu_wall_to_peer_ratio: rounded(wall.cpu / bare.cpu, 2),
    }),
  );
} else {
  console.log(
    `${os.cpus()[0].model.trim()}, ${os.cpus().length} cores; ${ROOMS} rooms, 640×360, 10 frames/s, H.264, ${options.go2rtc === undefined ? 'with' : 'without'} sound`,
  );
  const rows = results.map((r) => [
    r.name,
    rounded(r.cpu, 1),
    rounded(r.rss),
    rounded(r.frames, 1),
    r.opened,
  ]);
  console.log(table(['browser', 'CPU %', 'MB', 'frames/s', 'all playing ms'], rows));
  console.log(
    'CPU in per cent of one core, all processes of the browser; MB resident, shared pages counted again.',
  );
}
process.exit();
