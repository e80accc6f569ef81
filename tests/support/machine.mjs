// SPDX-License-Identifier: MIT
// A machine with a real systemd (machine.sh). Its loopback interface is ours, so that it reaches the servers of a test, unless it is told another.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Program, run } from './program.mjs';

const SCRIPT = path.join(
  import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname),
  'machine.sh',
);
/** Before a command that needs root. */
export const ROOT = process.getuid() === 0 ? [] : ['sudo', '-n'];

export class Machine {
  /**
   * Boots a fresh copy of this computer, or of the file system in the folder `base`.
   * @param {{base?: string, settings?: string[]}} [options] `settings`: options of systemd-nspawn
   */
  static async boot({ base = '/', settings = [] } = {}) {
    const machine = new Machine();
    machine.settings = settings;
    machine.dir = fs.mkdtempSync(path.join(os.tmpdir(), 'classcast-machine-'));
    machine.root = path.join(machine.dir, 'root');
    try {
      await run([...ROOT, SCRIPT, 'mount', machine.dir, base]);
      await machine.start();
    } catch (error) {
      await machine.stop();
      throw error;
    }
    return machine;
  }

  async start() {
    this.program = new Program('machine', [...ROOT, SCRIPT, 'boot', this.dir, ...this.settings]).start();
    [, this.leader] = await this.program.said(/^leader (\d+)$/m, 60_000);
  }

  /** Shuts down and starts again, with the same disk. */
  async reboot() {
    await run([...ROOT, SCRIPT, 'halt', this.dir]);
    await this.program.stop();
    await this.start();
  }

  /** A command inside, as root; its output, or an error. */
  run(...command) {
    return run(this.command(...command));
  }

  /** The command that runs this one inside. */
  command(...command) {
    return [...ROOT, SCRIPT, 'run', this.leader, ...command];
  }

  /** A shell command inside, however it ends. */
  async shell(text) {
    const program = new Program('inside', this.command('sh', '-c', text)).start();
    const { code } = await program.ended;
    return { code, output: program.output, errors: program.errors };
  }

  /** Writes a file inside; `owner` and `mode` as install(1) takes them. */
  async write(file, text, { owner = 'root', mode = '0644' } = {}) {
    const encoded = Buffer.from(text).toString('base64');
    await this.run(
      'sh',
      '-c',
      `echo ${encoded} | base64 -d | install -D -m ${mode} -o ${owner} /dev/stdin ${file}`,
    );
  }

  /** Brings a file of ours inside. */
  copy(from, to) {
    return run([...ROOT, 'install', '-D', '-m', '0644', from, path.join(this.root, to)]);
  }

  /** Brings folders of ours inside, wherever they lie: the machine has a /tmp of its own. */
  copyFolders(folders, to) {
    return run([...ROOT, 'cp', '-r', ...folders, path.join(this.root, to)]);
  }

  /** A property of a unit, as systemctl show says it. */
  async property(unit, name) {
    return (await this.run('systemctl', 'show', '--value', `--property=${name}`, unit)).trim();
  }

  async stop() {
    await run([...ROOT, SCRIPT, 'stop', this.dir]);
    await this.program?.stop();
  }
}
