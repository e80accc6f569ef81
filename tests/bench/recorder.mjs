// SPDX-License-Identifier: MIT
// What it costs to record many rooms at once, and whether anything is missing; beside it ffmpeg -c copy from RTSP.
//   scripts/bench recorder [--quick] [--json] [--rooms N] [--seconds N]
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Classcast } from '../support/classcast.mjs';
import { Capture, finish, missing, packetTimes, pictureNumbers, probe } from '../support/recorder.mjs';
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
const CLIP = PICTURE.fps * PICTURE.seconds;
/** Every picture of so many recordings is decoded and its number read; of the others the packets are counted. */
const DECODED = options.quick ? ROOMS : 2;
const FOREVER = 9_000_000_000_000;

const ids = Array.from({ length: ROOMS }, (_, i) => `room-${101 + i}`);
const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** ffmpeg writing the cameras' streams as they come, one process a camera. */
function startFfmpeg(classcast) {
  const folder = path.join(classcast.dir, 'ffmpeg');
  fs.mkdirSync(folder);
  return [...classcast.classrooms].map(([id, { camera }]) => {
    const words = `-v error -y -rtsp_transport tcp -i ${camera.url} -c copy -movflags +frag_keyframe+empty_moov`;
    const args = ['--pdeathsig', 'KILL', '--', 'ffmpeg', ...words.split(' '), path.join(folder, `${id}.mp4`)];
    return spawn('setpriv', args, { stdio: 'ignore' });
  });
}

async function end(children) {
  const ended = children.map((child) => new Promise((resolve) => child.on('close', resolve)));
  children.forEach((child) => child.kill('SIGINT'));
  await Promise.all(ended);
}

/** What is wrong with a finished recording; nothing when it is whole. */
async function check(file, result, decode) {
  const faults = [];
  const times = await packetTimes(file, 'v');
  const sound = await packetTimes(file, 'a');
  const { video, audio } = await probe(file);
  const expected = Math.round((times.at(-1) - times[0]) * PICTURE.fps) + 1;
  if (times.length !== expected) {
    faults.push(`${times.length} pictures where ${expected} belong`);
  }
  if (Number(video.nb_read_packets) !== result.frames) {
    faults.push('the count of frames is wrong');
  }
  if (result.gaps.length > 0) {
    faults.push(`${result.gaps.length} gaps`);
  }
  if (audio.codec_name !== 'aac') {
    faults.push('no AAC');
  }
  const apart = times.at(-1) + 1 / PICTURE.fps - (sound.at(-1) + 1024 / 48000);
  if (Math.abs(apart) > 0.04) {
    faults.push(`picture and sound end ${Math.round(apart * 1000)} ms apart`);
  }
  if (!decode) {
    return faults;
  }
  const numbers = await pictureNumbers(file, PICTURE);
  if (numbers.length !== result.frames) {
    faults.push(`only ${numbers.length} pictures decode`);
  }
  if (missing(numbers, CLIP) !== 0) {
    faults.push(`${missing(numbers, CLIP)} pictures are missing`);
  }
  return faults;
}

async function measure(classcast) {
  const store = path.join(classcast.dir, 'segments');
  const captures = ids.map((id) => new Capture(classcast, id, store).start());
  await Promise.all(captures.map((capture) => capture.records(25, 60_000)));
  const ffmpeg = startFfmpeg(classcast);
  await sleep(2);
  const meter = new Meter({
    'classcast-recorder': captures.map((capture) => capture.pid),
    'ffmpeg -c copy (RTSP)': ffmpeg.map((child) => child.pid),
    ...classcast.processes(),
  });
  await sleep(SECONDS);
  const usage = meter.stop();
  const pss = captures.reduce((sum, capture) => sum + sharedMemory(capture.pid), 0) / 1024;
  await end(ffmpeg);
  await Promise.all(captures.map((capture) => capture.stop()));
  return { usage, pss, store, damaged: captures.reduce((sum, capture) => sum + capture.last.damaged, 0) };
}

/** Resident kB, pages that processes share divided among them. */
function sharedMemory(pid) {
  const [, kb] = fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').match(/^Pss:\s+(\d+) kB/m);
  return Number(kb);
}

async function finishAll(classcast, store) {
  const began = performance.now();
  const rooms = [];
  for (const [i, id] of ids.entries()) {
    const output = path.join(classcast.dir, 'recordings', `${id}.mp4`);
    const job = { room: path.join(store, id), from_ms: 0, until_ms: FOREVER, output };
    const { finished, error } = await finish(classcast.bin, job);
    const faults = finished ? await check(output, finished, i < DECODED) : [error];
    rooms.push({
      room: id,
      frames: finished?.frames,
      mbit: (finished?.size * 8) / finished?.duration_ms / 1000,
      faults,
    });
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
  const { usage, pss, store, damaged } = await measure(classcast);
  const { rooms, seconds } = await finishAll(classcast, store);
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
    console.log(faults.length === 0 ? 'nothing is missing' : faults.join('\n'));
  }
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  await classcast.stop();
}
