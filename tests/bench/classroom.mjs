// SPDX-License-Identifier: MIT
// What sending a classroom costs its computer: 1080p25 at 4 Mbit/s with a microphone, passed through, beside ffmpeg and
// gst-launch doing the same job in the same run; and how soon a paused room sends its first packet to one who begins to watch.
//   scripts/bench classroom [--quick] [--json]
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { BIN, Classcast } from '../support/classcast.mjs';
import { micOf } from '../support/microphones.mjs';
import { freeUdpPort } from '../support/ports.mjs';
import { Program, run } from '../support/program.mjs';
import { rounded, table } from '../support/table.mjs';
import { Meter } from '../support/usage.mjs';
import { firstPackets, Watcher } from '../support/watcher.mjs';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});
const SECONDS = options.quick ? 15 : 60;
const SETTLE_MS = 4000;
const ROOM = 'room-101';
const CPU_LIMIT_PERCENT = 5;
const RSS_LIMIT_MB = 80;
const TRIES = options.quick ? 10 : 50;
const FIRST_PACKET_LIMIT_MS = 100;

/** Noise that an encoder cannot shrink below the rate asked for, as a lively classroom. */
async function clip() {
  const file = path.join(os.homedir(), '.cache/classcast/clips/bench-1080p25-4mbit.mkv');
  if (!fs.existsSync(file)) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const picture = 'testsrc2=size=1920x1080:rate=25,noise=alls=12:allf=t';
    const encode = ['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'main', '-bf', '0', '-g', '50'];
    const rate = [
      '-b:v',
      '4M',
      '-minrate',
      '4M',
      '-maxrate',
      '4M',
      '-bufsize',
      '2M',
      '-x264opts',
      'nal-hrd=cbr',
    ];
    const input = ['-hide_banner', '-loglevel', 'error', '-f', 'lavfi', '-i', picture, '-t', '12'];
    await run(['ffmpeg', ...input, ...encode, ...rate, '-pix_fmt', 'yuv420p', '-y', `${file}.part.mkv`]);
    fs.renameSync(`${file}.part.mkv`, file);
  }
  return file;
}

const RTP = (port) => `rtp://127.0.0.1:${port}?pkt_size=1200`;

/** The same job: RTSP and PulseAudio in, RTP with H.264 as it is and Opus out; without encryption, ICE and state. */
async function others(camera, microphones) {
  const source = { server: microphones.server, device: micOf(ROOM) };
  const [a, b, c, d] = await Promise.all([freeUdpPort(), freeUdpPort(), freeUdpPort(), freeUdpPort()]);
  const opus = [
    '-c:a',
    'libopus',
    '-b:a',
    '48k',
    '-ac',
    '1',
    '-application',
    'voip',
    '-frame_duration',
    '20',
  ];
  const ffmpeg = [
    ...[
      'ffmpeg',
      '-hide_banner',
      '-loglevel',
      'error',
      '-nostdin',
      '-rtsp_transport',
      'tcp',
      '-i',
      camera.url,
    ],
    ...['-f', 'pulse', '-server', source.server, '-i', source.device],
    ...['-map', '0:v', '-c:v', 'copy', '-f', 'rtp', RTP(a), '-map', '1:a', ...opus, '-f', 'rtp', RTP(b)],
  ];
  const launch =
    `rtspsrc location=${camera.url} protocols=tcp latency=150 ! rtph264depay ! h264parse config-interval=-1 ! ` +
    `rtph264pay mtu=1200 ! udpsink host=127.0.0.1 port=${c} sync=false ` +
    `pulsesrc server=${source.server} device=${source.device} buffer-time=200000 latency-time=10000 ! audioconvert ! ` +
    'audioresample ! audio/x-raw,rate=48000,channels=1 ! opusenc bitrate=48000 audio-type=voice complexity=5 ! ' +
    `rtpopuspay ! udpsink host=127.0.0.1 port=${d} sync=false`;
  const env = { ...process.env, ...microphones.env, GST_DEBUG: '0' };
  return [
    new Program('ffmpeg', ffmpeg, { env }),
    new Program('gst-launch', ['gst-launch-1.0', '-q', ...launch.split(' ')], { env }),
  ];
}

async function measure() {
  const camera = { file: await clip() };
  const rooms = [{ id: ROOM, camera }];
  const classcast = await Classcast.start({ rooms, bin: BIN });
  const running = [];
  try {
    await classcast.allLive();
    const room = classcast.classrooms.get(ROOM);
    running.push(...(await others(room.camera, classcast.microphones)).map((program) => program.start()));
    await delay(SETTLE_MS);
    const meter = new Meter({
      classcastd: [room.daemon.pid],
      ...Object.fromEntries(running.map((program) => [program.name, [program.pid]])),
    });
    await delay(SECONDS * 1000);
    const costs = meter.stop();
    const dead = running.find((program) => !program.running);
    if (dead) {
      throw new Error(`${dead.name} ended: ${dead.errors.slice(-500)}`);
    }
    const status = (await classcast.relayStatus()).rooms[0].publisher;
    return { costs, mbps: status.video.bitrate_bps / 1e6 };
  } finally {
    await Promise.all(running.map((program) => program.stop()));
    await classcast.stop();
  }
}

/** The camera's next keyframe is up to eight seconds away; sorted. */
async function paused() {
  const camera = { picture: { fps: 25, gop: 200, seconds: 24 } };
  const classcast = await Classcast.start({ rooms: [{ id: ROOM, publish: 'on-demand', camera }], bin: BIN });
  try {
    return (await firstPackets(classcast, ROOM, TRIES)).sort((a, b) => a - b);
  } finally {
    Watcher.cleanup();
    await classcast.stop();
  }
}

const { costs, mbps } = await measure();
const waits = await paused();
const [median, worst] = [waits[Math.floor(waits.length / 2)], waits.at(-1)].map((ms) => rounded(ms, 1));
const machine = `${os.cpus()[0].model.trim()}, ${os.cpus().length} cores`;
if (options.json) {
  const named = costs.flatMap(({ name, cpu, rss }) => [
    [`${name.replace('-', '_')}_cpu_percent`, rounded(cpu, 2)],
    [`${name.replace('-', '_')}_memory_mb`, rounded(rss, 1)],
  ]);
  const first = { paused_first_packet_median_ms: median, paused_first_packet_max_ms: worst };
  const extra = {
    ...first,
    seconds: SECONDS,
    video_mbps: rounded(mbps, 2),
    cpu_limit_percent: CPU_LIMIT_PERCENT,
  };
  console.log(
    JSON.stringify({ machine, ...extra, memory_limit_mb: RSS_LIMIT_MB, ...Object.fromEntries(named) }),
  );
} else {
  const version = execFileSync('ffmpeg', ['-version'])
    .toString()
    .split('\n')[0]
    .split(' ')
    .slice(0, 3)
    .join(' ');
  console.log(`${machine}; ${version}; ${SECONDS} s at ${rounded(mbps, 2)} Mbit/s`);
  console.log(
    table(
      ['program', 'CPU %', 'MB'],
      costs.map((c) => [c.name, rounded(c.cpu, 2), rounded(c.rss, 1)]),
    ),
  );
  console.log(
    `First packet out of a paused room, ${waits.length} times, keyframes 8 s apart: median ${median} ms, longest ${worst} ms ` +
      `after the request (limit ${FIRST_PACKET_LIMIT_MS} ms).`,
  );
  console.log(`Limit for classcastd: ${CPU_LIMIT_PERCENT} % of a core, ${RSS_LIMIT_MB} MB.`);
}
process.exit();
