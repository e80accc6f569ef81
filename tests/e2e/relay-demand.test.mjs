// SPDX-License-Identifier: MIT
// A classroom that publishes on demand: it stands by while nobody watches, and a browser sees its picture at once.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { mintToken, request } from '../support/api.mjs';
import { openChromium } from '../support/browser.mjs';
import { Classcast } from '../support/classcast.mjs';
import { until } from '../support/wait.mjs';

const SCRIPT = readFileSync(new URL('../support/whep.page.js', import.meta.url), 'utf8');
const ROOM = 'room-101';
const SILENCE_MS = 1000;

let classcast;
let browser;
let relay;

before(async () => {
  classcast = await Classcast.start({ rooms: [{ id: ROOM, publish: 'on-demand' }] });
  relay = `http://127.0.0.1:${classcast.relayPort}`;
  browser = await openChromium();
  await browser.page.goto(`${relay}/healthz`);
  await browser.page.evaluate(SCRIPT);
});
after(async () => {
  await browser?.close();
  await classcast?.stop();
});

const token = (can, room = ROOM) =>
  mintToken(path.join(classcast.state, 'token.key'), { sub: 'user:1', room, can });

async function frames() {
  const headers = { Authorization: `Bearer ${token('observe', '*')}` };
  const { text } = await request(`${relay}/status`, { headers });
  return JSON.parse(text).rooms.find((room) => room.room === ROOM)?.publisher?.video?.frames;
}

test('a room that nobody watches stands by and sends nothing', async () => {
  await classcast.becomes(ROOM, 'standby', 20_000);
  const before_ = await frames();
  await pause(SILENCE_MS);
  assert.equal(await frames(), before_);
});

test('its picture is there at once when somebody watches, and it stands by again afterwards', async (t) => {
  const call = [`${relay}/whep/${ROOM}`, token('watch')];
  const began = Date.now();
  const { player, session } = await browser.page.evaluate(([url, bearer]) => window.play(url, bearer), call);
  const seen = () => browser.page.evaluate((index) => window.seen(index), player);
  await until('the first picture', async () => (await seen()).framesDecoded > 0, { every: 10 });
  const took = Date.now() - began;
  t.diagnostic(`first picture after ${took} ms`);
  assert.ok(took < 2000, `${took} ms`);
  await classcast.becomes(ROOM, 'live');
  const { framesDecoded } = await seen();
  await until('the picture goes on', async () => (await seen()).framesDecoded > framesDecoded + 25);
  await request(session, { method: 'DELETE' });
  await classcast.becomes(ROOM, 'standby');
});
