// SPDX-License-Identifier: MIT
// WebRTC stacks of others publish and play through the relay: every one publishes a room that another plays.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stack } from '../../support/stacks/stack.mjs';
import { Relay } from './relay.mjs';

let relay;
before(async () => {
  relay = await Relay.start();
});
after(() => relay?.stop());

/** Both ends run until each has seen a second or so of media. */
async function through({ publisher, player, codec, tcp }) {
  const room = `${publisher}-${player}`;
  const options = { relay, room, codec, tcp };
  const running = [];
  try {
    running.push(new Stack(publisher, 'publish', options));
    await running[0].has(5, 10);
    running.push(new Stack(player, 'watch', options));
    const { session } = await running[1].has(20, 20);
    assert.ok(await relay.exists(session));
    await running[1].stop();
    assert.ok(!(await relay.exists(session)), 'it hangs up');
  } finally {
    await Promise.all(running.map((stack) => stack.stop()));
  }
}

for (const pair of [
  { publisher: 'libdatachannel', player: 'werift', codec: 'h264' },
  { publisher: 'werift', player: 'libdatachannel', codec: 'h264' },
  { publisher: 'libwebrtc', player: 'aiortc', codec: 'vp8' },
  { publisher: 'aiortc', player: 'libwebrtc', codec: 'vp8' },
  { publisher: 'webrtcbin', player: 'aiortc', codec: 'vp8' },
  { publisher: 'libdatachannel', player: 'webrtcbin', codec: 'h264' },
]) {
  test(`${pair.publisher} publishes, ${pair.player} plays`, () => through(pair));
}
