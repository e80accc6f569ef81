// SPDX-License-Identifier: MIT
// The fault matrix with real programs: what goes wrong, when tile and journal say so, when the room is live again.
//   scripts/bench faults [--quick] [--long] [--json] [--only TEXT]
// --long adds cuts of ten minutes; --only: faults whose name has this text. A row that fails is told, and the rest goes on.
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Classcast } from '../support/classcast.mjs';
import { endure, FAULTS, HEAD, ROOMS, rowOf, worldOf } from '../support/faults.mjs';
import { table } from '../support/table.mjs';

const option = { type: 'boolean', default: false };
const only = { type: 'string', default: '' };
const { values: options } = parseArgs({ options: { quick: option, long: option, json: option, only } });
const CUTS = options.quick ? [5] : options.long ? [5, 60, 600] : [5, 60];

const classcast = await Classcast.start({ rooms: ROOMS });
const rows = [];
const failures = [];

/** The same fault is news for the journal after half a minute without it, from the return of all connections on. */
const WELL_MS = 45_000;

async function row(world, fault, cut) {
  try {
    rows.push(await endure(world, fault, cut));
    await classcast.allLive();
    await delay(fault.cut ? WELL_MS : 0);
  } catch (error) {
    failures.push(`${fault.name}, ${cut} s: ${error.message}`);
  }
}

try {
  await classcast.allLive();
  const world = worldOf(classcast);
  // Quick: the rows that are told within seconds.
  const wanted = FAULTS.filter(
    ({ name, cut }) =>
      name.includes(options.only) && (!options.quick || cut || name.startsWith('microphone')),
  );
  for (const fault of wanted) {
    for (const cut of fault.cut ? CUTS : [0]) {
      await row(world, fault, cut);
    }
  }
} finally {
  await classcast.stop();
}
console.log(options.json ? JSON.stringify(rows) : table(HEAD, rows.map(rowOf)));
failures.forEach((text) => console.error(`failed: ${text}`));
process.exit(failures.length > 0 ? 1 : 0);
