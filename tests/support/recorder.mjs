// SPDX-License-Identifier: MIT
// The recorder's processes as tests and benchmarks use them, and what is in the files that they write.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { mintToken } from './api.mjs';
import { BIN } from './classcast.mjs';
import { run } from './program.mjs';
import { until } from './wait.mjs';

/** @type {Set<import('node:child_process').ChildProcess>} */
const children = new Set();
process.on('exit', () => children.forEach((child) => child.kill('SIGKILL')));

/** A capture process for one room: commands by lines on its input, reports by lines on its output. */
export class Capture {
  /**
   * @param {import('./classcast.mjs').Classcast} classcast @param {string} room @param {string} store
   * @param {{prefix: string[], url: string, token: string}} [elsewhere] a command that runs it on another network, and
   *   what it watches there
   */
  constructor(classcast, room, store, elsewhere) {
    Object.assign(this, { classcast, room, folder: path.join(store, room), elsewhere });
  }

  start() {
    const binary = path.join(BIN, 'classcast-recorder');
    const where = this.elsewhere ? [] : ['--loopback'];
    const command = [...(this.elsewhere?.prefix ?? []), binary, '--capture', this.folder, ...where];
    const args = ['--pdeathsig', 'KILL', '--', ...command];
    this.child = spawn('setpriv', args, { stdio: ['pipe', 'pipe', 'pipe'] });
    children.add(this.child);
    this.reports = [];
    this.errors = '';
    let rest = '';
    this.child.stdout.setEncoding('utf8').on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      this.reports.push(...lines.map((line) => JSON.parse(line)));
    });
    this.child.stderr.setEncoding('utf8').on('data', (text) => (this.errors += text));
    this.child.stdin.on('error', () => {});
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code, signal) => {
        children.delete(this.child);
        resolve({ code, signal });
      });
    });
    this.grant();
    return this;
  }

  grant() {
    const { url, token } = this.elsewhere ?? this.own();
    this.child.stdin.write(`${JSON.stringify({ url, token })}\n`);
  }

  own() {
    const key = path.join(this.classcast.state, 'token.key');
    const token = mintToken(key, { sub: 'server', room: this.room, can: 'watch' });
    return { url: `http://127.0.0.1:${this.classcast.relayPort}/whep/${this.room}`, token };
  }

  get pid() {
    return this.child.pid;
  }

  get last() {
    return this.reports.at(-1);
  }

  /** Waits until `frames` more pictures are on disk. */
  records(frames = 1, within = 20_000) {
    const before = this.last?.frames ?? 0;
    const recorded = () =>
      this.last?.state === 'recording' && this.last.frames >= before + frames && this.last;
    return until(`${this.room} records`, recorded, { within, every: 50 }).catch((error) => {
      throw new Error(`${error.message}: ${JSON.stringify(this.last)} ${this.errors.slice(-1000)}`);
    });
  }

  async kill() {
    this.child.kill('SIGKILL');
    return this.ended;
  }

  async stop() {
    this.child.stdin.end();
    return this.ended;
  }
}

/** Finishes a range of a room; what the finishing process answers at its end. */
export async function finish(bin, job) {
  const child = spawn(path.join(bin, 'classcast-recorder'), ['--finish'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.add(child);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  child.stdin.end(`${JSON.stringify(job)}\n`);
  await new Promise((resolve) => child.on('close', resolve));
  children.delete(child);
  const lines = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { ...lines.at(-1), percents: lines.slice(0, -1).map((line) => line.percent) };
}

export async function probe(file) {
  const words = '-v error -count_packets -show_streams -show_format -of json';
  const { streams, format } = JSON.parse(await run(['ffprobe', ...words.split(' '), file]));
  const kind = (type) => streams.find((stream) => stream.codec_type === type);
  return { format, video: kind('video'), audio: kind('audio') };
}

/** Presentation times in seconds of one kind of packets ("v" or "a"), of the whole file or where ffprobe seeks to. */
export async function packetTimes(file, kind, interval) {
  const words = [
    ...(interval ? ['-read_intervals', interval] : []),
    '-v',
    'error',
    '-select_streams',
    kind,
    '-show_entries',
    'packet=pts_time',
    '-of',
    'csv=p=0',
  ];
  const text = await run(['ffprobe', ...words, file]);
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => Number.parseFloat(line));
}

const COLUMNS = 32;
const BLOCKS_PER_WIDTH = 40;

/** The numbers that the simulated camera wrote into its pictures (camera/stamp.cpp), by decoding every picture. */
export async function pictureNumbers(file, { width }) {
  const block = Math.floor(width / BLOCKS_PER_WIDTH) & ~1;
  const raw = `${file}.strip`;
  const strip = `crop=${COLUMNS * block}:${2 * block}:0:0,scale=${COLUMNS}:2:flags=area,format=gray`;
  await run([
    'ffmpeg',
    '-v',
    'error',
    '-xerror',
    '-y',
    '-i',
    file,
    '-map',
    '0:v',
    '-vsync',
    '0',
    // Pictures that came in one go lie nearer to each other than the frame rate says.
    '-enc_time_base',
    '-1',
    '-vf',
    strip,
    '-f',
    'rawvideo',
    raw,
  ]);
  const bytes = fs.readFileSync(raw);
  fs.rmSync(raw);
  const numbers = [];
  for (let at = 0; at < bytes.length; at += 2 * COLUMNS) {
    let value = 0;
    for (let bit = 16; bit < 48; bit++) {
      value = value * 2 + (bytes[at + bit] > 127 ? 1 : 0);
    }
    numbers.push(value);
  }
  return numbers;
}

/** How many pictures are missing between those with these numbers, when the camera's clip has `length` of them. */
export function missing(numbers, length) {
  return numbers.slice(1).reduce((sum, n, i) => sum + ((n - numbers[i] - 1 + length) % length), 0);
}

/**
 * Where the numbers do not go on as the camera's did: each step from one picture to the next, the nearer way round the clip. `lost` is what is left
 * out; at a step back, or on the spot, pictures come again or out of order.
 * @returns {{lost: number, back: {at: number, from: number, to: number}[]}} `at`: the picture's place in the file
 */
export function steps(numbers, length) {
  const back = [];
  let lost = 0;
  numbers.slice(1).forEach((to, i) => {
    const ahead = (to - numbers[i] + length) % length;
    if (ahead === 0 || ahead > length / 2) {
      back.push({ at: i + 1, from: numbers[i], to });
    } else {
      lost += ahead - 1;
    }
  });
  return { lost, back };
}
