// SPDX-License-Identifier: MIT
// Whether a classroom's program stays as small as it began: camera and relay sessions ended and begun anew many times
// (by changed settings and SIGHUP, which rebuild the graph without the delays after a fault). The memory is what the program itself has
// asked for (RssAnon of proc(5)). An allocator takes some hundred rounds to find its size; what counts is the slope of the second half.
//   scripts/bench reconnects [--quick] [--json]
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { Classcast } from '../support/classcast.mjs';
import { rounded, table } from '../support/table.mjs';
import { until } from '../support/wait.mjs';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});
const ROUNDS = options.quick ? 60 : 1000;
const WARM = options.quick ? 10 : 50;
const ROOM = 'room-101';

function sizeOf(pid) {
  const count = (folder) => fs.readdirSync(`/proc/${pid}/${folder}`).length;
  const anonymous = /^RssAnon:\s+(\d+) kB/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  return { memory: Number(anonymous[1]), threads: count('task'), descriptors: count('fd') };
}

/** Least squares: change per 1,000 rounds, in the second half of them. */
function slope(all, key) {
  const samples = all.slice(all.length / 2);
  const n = samples.length;
  const meanX = (n - 1) / 2;
  const meanY = samples.reduce((sum, s) => sum + s[key], 0) / n;
  const up = samples.reduce((sum, s, x) => sum + (x - meanX) * (s[key] - meanY), 0);
  const down = samples.reduce((sum, _, x) => sum + (x - meanX) ** 2, 0);
  return (1000 * up) / down;
}

/** Changes one key there and back; each time the part that it concerns is made anew and works again. */
async function rounds(classcast, [key, ...values], works) {
  const { daemon } = classcast.classrooms.get(ROOM);
  const file = daemon.command.at(-1);
  const samples = [];
  for (let i = 0; i < WARM + ROUNDS; i++) {
    const text = fs.readFileSync(file, 'utf8').replace(new RegExp(`^${key} = .*\n`, 'm'), '');
    const section = key === 'publish' ? '[uplink]\n' : '[camera]\n';
    fs.writeFileSync(file, text.replace(section, `${section}${key} = ${values[i % values.length]}\n`));
    const before = await works();
    daemon.kill('SIGHUP');
    await until(`${key} took effect`, async () => (await works()) > before, { within: 20_000, every: 20 });
    if (i >= WARM) {
      samples.push(sizeOf(daemon.pid));
    }
  }
  await classcast.allLive();
  return samples;
}

const classcast = await Classcast.start({ rooms: [{ id: ROOM, camera: { picture: { seconds: 4 } } }] });
const results = [];
try {
  await classcast.allLive();
  const publishers = async () => {
    const log = fs.readFileSync(`${classcast.logs}/relay.err`, 'utf8');
    return log.split('a publisher came').length;
  };
  const cameras = () =>
    fs.readFileSync(`${classcast.logs}/camera-${ROOM}.err`, 'utf8').split('client connected').length;
  for (const [name, change, works] of [
    ['camera', ['transport', 'tcp', 'auto'], cameras],
    ['relay', ['publish', 'on-demand', 'always'], publishers],
  ]) {
    const samples = await rounds(classcast, change, works);
    results.push({ name, first: samples[0], last: samples.at(-1), samples });
  }
} finally {
  await classcast.stop();
}
const KEYS = ['memory', 'threads', 'descriptors'];
const rows = results.map(({ name, first, last, samples }) => [
  name,
  samples.length,
  ...KEYS.flatMap((key) => [`${first[key]} → ${last[key]}`, rounded(slope(samples, key), 1)]),
]);
const flat = Object.fromEntries(
  results.flatMap(({ name, samples }) => [
    [`${name}_reconnects_count`, samples.length],
    ...KEYS.map((key) => [
      `${name}_${key === 'memory' ? 'memory_kb' : key}_per_1000_slope`,
      rounded(slope(samples, key), 1),
    ]),
  ]),
);
console.log(
  options.json
    ? JSON.stringify(flat)
    : table(['reconnects', 'n', 'kB', 'per 1,000', 'threads', 'per 1,000', 'descriptors', 'per 1,000'], rows),
);
process.exit();
