// SPDX-License-Identifier: MIT
// The same microphones on a private PipeWire with its PulseAudio server and WirePlumber, without a session, D-Bus or real devices.
import fs from 'node:fs';
import path from 'node:path';
import { Microphones } from './microphones.mjs';
import { listensOn } from './ports.mjs';
import { Program, run } from './program.mjs';
import { until } from './wait.mjs';

/** Debian's list of what WirePlumber does, without real devices. */
const POLICY = [
  'load_module("metadata")',
  'default_access.properties["enable-flatpak-portal"] = false',
  'default_access.enable()',
  'device_defaults.enable()',
  'stream_defaults.enable()',
  'load_script("intended-roles.lua")',
  'load_script("suspend-node.lua")',
];

export class PipeWire extends Microphones {
  /** @param {ConstructorParameters<typeof Microphones>[0]} options `dir` of few letters: sockets lie in it */
  constructor(options) {
    super(options);
    this.socket = path.join(this.dir, 'pulse/native');
    this.server = `unix:${this.socket}`;
    this.env = {
      PATH: process.env.PATH,
      HOME: this.dir,
      XDG_RUNTIME_DIR: this.dir,
      XDG_CONFIG_HOME: path.join(this.dir, 'config'),
      XDG_STATE_HOME: path.join(this.dir, 'state'),
      PULSE_SERVER: this.server,
    };
  }

  async start() {
    this.configure();
    this.programs = [];
    await this.launch('pipewire', path.join(this.dir, 'pipewire-0'));
    await this.launch('wireplumber');
    this.daemon = await this.launch('pipewire-pulse', this.socket);
    for (const room of this.rooms.keys()) {
      await this.load(room);
    }
    const tones = [...this.rooms].map(([room, hertz]) => `${hertz}:${this.fifo(room)}`);
    this.feeder = new Program('tone-feeder', [`${this.bin}/tone-feeder`, ...tones], {
      logs: this.logs,
    }).start();
    return this;
  }

  configure() {
    const folder = path.join(this.env.XDG_CONFIG_HOME, 'wireplumber');
    fs.mkdirSync(path.join(folder, 'main.lua.d'), { recursive: true });
    fs.chmodSync(this.dir, 0o700);
    fs.writeFileSync(path.join(folder, 'main.lua.d/90-enable-all.lua'), `${POLICY.join('\n')}\n`);
    const whole = fs.readFileSync('/usr/share/wireplumber/wireplumber.conf', 'utf8');
    fs.writeFileSync(path.join(folder, 'wireplumber.conf'), whole.replace(/^.*bluetooth\.lua.*$/m, ''));
  }

  async launch(name, socket) {
    const program = new Program(name, [name], { env: this.env, logs: this.logs }).start();
    this.programs.push(program);
    const ready = async () => {
      if (!program.running) {
        throw new Error(`${name} ended: ${program.errors.slice(-1000)}`);
      }
      return socket ? listensOn(socket) : this.managed();
    };
    await until(`${name} is ready`, ready);
    return program;
  }

  /** WirePlumber has made what all streams are linked by. */
  async managed() {
    const objects = await run(['pw-cli', 'list-objects', 'Metadata'], { env: this.env });
    return objects.includes('"default"');
  }

  async stop() {
    await this.feeder?.stop();
    for (const program of this.programs.reverse()) {
      await program.stop();
    }
  }
}
