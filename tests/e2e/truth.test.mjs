// SPDX-License-Identifier: MIT
// No tile says LIVE while its picture stands still, whatever fails; the long run is `scripts/bench truth`.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stage } from '../support/stage.mjs';
import { tellTruth } from '../support/truth.mjs';

const ROOMS = ['room-101', 'room-102', 'room-103', 'room-104'];
const DURATION_MS = 18_000;

describe('random faults', () => {
  const set = stage({ rooms: ROOMS.map((id) => ({ id, microphone: 'none' })) });

  test('make no tile tell a lie', async () => {
    const open = ROOMS.slice(0, 3);
    const seed = Date.now() % 1_000_000;
    const truth = await tellTruth({ ...set, durationMs: DURATION_MS, open, seed });
    console.log(`seed ${seed}, ${truth.samples} looks, faults ${JSON.stringify(truth.byName)}`);
    assert.ok(truth.samples > 200, 'tiles were looked at');
    assert.ok(truth.faults >= 3, 'things failed');
    assert.deepEqual(truth.lies, []);
    assert.deepEqual(truth.closedLies, []);
  });
});
