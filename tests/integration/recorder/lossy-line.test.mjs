// SPDX-License-Identifier: MIT
// A recorder at the end of a line that loses packets asks for them again, and its recording lacks nothing.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Cable } from '../../support/cable.mjs';
import { BIN } from '../../support/classcast.mjs';
import { Capture, finish, packetTimes } from '../../support/recorder.mjs';
import { Stack } from '../../support/stacks/stack.mjs';
import { Relay } from '../relay/relay.mjs';

const ROOM = 'room-101';
const FOREVER = 9_000_000_000_000;
const PICTURES = 250;

let dir;
let cable;
let relay;
let camera;

before(async () => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'lossy-line-'));
  cable = await Cable.start('delay 20 loss 5');
  const listen = { http: { listen: `${Cable.HERE}:8445` }, media: { listen: `${Cable.HERE}:8443` } };
  relay = await Relay.start(listen, cable.here);
  relay.base = `http://${Cable.HERE}:8445`;
  const env = { WHIP_PICTURE: '640x360', WHIP_KBIT: '1500' };
  camera = new Stack('webrtcbin', 'publish', { relay, env, prefix: cable.here });
  await camera.has(20, 20);
});
after(async () => {
  await camera?.stop();
  await relay?.stop();
  await cable?.stop();
  fs.rmSync(dir, { recursive: true, force: true });
});

test('of 5 % of all packets, lost on a line of 40 ms round trip, none is missing', async (t) => {
  const elsewhere = {
    prefix: cable.there,
    url: `${relay.base}/whep/${ROOM}`,
    token: relay.token('watch', ROOM),
  };
  const capture = new Capture(undefined, ROOM, path.join(dir, 'segments'), elsewhere);
  capture.start();
  await capture.records(PICTURES, 40_000);
  await capture.stop();
  assert.equal(capture.last.damaged, 0, capture.errors);
  const output = path.join(dir, 'lossy.mp4');
  const job = { room: path.join(dir, 'segments', ROOM), from_ms: 0, until_ms: FOREVER, output };
  const { finished } = await finish(BIN, job);
  assert.deepEqual(finished.gaps, [], capture.errors);
  const times = await packetTimes(output, 'v');
  const longest = Math.max(...times.slice(1).map((time, i) => time - times[i]));
  const rate = (times.length - 1) / (times.at(-1) - times[0]);
  t.diagnostic(
    `${times.length} pictures, ${rate.toFixed(1)} a second, at most ${longest.toFixed(3)} s apart`,
  );
  assert.ok(times.length >= PICTURES);
  assert.ok(longest < 2 / rate, 'a picture is missing');
});
