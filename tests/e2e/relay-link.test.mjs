// SPDX-License-Identifier: MIT
// A browser behind a bad line: 3 % loss and 80 ms round trip do not make the picture stand still, and a line that is too
// narrow for the better layer costs that layer until it recovers.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { openChromium } from '../support/browser.mjs';
import { Cable } from '../support/cable.mjs';
import { Stack } from '../support/stacks/stack.mjs';
import { until } from '../support/wait.mjs';
import { Relay } from '../integration/relay/relay.mjs';

const SCRIPT = readFileSync(new URL('../support/whep.page.js', import.meta.url), 'utf8');
const LINE = 'delay 40 loss 3';
const WATCH_MS = 20_000;

let cable;
let relay;
let browser;
let player;
const cameras = [];

before(async () => {
  cable = await Cable.start(LINE);
  const listen = { http: { listen: `${Cable.HERE}:8445` }, media: { listen: `${Cable.HERE}:8443` } };
  relay = await Relay.start(listen, cable.here);
  relay.base = `http://${Cable.HERE}:8445`;
  const camera = (part, env) => {
    const stack = new Stack('webrtcbin', 'publish', { relay, part, codec: 'vp8', env, prefix: cable.here });
    cameras.push(stack);
    return stack;
  };
  const high = camera('', { WHIP_PICTURE: '640x360', WHIP_KBIT: '1500' });
  const low = camera('/low', { WHIP_PICTURE: '320x180', WHIP_KBIT: '200', WHIP_SOUND: 'none' });
  await Promise.all([high.has(20, 20), low.has(20, 0)]);
  browser = await openChromium({ program: cable.launcher('/usr/bin/chromium') });
  await browser.page.goto(`${relay.base}/healthz`);
  await browser.page.evaluate(SCRIPT);
  const call = [`${relay.base}/whep/room-101`, relay.token('watch')];
  ({ player } = await browser.page.evaluate(([url, token]) => window.play(url, token), call));
});
after(async () => {
  await browser?.close();
  await Promise.all(cameras.map((camera) => camera.stop()));
  await relay?.stop();
  await cable?.stop();
});

const seen = () => browser.page.evaluate((index) => window.seen(index), player);
const shows = (width, within) =>
  until(`the picture is ${width} pixels wide`, async () => (await seen()).frameWidth === width, {
    within,
    every: 200,
  });

test('3 % loss and 80 ms round trip: it stands still for less than 1 % of the time', async (t) => {
  await shows(640, 10_000);
  await until('playback has settled', async () => (await seen()).framesDecoded > 100);
  const before_ = await seen();
  await pause(WATCH_MS);
  const after_ = await seen();
  const frames = after_.framesDecoded - before_.framesDecoded;
  const frozen = after_.totalFreezesDuration - before_.totalFreezesDuration;
  t.diagnostic(
    `${frames} frames, ${frozen.toFixed(2)} s frozen, ${after_.packetsLost} packets lost on the way`,
  );
  assert.equal(after_.frameWidth, 640, 'loss alone does not cost the better layer');
  assert.ok(frozen < WATCH_MS / 1000 / 100, `frozen for ${frozen} s`);
  assert.ok(frames > 0.97 * 25 * (WATCH_MS / 1000), `${frames} frames`);
});

test('too narrow a line costs the better layer, and its recovery brings it back', async (t) => {
  cable.become(`${LINE} there rate 800`);
  await shows(320, 20_000);
  cable.become(LINE);
  const since = Date.now();
  await shows(640, 45_000);
  t.diagnostic(`back after ${((Date.now() - since) / 1000).toFixed(1)} s`);
});
