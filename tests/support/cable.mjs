// SPDX-License-Identifier: MIT
// Two network namespaces with a cable between them that can be long, lossy or slow (support/cable/).
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BIN } from './classcast.mjs';
import { Program } from './program.mjs';

// Root needs no user namespace, which would be refused inside a chroot.
const ROOT = process.getuid() === 0;

export class Cable {
  static HERE = '10.77.0.1';
  static THERE = '10.77.0.2';

  /** @param {string} settings e.g. "delay 40 loss 3 rate 900" or "there loss 3" */
  static async start(settings) {
    const cable = new Cable(settings);
    const [, here, there] = await cable.program.said(/^ready (\d+) (\d+)$/m);
    const enter = (pid) => [
      'nsenter',
      '--target',
      pid,
      ...(ROOT ? [] : ['--user', '--preserve-credentials']),
      '--net',
      '--',
    ];
    cable.here = enter(here);
    cable.there = enter(there);
    return cable;
  }

  constructor(settings) {
    this.dir = fs.mkdtempSync(path.join(os.tmpdir(), 'cable-'));
    this.file = path.join(this.dir, 'settings');
    fs.writeFileSync(this.file, settings);
    const maker = ROOT ? [] : ['unshare', '--user', '--map-root-user', '--'];
    this.program = new Program('cable', [...maker, path.join(BIN, 'network-cable'), this.file]).start();
  }

  become(settings) {
    fs.writeFileSync(this.file, settings);
    this.program.kill('SIGHUP');
  }

  /** A program that runs `program` at the far end, for those who take only a path. */
  launcher(program) {
    const file = path.join(this.dir, 'launcher');
    fs.writeFileSync(file, `#!/bin/sh\nexec ${this.there.join(' ')} ${program} "$@"\n`, { mode: 0o755 });
    return file;
  }

  async stop() {
    await this.program.stop();
    fs.rmSync(this.dir, { recursive: true, force: true });
  }
}
