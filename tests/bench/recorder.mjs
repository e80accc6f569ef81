// SPDX-License-Identifier: MIT
// What it costs to record many rooms at once, and whether anything is missing; beside it ffmpeg -c copy from RTSP.
//   scripts/bench recorder [--quick] [--json] [--rooms N] [--seconds N]
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Classcast } from '../support/classcast.mjs';
import { ClipNumbers, compare } from '../support/clip-numbers.mjs';
import { Capture, finish, packetTimes, pictureNumbers, probe } from '../support/recorder.mjs';
import { rounded, table } from '../support/table.mjs';
import { Meter } from '../support/usage.mjs';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    rooms: { type: 'string' },
    seconds: { type: 'string' },
  },
});
const ROOMS = Number(options.rooms ?? (options.quick ? 4 : 26));
const SECONDS = Number(options.seconds ?? (options.quick ? 12 : 600));
const PICTURE = { width: 1280, height: 720, fps: 25, gop: 50, seconds: 20 };
/** Every picture of so many recordings is decoded; all others are known by their bytes. */
const DECODED = 2;
const LIP_SYNC_S = 0.04;
/** Programs that all start at once would keep the cameras waiting. */
const APART_S = 0.3;
const FOREVER = 9_000_000_000_000;

const ids = Array.from({ length: ROOMS }, (_, i) => `room-${101 + i}`);
const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** ffmpeg writing the cameras' streams as they come, one process a camera. */
async function startFfmpeg(classcast) {
  const folder = path.join(classcast.dir, 'ffmpeg');
  fs.mkdirSync(folder);
  const started = [];
  for (const [id, { camera }] of classcast.classrooms) {
    const file = path.join(folder, `${id}.mp4`);
    const words = `-v error -y -rtsp_transport tcp -i ${camera.url} -c copy -movflags +frag_keyframe+empty_moov`;
    const args = ['--pdeathsig', 'KILL', '--', 'ffmpeg', ...words.split(' '), file];
    started.push({ id, file, child: spawn('setpriv', args, { stdio: 'ignore' }), began_ms: Date.now() });
    await sleep(APART_S);
  }
  return started;
}

async function interrupt(children) {
  const ended = children.map((child) => new Promise((resolve) => child.on('close', resolve)));
  children.forEach((child) => child.kill('SIGINT'));
  await Promise.all(ended);
}

const range = (numbers) => (numbers.length > 6 ? [...numbers.slice(0, 6), '…'] : numbers).join(' ');

/** Picture and sound of a file apart, in ms: where they begin, where they end. */
function apart(times, sound) {
  const begin = sound[0] - times[0];
  const end = times.at(-1) + 1 / PICTURE.fps - (sound.at(-1) + 1024 / 48000);
  return [Math.round(begin * 1000), Math.round(end * 1000)];
}

/** What is wrong with a finished recording, beside what ffmpeg wrote of the same camera; nothing when it is whole. */
async function check(file, result, ffmpeg, clip) {
  const faults = [];
  const { video, audio } = await probe(file);
  if (Number(video.nb_read_packets) !== result.frames) {
    faults.push('the count of frames is wrong');
  }
  if (result.gaps.length > 0) {
    faults.push(`${result.gaps.length} gaps`);
  }
  if (audio?.codec_name !== 'aac') {
    return { faults: [...faults, 'no AAC'] };
  }
  const [begin, end] = apart(await packetTimes(file, 'v'), await packetTimes(file, 'a'));
  if (Math.max(Math.abs(begin), Math.abs(end)) > LIP_SYNC_S * 1000) {
    faults.push(`picture and sound are ${begin} ms apart at the beginning, ${end} ms at the end`);
  }
  const ahead = (ffmpeg.began_ms - result.start_ms) / 1000;
  const own = await clip.read(file);
  const found = compare(own, await clip.read(ffmpeg.file), { ...clip, fps: PICTURE.fps, ahead });
  const whole = `of ${own[0].number} to ${own.at(-1).number}`;
  if (found.broken > 0) {
    faults.push(`${found.broken} broken pictures`);
  }
  if (found.repeated.length > 0) {
    faults.push(`${found.repeated.length} pictures are repeated: ${range(found.repeated)}, ${whole}`);
  }
  if (found.lost.length > 0) {
    faults.push(`${found.lost.length} pictures are missing: ${range(found.lost)}, ${whole}`);
  }
  if (found.unsent.length > 0) {
    faults.push(`${found.unsent.length} pictures are missing in both: ${range(found.unsent)}, ${whole}`);
  }
  return { faults, begin, end };
}

async function measure(classcast) {
  const store = path.join(classcast.dir, 'segments');
  const captures = [];
  for (const id of ids) {
    captures.push(new Capture(classcast, id, store).start());
    await sleep(APART_S);
  }
  await Promise.all(captures.map((capture) => capture.records(25, 60_000)));
  const ffmpeg = await startFfmpeg(classcast);
  await sleep(2);
  const meter = new Meter({
    'classcast-recorder': captures.map((capture) => capture.pid),
    'ffmpeg -c copy (RTSP)': ffmpeg.map(({ child }) => child.pid),
    ...classcast.processes(),
  });
  await sleep(SECONDS);
  const usage = meter.stop();
  const pss = captures.reduce((sum, capture) => sum + sharedMemory(capture.pid), 0) / 1024;
  await interrupt(ffmpeg.map(({ child }) => child));
  await Promise.all(captures.map((capture) => capture.stop()));
  // Live rooms would only slow down the look at what was recorded.
  await Promise.all(ids.map((id) => classcast.classrooms.get(id).daemon.stop()));
  await Promise.all(ids.map((id) => classcast.classrooms.get(id).camera.stop()));
  const damaged = captures.reduce((sum, capture) => sum + capture.last.damaged, 0);
  return { usage, pss, store, ffmpeg, damaged };
}

/** Resident kB, pages that processes share divided among them. */
function sharedMemory(pid) {
  const [, kb] = fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').match(/^Pss:\s+(\d+) kB/m);
  return Number(kb);
}

async function decodes(file, frames) {
  const numbers = await pictureNumbers(file, PICTURE);
  return numbers.length === frames ? [] : [`only ${numbers.length} pictures decode`];
}

async function finishAll(classcast, { store, ffmpeg }) {
  const began = performance.now();
  const clip = await ClipNumbers.of(classcast.bin, 'bench', PICTURE);
  const rooms = [];
  for (const [i, id] of ids.entries()) {
    const output = path.join(classcast.dir, 'recordings', `${id}.mp4`);
    const job = { room: path.join(store, id), from_ms: 0, until_ms: FOREVER, output };
    const { finished, error } = await finish(classcast.bin, job);
    const checked = finished ? await check(output, finished, ffmpeg[i], clip) : { faults: [error] };
    if (finished && i < DECODED) {
      checked.faults.push(...(await decodes(output, finished.frames)));
    }
    const mbit = (finished?.size * 8) / finished?.duration_ms / 1000;
    rooms.push({ room: id, frames: finished?.frames, mbit, ...checked });
    fs.rmSync(output, { force: true });
  }
  return { rooms, seconds: (performance.now() - began) / 1000 };
}

const classcast = await Classcast.start({
  rooms: ids.map((id) => ({ id, camera: { room: 'bench', picture: PICTURE } })),
  progress: (text) => options.json || console.error(text),
});
try {
  await classcast.allLive(120_000);
  const { usage, pss, damaged, ...written } = await measure(classcast);
  const { rooms, seconds } = await finishAll(classcast, written);
  const faults = rooms.flatMap(({ room, faults: found }) => found.map((fault) => `${room}: ${fault}`));
  const result = {
    rooms: ROOMS,
    seconds: SECONDS,
    usage,
    pss_mb: pss,
    damaged,
    finish_and_check_s: seconds,
    recordings: rooms,
    faults,
  };
  if (options.json) {
    console.log(JSON.stringify(result));
  } else {
    const rows = usage.map((group) => [group.name, group.processes, rounded(group.cpu), rounded(group.rss)]);
    console.log(table(['program', 'processes', '% of a core', 'MB resident'], rows));
    console.log(
      `${ROOMS} rooms for ${SECONDS} s; the recorder's own memory (PSS) ${rounded(pss)} MB, ${damaged} damaged pictures`,
    );
    console.log(
      `${rooms.reduce((sum, room) => sum + room.frames, 0)} pictures in ${ROOMS} files, ${rounded(rooms[0].mbit, 1)} Mbit/s each`,
    );
    const worst = Math.max(...rooms.flatMap(({ begin, end: last }) => [begin, last]).map(Math.abs));
    console.log(`picture and sound at most ${worst} ms apart`);
    console.log(faults.length === 0 ? 'nothing is missing' : faults.join('\n'));
  }
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  await classcast.stop();
}
