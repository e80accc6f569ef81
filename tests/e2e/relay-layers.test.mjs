// SPDX-License-Identifier: MIT
// Layers of the relay with a real browser at both ends: a simulcast published and played, its layer changed in the
// session, told by events; and a publisher that comes back with another picture.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { request } from '../support/api.mjs';
import { openChromium } from '../support/browser.mjs';
import { until } from '../support/wait.mjs';
import { Relay } from '../integration/relay/relay.mjs';

const SCRIPT = readFileSync(new URL('../support/whep.page.js', import.meta.url), 'utf8');

let relay;
let browser;

before(async () => {
  relay = await Relay.start();
  browser = await openChromium();
  await browser.page.goto(`${relay.base}/healthz`);
  await browser.page.evaluate(SCRIPT);
});
after(async () => {
  await browser?.close();
  await relay?.stop();
});

const play = (room, query = '') =>
  browser.page.evaluate(
    ([url, token]) => window.play(url, token),
    [`${relay.base}/whep/${room}${query}`, relay.token('watch', room)],
  );
const seen = (player) => browser.page.evaluate((index) => window.seen(index), player);

const shows = (player, width, within = 15_000) =>
  until(
    `player ${player} shows ${width} pixels`,
    async () => {
      const now = await seen(player);
      return now.frameWidth === width && now;
    },
    { within, every: 50 },
  );

const choose = (session, encodingId) =>
  request(`${session}/layer`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ mediaId: '0', encodingId }),
  });

async function roomStatus(room) {
  const headers = { Authorization: `Bearer ${relay.observer()}` };
  const { text } = await request(`${relay.base}/status`, { headers });
  return JSON.parse(text).rooms.find((one) => one.room === room);
}

test('11: a simulcast becomes layers, known by their pictures, whatever their order', async () => {
  const url = `${relay.base}/whip/simulcast`;
  const token = relay.token('publish', 'simulcast');
  await browser.page.evaluate(([to, with_]) => window.publish(to, with_), [url, token]);
  const layers = await until('both layers are measured', async () => {
    const room = await roomStatus('simulcast');
    return room?.layers.length === 2 && room.layers.every((layer) => layer.width) && room.layers;
  });
  assert.deepEqual(
    layers.map(({ name, width }) => [name, width]),
    [
      ['high', 640],
      ['low', 160],
    ],
  );
});

test('25: the layer is chosen at the start and in the session, and events tell', async () => {
  const { player, session } = await play('simulcast', '?layer=low');
  await shows(player, 160);
  const made = await request(`${session}/sse`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(['active', 'inactive', 'layers', 'viewercount', 'quality']),
  });
  assert.equal(made.status, 201, made.text);
  const source = await browser.page.evaluateHandle((url) => {
    const heard = [];
    const events = new EventSource(url);
    for (const name of ['active', 'inactive', 'layers', 'viewercount', 'quality']) {
      events.addEventListener(name, ({ data }) => heard.push([name, JSON.parse(data)]));
    }
    return { events, heard };
  }, relay.base + made.headers.location);
  const heard = (name, matches) =>
    until(`the event ${name}`, async () => {
      const all = await source.evaluate((one) => one.heard);
      return all.some(([kind, data]) => kind === name && matches(data));
    });
  await heard('active', () => true);
  await heard('viewercount', ({ viewercount }) => viewercount === 1);
  await heard('quality', ({ quality }) => ['excellent', 'good'].includes(quality));
  await heard(
    'layers',
    ({ current, 0: [high, low] }) => current === 'low' && high.width === 640 && low.rid === 'low',
  );

  assert.equal((await choose(session, 'high')).status, 200);
  await shows(player, 640);
  await heard('layers', ({ current }) => current === 'high');
  assert.equal((await choose(session, 'low')).status, 200);
  await shows(player, 160);
  const { state, packetsLost } = await seen(player);
  assert.equal(state, 'connected');
  assert.equal(packetsLost, 0, 'sequence numbers go on without a gap');
  await request(session, { method: 'DELETE' });
});

test('a publisher that comes back with another resolution and profile keeps its viewers', async (t) => {
  const publishAs = (picture) =>
    browser.page.evaluate(
      ([url, token, as]) => window.publishOne(url, token, as),
      [`${relay.base}/whip/again`, relay.token('publish', 'again'), picture],
    );
  const first = await publishAs({ width: 320, height: 240, profile: '42e01f' });
  const { player, session } = await play('again');
  await shows(player, 320);
  await browser.page.evaluate((index) => window.publishers[index].close(), first);
  const second = await publishAs({ width: 640, height: 360, profile: '4d001f' });
  await until(
    'the publisher sends',
    () => browser.page.evaluate((index) => window.framesSent(index), second),
    { every: 10 },
  );
  const began = Date.now();
  await shows(player, 640, 5000);
  const took = Date.now() - began;
  t.diagnostic(`the picture was back ${took} ms after its first frame`);
  assert.ok(took < 1000, `the picture was back ${took} ms after its first frame`);
  assert.equal((await seen(player)).state, 'connected');
  assert.ok(await relay.exists(session));
});
