// SPDX-License-Identifier: MIT
// Simulated cameras: real RTSP servers that loop a clip, made once and kept in the user's cache.
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freeTcpPort } from './ports.mjs';
import { Program, run } from './program.mjs';

const SOURCES = path.join(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), 'camera');

export const PICTURE = { width: 640, height: 360, fps: 10, gop: 20, seconds: 20, codec: 'h264' };

/** A clip is made again when the program that draws it has changed. */
function edition() {
  const hash = crypto.createHash('sha256');
  for (const file of ['picture.cpp', 'stamp.cpp']) {
    hash.update(fs.readFileSync(path.join(SOURCES, file)));
  }
  return hash.digest('hex').slice(0, 8);
}

/**
 * The clip of a room, encoded now if it is not cached.
 * @param {string} bin folder of rtsp-camera
 * @param {string} room
 * @param {Partial<typeof PICTURE>} [picture]
 */
export async function clipOf(bin, room, picture = {}) {
  const p = { ...PICTURE, ...picture };
  const cache = path.join(
    process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'),
    'classcast',
    'clips',
  );
  const file = path.join(
    cache,
    `${room}-${p.width}x${p.height}-${p.fps}-${p.gop}-${p.seconds}-${p.codec}-${edition()}.mkv`,
  );
  if (!fs.existsSync(file)) {
    fs.mkdirSync(cache, { recursive: true });
    const options = Object.entries(p).flatMap(([name, value]) => [`--${name}`, String(value)]);
    await run([`${bin}/rtsp-camera`, '--make-clip', file, '--room', room, ...options]);
  }
  return file;
}

export class Camera {
  /**
   * @param {{bin: string, room: string, dir: string, live?: boolean, file?: string, user?: string, password?: string,
   *   sound?: 'pcma' | 'pcmu' | 'aac' | 'opus' | 'l16', picture?: Partial<typeof PICTURE>, prefix?: string[]}} options
   *   `prefix`: a command that runs it elsewhere
   */
  constructor(options) {
    this.options = options;
    this.port = 0;
  }

  /** Starts it, on the same port as before if it ran already. */
  async start() {
    const {
      bin,
      room,
      dir,
      live,
      user,
      password,
      file: film,
      sound,
      picture = {},
      prefix = [],
    } = this.options;
    const args = live ? ['--live', '--room', room] : ['--clip', film ?? (await clipOf(bin, room, picture))];
    if (live) {
      const { width, height, fps, gop } = { ...PICTURE, ...picture };
      args.push('--width', width, '--height', height, '--fps', fps, '--gop', gop);
    }
    if (sound) {
      args.push('--sound', sound);
    }
    if (user) {
      const file = path.join(dir, `camera-${room}.password`);
      fs.writeFileSync(file, `${password}\n`, { mode: 0o600 });
      args.push('--user', user, '--password-file', file);
    }
    this.port ||= await freeTcpPort();
    this.program = new Program(
      `camera-${room}`,
      [...prefix, `${bin}/rtsp-camera`, ...args.map(String), '--port', String(this.port)],
      { logs: dir },
    ).start();
    const [, url] = await this.program.said(/^ready (rtsp:\/\/127\.0\.0\.1:\d+\/live)$/m);
    this.url = url;
    return this;
  }

  /** As if the plug was pulled. */
  async kill() {
    this.program.kill('SIGKILL');
    await this.program.ended;
  }

  /** No more pictures, but the connection stays. */
  freeze() {
    this.program.kill('SIGUSR1');
  }

  resume() {
    this.program.kill('SIGUSR2');
  }

  stop() {
    return this.program.stop();
  }
}
