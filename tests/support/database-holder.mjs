// SPDX-License-Identifier: MIT
// Holds SQLite's write lock as a stuck program would, until it is released.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { until } from './wait.mjs';

export class DatabaseHolder {
  constructor(file) {
    this.file = file;
  }

  async start() {
    this.child = spawn('sqlite3', [this.file], { stdio: ['pipe', 'pipe', 'inherit'] });
    let said = '';
    this.child.stdout.on('data', (text) => (said += text));
    this.child.stdin.write('.timeout 5000\nBEGIN IMMEDIATE;\nSELECT 17;\n');
    await until('the lock is held', () => said.includes('17'));
    return this;
  }

  async release() {
    this.child.stdin.end('ROLLBACK;\n');
    await once(this.child, 'exit');
  }
}
