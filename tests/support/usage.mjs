// SPDX-License-Identifier: MIT
// What processes cost, from /proc.
import fs from 'node:fs';

const TICKS_PER_SECOND = 100;
const PAGE_KB = 4;

/** CPU seconds and resident kB of a process; zero when it is gone. */
export function usageOf(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { cpu: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND, rss: fields[21] * PAGE_KB };
  } catch {
    return { cpu: 0, rss: 0 };
  }
}

function parentOf(pid) {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** The process and all below it. */
export function familyOf(root) {
  const parents = new Map();
  for (const entry of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      parents.set(Number(entry), parentOf(entry));
    } catch {
      // It ended meanwhile.
    }
  }
  const family = new Set([root]);
  for (let before = 0; before !== family.size;) {
    before = family.size;
    parents.forEach((parent, pid) => family.has(parent) && family.add(pid));
  }
  return [...family];
}

/** Measures named groups of pids between start() and stop(). */
export class Meter {
  /** @param {Record<string, number[]>} groups */
  constructor(groups) {
    this.groups = groups;
    this.started = process.hrtime.bigint();
    this.before = new Map(
      Object.values(groups).flatMap((pids) => pids.map((pid) => [pid, usageOf(pid).cpu])),
    );
  }

  /** Per group: processes, CPU per cent of one core, resident MB in all. */
  stop() {
    const seconds = Number(process.hrtime.bigint() - this.started) / 1e9;
    return Object.entries(this.groups).map(([name, pids]) => {
      const now = pids.map((pid) => ({ pid, ...usageOf(pid) }));
      const cpu = now.reduce((sum, p) => sum + Math.max(0, p.cpu - this.before.get(p.pid)), 0);
      const rss = now.reduce((sum, p) => sum + p.rss, 0);
      return { name, processes: pids.length, cpu: (100 * cpu) / seconds, rss: rss / 1024 };
    });
  }
}
