// SPDX-License-Identifier: MIT
// PostgreSQL for a test: a database in one that all share, or a private one: started, frozen, killed and ended by the ids of its own processes.
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('postgres.sh', import.meta.url));

const psql = (url, statement) =>
  execFileSync('psql', ['-X', '-At', '-c', statement, url], { encoding: 'utf8' });

/** A database of its own in a PostgreSQL that runs already; making one takes a tenth of starting a PostgreSQL. */
export class SharedPostgres {
  /** @param {string} url any database of it */
  constructor(url) {
    this.shared = url;
    this.name = `t${process.pid}_${crypto.randomBytes(4).toString('hex')}`;
    this.url = url.replace(/\/\/\/[^?]*/, `///${this.name}`);
  }

  start() {
    psql(this.shared, `CREATE DATABASE ${this.name} TEMPLATE template0 STRATEGY FILE_COPY`);
    return this;
  }

  sql(statement) {
    return psql(this.url, statement);
  }

  stop() {
    psql(this.shared, `DROP DATABASE ${this.name} WITH (FORCE)`);
  }
}

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
    return psql(this.url, statement);
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
