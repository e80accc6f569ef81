// SPDX-License-Identifier: MIT
// A private PulseAudio daemon with one source per room, each with a tone of its own.
import fs from 'node:fs';
import path from 'node:path';
import { listensOn } from './ports.mjs';
import { Program, run } from './program.mjs';
import { until } from './wait.mjs';

export const toneOf = (index) => 300 + 60 * (index + 1);
export const micOf = (room) => `${room}-mic`;

export class Microphones {
  /** @param {{bin: string, dir: string, rooms: {id: string, hertz: number}[]}} options */
  constructor({ bin, dir, rooms }) {
    this.bin = bin;
    this.logs = dir;
    this.dir = path.join(dir, 'pulse');
    this.rooms = new Map(rooms.map((room) => [room.id, room.hertz]));
    this.socket = path.join(this.dir, 'native');
    this.server = `unix:${this.socket}`;
    this.env = {
      PATH: process.env.PATH,
      HOME: this.dir,
      XDG_RUNTIME_DIR: this.dir,
      PULSE_RUNTIME_PATH: this.dir,
      PULSE_SERVER: this.server,
    };
  }

  fifo(room) {
    return path.join(this.dir, `${room}.pcm`);
  }

  module(room) {
    const format = 'format=s16le rate=48000 channels=1';
    return `module-pipe-source source_name=${micOf(room)} file=${this.fifo(room)} ${format}`;
  }

  async start() {
    fs.mkdirSync(this.dir, { mode: 0o700, recursive: true });
    const rooms = [...this.rooms.keys()];
    const script = [
      `load-module module-native-protocol-unix socket=${this.socket} auth-anonymous=1 auth-cookie-enabled=0`,
      ...rooms.map((room) => `load-module ${this.module(room)}`),
      // Loudspeakers that nobody hears: Firefox runs its sound only where there are some.
      'load-module module-null-sink sink_name=loudspeakers',
    ];
    fs.writeFileSync(path.join(this.dir, 'setup.pa'), `${script.join('\n')}\n`);
    const command = ['pulseaudio', '-n', '--daemonize=no', '--exit-idle-time=-1', '--use-pid-file=no'];
    this.daemon = new Program('pulseaudio', [...command, '-F', path.join(this.dir, 'setup.pa')], {
      env: this.env,
      logs: this.logs,
    }).start();
    await until('PulseAudio listens', () => this.alive() && listensOn(this.socket));
    await until('all microphones are there', () => rooms.every((room) => fs.existsSync(this.fifo(room))));
    const tones = rooms.map((room) => `${this.rooms.get(room)}:${this.fifo(room)}`);
    this.feeder = new Program('tone-feeder', [`${this.bin}/tone-feeder`, ...tones], {
      logs: this.logs,
    }).start();
    return this;
  }

  alive() {
    if (!this.daemon.running) {
      throw new Error(`PulseAudio ended: ${this.daemon.errors.slice(-1000)}`);
    }
    return true;
  }

  pactl(...args) {
    return run(['pactl', ...args], { env: this.env });
  }

  /** Unplugs a room's microphone. */
  async unload(room) {
    const modules = await this.pactl('list', 'short', 'modules');
    const line = modules.split('\n').find((text) => text.includes(`source_name=${micOf(room)} `));
    await this.pactl('unload-module', line.split('\t')[0]);
  }

  /** Plugs it in again. */
  async load(room) {
    await this.pactl('load-module', ...this.module(room).split(' '));
  }

  async stop() {
    await this.feeder?.stop();
    await this.daemon?.stop();
  }
}
