// SPDX-License-Identifier: MIT
// 26 rooms fail at random for ten minutes: does any tile say LIVE while the picture's own number stands still?
//   scripts/bench truth [--quick] [--json] [--seed N] [--seconds N] [--rooms N] [--faults NAME,NAME] [--keep FOLDER]
// --keep: of each lie what the tile knew and what its picture looked like.
import fs from 'node:fs';
import path from 'node:path';
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
    seconds: { type: 'string' },
    rooms: { type: 'string' },
    faults: { type: 'string' },
    keep: { type: 'string' },
  },
});
const ROOMS = Number(options.rooms ?? (options.quick ? 8 : 26));
const DURATION_MS = Number(options.seconds ?? (options.quick ? 30 : 600)) * 1000;
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
      faults: options.faults?.split(','),
    });
  } finally {
    await browser?.close();
    await classcast.stop();
  }
}

/** The picture as a file of its own, all else as lines. */
function keep(lies, folder) {
  fs.mkdirSync(folder, { recursive: true });
  lies.forEach(({ picture, ...lie }, index) => {
    const name = path.join(folder, `${index}-${lie.room}`);
    fs.writeFileSync(`${name}.json`, `${JSON.stringify(lie, null, 2)}\n`);
    if (picture !== undefined) {
      fs.writeFileSync(`${name}.jpg`, Buffer.from(picture.split(',')[1], 'base64'));
    }
  });
}

const truth = await measure();
const lies = truth.count + truth.closedLies.length;
if (options.keep !== undefined) {
  keep([...truth.lies, ...truth.closedLies], options.keep);
}
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
  [...truth.lies, ...truth.closedLies].forEach((lie) =>
    console.log(`LIE ${JSON.stringify({ ...lie, picture: undefined })}`),
  );
  console.log(`${lies} lies`);
}
process.exit(lies === 0 ? 0 : 1);
