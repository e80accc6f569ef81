// SPDX-License-Identifier: MIT
// One classcastd with a folder and a fake server of its own.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { BIN } from '../../support/classcast.mjs';
import { Program } from '../../support/program.mjs';
import { FakeServer } from './fake_server.mjs';

export const CREDENTIAL = 'device-credential';
export { BIN };

export class Classroom {
  /**
   * @param {{camera?: object, microphone?: object, uplink?: object, server?: FakeServer, wrap?: string[], credential?: string}} options
   *   `camera`, `microphone`: keys of their sections; `wrap`: a command that runs the daemon
   */
  constructor({
    camera = {},
    microphone = {},
    uplink = {},
    server = new FakeServer(),
    wrap = [],
    credential = CREDENTIAL,
  }) {
    Object.assign(this, { camera, microphone, uplink, server, wrap, credential });
    this.dir = fs.mkdtempSync(path.join(os.tmpdir(), 'classroom-'));
  }

  write(name, text) {
    const file = path.join(this.dir, name);
    fs.writeFileSync(file, text, { mode: 0o600 });
    return file;
  }

  /** Writes the configuration as these sections are now; the running daemon is told by reload(). */
  configure() {
    const section = (name, keys) =>
      `[${name}]\n${Object.entries(keys)
        .map(([key, value]) => `${key} = ${value}\n`)
        .join('')}`;
    const server = {
      url: this.server.url,
      credential_file: this.write('credential', `${this.credential}\n`),
    };
    const sections = { server, camera: this.camera, microphone: this.microphone, uplink: this.uplink };
    const text = Object.entries(sections).map(([name, keys]) => section(name, keys));
    return this.write('classroom.conf', text.join(''));
  }

  reload(changes = {}) {
    Object.assign(this, changes);
    this.configure();
    this.daemon.kill('SIGHUP');
  }

  async start() {
    if (!this.server.url) {
      await this.server.start();
    }
    const config = this.configure();
    const command = [...this.wrap, path.join(BIN, 'classcastd'), '--config', config];
    this.daemon = new Program('classcastd', command, { logs: this.dir }).start();
    return this;
  }

  get log() {
    return this.daemon.errors;
  }

  /** How often the log holds this text. */
  count(text) {
    return this.log.split(text).length - 1;
  }

  async stop() {
    await this.daemon?.stop();
    await this.server.stop();
    fs.rmSync(this.dir, { recursive: true, force: true });
    return this.daemon?.status;
  }
}
