// SPDX-License-Identifier: MIT
// Whether a classroom's program stays as small as it began: camera and relay sessions ended and begun anew many times
// (by changed settings and SIGHUP, which rebuild the graph without the delays after a fault). Allocated is what the program has asked for and not
// given back (support/heap/); memory is what the system has given it (RssAnon of proc(5)), for which an allocator takes some
// hundred rounds to find its size. Both swing by the cached pictures, so quarters of the run are compared by their means.
//   scripts/bench reconnects [--quick] [--rounds N] [--only camera|relay] [--exact] [--json]
// --exact: without the stocks of freed pieces that glibc and GLib keep for each thread, which count as allocated.
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { BIN, Classcast } from '../support/classcast.mjs';
import { rounded, table } from '../support/table.mjs';
import { until } from '../support/wait.mjs';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string', default: '' },
    exact: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const ROUNDS = Number(options.rounds ?? (options.quick ? 60 : 1000));
const WARM = options.quick ? 10 : 50;
const ROOM = 'room-101';
const KEYS = ['allocated', 'memory', 'threads', 'descriptors'];

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'reconnects-'));
const PROBE = path.join(dir, 'heap');
const EXACT = ['G_SLICE=always-malloc', 'GLIBC_TUNABLES=glibc.malloc.tcache_count=0'];
const wrap = [
  'env',
  `HEAP_PROBE=${PROBE}`,
  `LD_PRELOAD=${BIN}/libheap-probe.so`,
  ...(options.exact ? EXACT : []),
];

/** Sizes in kB. */
async function sizeOf(pid) {
  const count = (folder) => fs.readdirSync(`/proc/${pid}/${folder}`).length;
  const anonymous = /^RssAnon:\s+(\d+) kB/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  const allocated = Number(await text(net.connect(PROBE))) / 1024;
  return { allocated, memory: Number(anonymous[1]), threads: count('task'), descriptors: count('fd') };
}

const mean = (samples, key) => samples.reduce((sum, sample) => sum + sample[key], 0) / samples.length;
const quarters = (all, key) =>
  [0, 1, 2, 3].map((i) => mean(all.slice((i * all.length) / 4, ((i + 1) * all.length) / 4), key));

/** Least squares: change per 1,000 rounds, in the second half of them. */
function slope(all, key) {
  const samples = all.slice(all.length / 2);
  const meanX = (samples.length - 1) / 2;
  const meanY = mean(samples, key);
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
    const settings = fs.readFileSync(file, 'utf8').replace(new RegExp(`^${key} = .*\n`, 'm'), '');
    const section = key === 'publish' ? '[uplink]\n' : '[camera]\n';
    fs.writeFileSync(file, settings.replace(section, `${section}${key} = ${values[i % values.length]}\n`));
    const before = works();
    daemon.kill('SIGHUP');
    await until(`${key} took effect`, () => works() > before, { within: 20_000, every: 20 });
    if (i >= WARM) {
      samples.push(await sizeOf(daemon.pid));
    }
  }
  await classcast.allLive();
  return samples;
}

const results = [];
const classcast = await Classcast.start({ rooms: [{ id: ROOM, camera: { picture: { seconds: 4 } }, wrap }] });
try {
  await classcast.allLive();
  const times = (log, words) => () =>
    fs.readFileSync(`${classcast.logs}/${log}.err`, 'utf8').split(words).length;
  for (const [name, change, works] of [
    ['camera', ['transport', 'tcp', 'auto'], times(`camera-${ROOM}`, 'client connected')],
    ['relay', ['publish', 'on-demand', 'always'], times('relay', 'a publisher came')],
  ]) {
    if (name.includes(options.only)) {
      results.push({ name, samples: await rounds(classcast, change, works) });
    }
  }
} finally {
  await classcast.stop();
  fs.rmSync(dir, { recursive: true });
}
const rows = results.flatMap(({ name, samples }) =>
  KEYS.map((key) => [
    name,
    samples.length,
    key,
    ...quarters(samples, key).map((value) => rounded(value, 0)),
    rounded(slope(samples, key), 1),
  ]),
);
const flat = Object.fromEntries(
  results.flatMap(({ name, samples }) => [
    [`${name}_reconnects_count`, samples.length],
    ...KEYS.map((key) => [
      `${name}_${key}${key === 'memory' || key === 'allocated' ? '_kb' : ''}_per_1000_slope`,
      rounded(slope(samples, key), 1),
    ]),
  ]),
);
const HEAD = [
  'session',
  'n',
  'kB or number',
  '1st quarter',
  '2nd',
  '3rd',
  '4th',
  'per 1,000 in the 2nd half',
];
console.log(options.json ? JSON.stringify(flat) : table(HEAD, rows));
process.exit();
