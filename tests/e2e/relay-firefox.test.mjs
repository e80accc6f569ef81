// SPDX-License-Identifier: MIT
// Firefox as a publisher: its picture goes through the relay to another stack, and it stops when it is told to.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { openFirefox } from '../support/browser.mjs';
import { Stack } from '../support/stacks/stack.mjs';
import { until } from '../support/wait.mjs';
import { Relay } from '../integration/relay/relay.mjs';

const SCRIPT = readFileSync(new URL('../support/whep.page.js', import.meta.url), 'utf8');

let relay;
let browser;
let player;

before(async () => {
  // Firefox offers the address of the default route alone, never that of loopback.
  relay = await Relay.start({ media: { listen: '0.0.0.0:0' } });
  browser = await openFirefox();
  await browser.page.goto(`${relay.base}/healthz`);
  await browser.page.evaluate(SCRIPT);
});
after(async () => {
  await player?.stop();
  await browser?.close();
  await relay?.stop();
});

test('Firefox publishes VP8, aiortc plays it', async () => {
  const call = [`${relay.base}/whip/room-101`, relay.token('publish'), { width: 320, height: 240 }];
  const publisher = await browser.page.evaluate(
    ([url, token, picture]) => window.publishVp8(url, token, picture),
    call,
  );
  const sent = () => browser.page.evaluate((index) => window.framesSent(index), publisher);
  await until('Firefox sends frames', async () => (await sent()) > 5, { within: 30_000, every: 200 });
  player = new Stack('aiortc', 'watch', { relay, codec: 'vp8' });
  const { video } = await player.has(20, 0, 30_000);
  assert.ok(video >= 20);
});
