// SPDX-License-Identifier: MIT
// 26 rooms fail at random for ten minutes: does any tile say LIVE while the picture's own number stands still?
//   scripts/bench truth [--quick] [--json] [--seed N]
import { parseArgs } from 'node:util';
import { openChromium } from '../support/browser.mjs';
import { Classcast } from '../support/classcast.mjs';
import { tellTruth } from '../support/truth.mjs';
import { Wall } from '../support/wall.mjs';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const ROOMS = options.quick ? 8 : 26;
const DURATION_MS = options.quick ? 30_000 : 600_000;
const CHAINS = options.quick ? 2 : 4;

async function measure() {
  const rooms = Array.from({ length: ROOMS }, (_, i) => ({ id: `room-${101 + i}`, microphone: 'none' }));
  const classcast = await Classcast.start({ rooms });
  let browser;
  try {
    await classcast.allLive(60_000);
    browser = await openChromium();
    const wall = await new Wall(browser.page, classcast.url).signIn(classcast.user, classcast.password);
    const open = rooms.map(({ id }) => id).filter((_, i) => i % 2 === 0);
    return await tellTruth({
      classcast,
      wall,
      durationMs: DURATION_MS,
      open,
      seed: Number(options.seed),
      chains: CHAINS,
    });
  } finally {
    await browser?.close();
    await classcast.stop();
  }
}

const truth = await measure();
const lies = truth.lies.length + truth.closedLies.length;
if (options.json) {
  const { samples, faults } = truth;
  console.log(
    JSON.stringify({
      rooms_count: ROOMS,
      duration_s: DURATION_MS / 1000,
      looks_count: samples,
      faults_count: faults,
      lies_count: lies,
    }),
  );
} else {
  console.log(
    `seed ${options.seed}: ${ROOMS} rooms, ${DURATION_MS / 1000} s, ${truth.faults} faults, ${truth.samples} looks at tiles`,
  );
  Object.entries(truth.byName).forEach(([name, count]) => console.log(`  ${name}: ${count}`));
  [...truth.lies, ...truth.closedLies].forEach((lie) => console.log(`LIE ${JSON.stringify(lie)}`));
  console.log(`${lies} lies`);
}
process.exit(lies === 0 ? 0 : 1);
