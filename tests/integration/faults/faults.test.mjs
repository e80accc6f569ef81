// SPDX-License-Identifier: MIT
// The quick rows of the fault matrix; scripts/bench faults has all of them, with longer cuts.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Classcast } from '../../support/classcast.mjs';
import { endure, FAULTS, HEAD, ROOMS, rowOf, worldOf } from '../../support/faults.mjs';
import { table } from '../../support/table.mjs';

const CUT_SECONDS = 5;
const TILE_WITHIN_S = 15; // OFFLINE, the slowest of all (design 5.3)
const RECOVERED_WITHIN_S = 30;

describe('a room recovers by itself from', () => {
  const rows = [];
  let classcast, world;
  before(async () => {
    classcast = await Classcast.start({ rooms: ROOMS });
    await classcast.allLive();
    world = worldOf(classcast);
  });
  after(async () => {
    console.log(table(HEAD, rows.map(rowOf)));
    await classcast?.stop();
  });

  for (const fault of FAULTS.filter((each) => !each.slow)) {
    test(fault.name, async () => {
      const pid = world.room.daemon.pid;
      const row = await endure(world, fault, fault.cut ? CUT_SECONDS : 0);
      rows.push(row);
      assert.ok(!row.tile || row.tile < TILE_WITHIN_S, `the tile said so after ${row.tile} s`);
      assert.ok(row.recovered < RECOVERED_WITHIN_S, `live again after ${row.recovered} s`);
      assert.ok(world.room.daemon.running && world.room.daemon.pid === pid, 'the same program all the time');
    });
  }
});
