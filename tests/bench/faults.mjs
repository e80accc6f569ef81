// SPDX-License-Identifier: MIT
// The fault matrix with real programs: what goes wrong, when tile and journal say so, when the room is live again.
//   scripts/bench faults [--quick] [--long] [--json]     --long adds cuts of ten minutes
import { parseArgs } from 'node:util';
import { Classcast } from '../support/classcast.mjs';
import { endure, FAULTS, HEAD, ROOMS, rowOf, worldOf } from '../support/faults.mjs';
import { table } from '../support/table.mjs';

const option = { type: 'boolean', default: false };
const { values: options } = parseArgs({ options: { quick: option, long: option, json: option } });
const CUTS = options.quick ? [5] : options.long ? [5, 60, 600] : [5, 60];

const classcast = await Classcast.start({ rooms: ROOMS });
const rows = [];
let failed = 0;
try {
  await classcast.allLive();
  const world = worldOf(classcast);
  // Quick: the rows that are told within seconds.
  for (const fault of FAULTS.filter(
    (each) => !options.quick || each.cut || each.name.startsWith('microphone'),
  )) {
    for (const cut of fault.cut ? CUTS : [0]) {
      rows.push(await endure(world, fault, cut));
    }
  }
} catch (error) {
  failed = 1;
  console.error(error.message);
} finally {
  await classcast.stop();
}
console.log(options.json ? JSON.stringify(rows) : table(HEAD, rows.map(rowOf)));
process.exit(failed);
