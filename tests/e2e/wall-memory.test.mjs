// SPDX-License-Identifier: MIT
// A wall that is open all day does not grow: heap, nodes, listeners and peer connections over many openings.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stage } from '../support/stage.mjs';
import { until } from '../support/wait.mjs';

const CYCLES = Number(process.env.CLASSCAST_CYCLES ?? 60);
/** Code is compiled and caches are filled at first. */
const WARM_UP = 20;
/** Bytes that one opening and closing may leave behind; an element with its player weighs far more. */
const BYTES_PER_CYCLE = 3_000;
/**
 * Chromium itself keeps a few closed peer connections without any reference from the page: of 200 that a bare page opens to
 * itself and closes, 11 are left, and no more after 400. One that nobody closed would be there after every cycle.
 */
const LATE_PEERS = 0.02;
const FEW_PEERS = 4;
const ROOM = 'room-101';

describe('memory', () => {
  const set = stage({ rooms: [{ id: ROOM }] });

  test(`stays flat over ${CYCLES} openings and closings of a room`, async () => {
    const { page } = set.wall;
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Performance.enable');
    const repeat = (times) => page.evaluate(openAndClose, [set.wall.selector(ROOM), times]);
    await repeat(WARM_UP);
    const before = await measure(devtools);
    await repeat(CYCLES);
    const after = await measure(devtools);
    console.log(`before ${JSON.stringify(before)}, after ${JSON.stringify(after)}`);
    assert.ok(after.heap - before.heap < CYCLES * BYTES_PER_CYCLE, 'the heap is flat');
    assert.ok(after.nodes - before.nodes < CYCLES, 'no nodes are left behind');
    assert.ok(after.listeners - before.listeners < CYCLES, 'no listeners are left behind');
    assert.ok(after.peers <= Math.max(FEW_PEERS, CYCLES * LATE_PEERS), 'no peer connection is left behind');
    await until(
      'the relay has only the publisher',
      async () => (await set.classcast.relayStatus()).sessions === 1,
    );
  });
});

/** Runs in the page, so that nothing of the test's own is counted. */
async function openAndClose([selector, times]) {
  const tile = () => document.querySelector(selector);
  const reached = async (condition) => {
    while (!condition()) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
  };
  for (let i = 0; i < times; i++) {
    tile().querySelector('.stage-button').click();
    await reached(() => tile().dataset.session === 'live');
    tile().querySelector('[data-act="close"]').click();
    await reached(() => tile().dataset.session === undefined);
  }
}

/** What lives after everything that can be collected was collected. */
async function measure(devtools) {
  await until('no video element is left behind', async () => {
    await devtools.send('HeapProfiler.collectGarbage');
    return (await living(devtools, 'HTMLVideoElement')) === 0;
  });
  const { metrics } = await devtools.send('Performance.getMetrics');
  const value = (name) => metrics.find((metric) => metric.name === name).value;
  return {
    heap: value('JSHeapUsedSize'),
    nodes: value('Nodes'),
    listeners: value('JSEventListeners'),
    peers: await living(devtools, 'RTCPeerConnection'),
  };
}

/** How many objects of a class exist, whether anything on the page still shows them or not. */
async function living(devtools, name) {
  const prototype = await devtools.send('Runtime.evaluate', { expression: `${name}.prototype` });
  const { objects } = await devtools.send('Runtime.queryObjects', {
    prototypeObjectId: prototype.result.objectId,
  });
  const counted = await devtools.send('Runtime.callFunctionOn', {
    objectId: objects.objectId,
    functionDeclaration: 'function () { return this.length; }',
    returnByValue: true,
  });
  await devtools.send('Runtime.releaseObject', { objectId: objects.objectId });
  return counted.result.value;
}
