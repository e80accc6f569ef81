// SPDX-License-Identifier: MIT
// A private PostgreSQL for a test: started, frozen, killed and ended by the ids of its own processes.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('postgres.sh', import.meta.url));

export class Postgres {
  /** @param {string} dir a folder of its own; everybody may pass through its parents */
  constructor(dir) {
    this.dir = dir;
  }

  start() {
    this.url = execFileSync(SCRIPT, ['start', this.dir], { encoding: 'utf8' }).trim();
    return this;
  }

  sql(statement) {
    return execFileSync('psql', ['-X', '-At', '-c', statement, this.url], { encoding: 'utf8' });
  }

  /** The server's process and its children. */
  get pids() {
    const main = Number(fs.readFileSync(path.join(this.dir, 'data/postmaster.pid'), 'utf8').split('\n')[0]);
    const children = fs.readFileSync(`/proc/${main}/task/${main}/children`, 'utf8').trim().split(/\s+/);
    return [main, ...children.filter(Boolean).map(Number)];
  }

  signal(name) {
    for (const pid of this.pids) {
      process.kill(pid, name);
    }
  }

  stop() {
    execFileSync(SCRIPT, ['stop', this.dir]);
  }
}
