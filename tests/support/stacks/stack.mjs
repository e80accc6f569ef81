// SPDX-License-Identifier: MIT
// WebRTC stacks of others as processes: what they say of themselves, one line of JSON at a time.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Program } from '../program.mjs';
import { until } from '../wait.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));

/** How each stack is started; all take: publish|watch URL CODEC [tcp]. */
const COMMANDS = {
  libdatachannel: [process.execPath, path.join(HERE, 'child.mjs'), 'libdatachannel'],
  werift: [process.execPath, path.join(HERE, 'child.mjs'), 'werift'],
  libwebrtc: [process.execPath, path.join(HERE, 'child.mjs'), 'libwebrtc'],
  // Debian's Python, whatever else is in the path.
  aiortc: ['/usr/bin/python3', path.join(HERE, 'aiortc_client.py')],
  webrtcbin: ['/usr/bin/python3', path.join(HERE, 'webrtcbin_client.py')],
};

export class Stack {
  /**
   * @param {keyof typeof COMMANDS} name @param {'publish'|'watch'} role
   * @param {{relay: import('../../integration/relay/relay.mjs').Relay, room?: string, part?: string, codec?: string,
   *   tcp?: boolean, env?: object, prefix?: string[]}} options `part`: "/low"; `prefix`: a command that runs it elsewhere
   */
  constructor(
    name,
    role,
    { relay, room = 'room-101', part = '', codec = 'h264', tcp = false, env = {}, prefix = [] },
  ) {
    const [end, can] = role === 'publish' ? ['whip', 'publish'] : ['whep', 'watch'];
    const url = `${relay.base}/${end}/${room}${part}`;
    const command = [...prefix, ...COMMANDS[name], role, url, codec, ...(tcp ? ['tcp'] : [])];
    const environment = { ...process.env, WHIP_TOKEN: relay.token(can, room), ...env };
    this.name = `${name} (${role})`;
    this.program = new Program(this.name, command, { env: environment }).start();
  }

  /** The newest counts, undefined before it is connected. */
  get state() {
    const lines = this.program.output.split('\n');
    const last = lines.slice(0, -1).findLast((line) => line.startsWith('{'));
    return last && JSON.parse(last);
  }

  /** Waits until so much video and audio has gone through it; gives its state. */
  async has(video, audio, within = 15_000) {
    const reached = () => {
      if (!this.program.running) {
        throw new Error(`${this.name} ended: ${this.program.errors.slice(-2000)}`);
      }
      const { state } = this;
      return state && state.video >= video && state.audio >= audio && state;
    };
    return until(`${this.name} has ${video} and ${audio}`, reached, { within }).catch((error) => {
      throw new Error(`${error.message}: ${JSON.stringify(this.state)} ${this.program.errors.slice(-1000)}`);
    });
  }

  kill() {
    this.program.kill('SIGKILL');
  }

  stop() {
    return this.program.stop();
  }
}
