// SPDX-License-Identifier: MIT
// The part of scripts/demo after the build: starts everything, says where to look, or checks it.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openChromium } from './browser.mjs';
import { checkRooms } from './check.mjs';
import { Classcast } from './classcast.mjs';
import { listensOn } from './ports.mjs';
import { rounded, table } from './table.mjs';
import { Meter } from './usage.mjs';
import { Wall } from './wall.mjs';

const USUAL_PORT = 8443;
const MAX_ROOMS = 100;
/** Every room can be rewound, so that there is something to see. */
const REWIND_MINUTES = '15';
const began = Number(process.env.CLASSCAST_DEMO_BEGAN ?? Date.now());

const say = (text) => console.log(`[${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s] ${text}`);

function options() {
  const { values } = parseArgs({
    options: {
      rooms: { type: 'string', default: '3' },
      mic: { type: 'string' },
      port: { type: 'string' },
      media: { type: 'string', default: '127.0.0.1' },
      check: { type: 'boolean', default: false },
    },
  });
  const rooms = Number(values.rooms);
  if (!Number.isInteger(rooms) || rooms < 1 || rooms > MAX_ROOMS) {
    throw new Error(`--rooms takes a number from 1 to ${MAX_ROOMS}, not "${values.rooms}"`);
  }
  // The address may hold a password, so it does not come by argv, and goes no further by the environment.
  const { CLASSCAST_DEMO_CAMERA: camera, CLASSCAST_DEMO_PASSWORD: password } = process.env;
  delete process.env.CLASSCAST_DEMO_CAMERA;
  delete process.env.CLASSCAST_DEMO_PASSWORD;
  return { ...values, rooms, camera, password };
}

/** The user's own camera and microphone as one classroom. */
function ownRoom(camera, password, microphone = 'none') {
  const url = new URL(camera);
  const room = { id: 'room-101', name: 'My room', microphone };
  if (url.username) {
    room.cameraUser = decodeURIComponent(url.username);
    room.cameraPassword = password ?? decodeURIComponent(url.password);
  }
  url.username = '';
  url.password = '';
  return { ...room, cameraUrl: url.href };
}

function roomsOf({ rooms, camera, password, mic }) {
  if (camera) {
    return [ownRoom(camera, password, mic)];
  }
  return Array.from({ length: rooms }, (_, i) => ({ id: `room-${101 + i}`, name: `Room ${101 + i}` }));
}

async function portOf({ port }) {
  if (port !== undefined) {
    return Number(port);
  }
  // Somebody else's port is left alone: undefined chooses a free one.
  return (await listensOn(USUAL_PORT)) ? undefined : USUAL_PORT;
}

function report(findings, costs) {
  const rows = findings.map((f) => [
    f.room,
    rounded(f.fps, 1),
    rounded(f.firstFrameMs),
    f.expectedHz,
    rounded(f.heardHz, 1),
    rounded(f.levelDbfs, 1),
    f.faults.length === 0 ? 'ok' : 'FAILED',
  ]);
  console.log(`\n${table(['room', 'frames/s', 'first frame ms', 'tone Hz', 'heard Hz', 'dBFS', ''], rows)}`);
  const cost = costs.map((c) => [c.name, c.processes, rounded(c.cpu, 1), rounded(c.rss)]);
  console.log(`\n${table(['program', 'processes', 'CPU %', 'MB'], cost)}`);
  console.log(
    'CPU in per cent of one core while rooms were opened and closed; MB resident, shared pages counted again.',
  );
  for (const finding of findings) {
    finding.faults.forEach((fault) => console.log(`FAILED ${finding.room}: ${fault}`));
  }
}

async function check(classcast) {
  await classcast.allLive();
  say('all rooms are live');
  const browser = await openChromium();
  try {
    const wall = await new Wall(browser.page, classcast.url).signIn(classcast.user, classcast.password);
    say('signed in with Chromium');
    const meter = new Meter({ ...classcast.processes(), 'chromium (the viewer)': browser.pids() });
    const findings = await checkRooms(wall, classcast, say);
    report(findings, meter.stop());
    return findings.every((finding) => finding.faults.length === 0) ? 0 : 1;
  } finally {
    await browser.close();
  }
}

function invite(classcast) {
  const loopback = classcast.media.startsWith('127.');
  const firefox = 'Firefox takes no media from the loopback interface: for it, start with --media 0.0.0.0.\n';
  console.log(`
Classcast is running.

  address   ${classcast.url}/
  name      ${classcast.user}
  password  ${classcast.password}

The certificate was made just now, so the browser asks once whether to trust it.
${loopback ? firefox : ''}Logs are in ${classcast.logs}. Ctrl-C ends everything and removes all of it.`);
}

/** Says so when a program ends that nobody asked to, until `done`. */
function watchOver(classcast, done) {
  let over = false;
  done.then(() => (over = true));
  const programs = [
    classcast.server,
    classcast.relay,
    classcast.recorder,
    ...[...classcast.classrooms.values()].map((c) => c.daemon),
  ];
  for (const program of programs) {
    const ended = ({ code, signal }) => say(`${program.name} ended (${signal ?? `exit code ${code}`})`);
    program.ended.then((status) => over || ended(status));
  }
}

async function main() {
  const wanted = options();
  const interrupted = new Promise((resolve) => {
    ['SIGINT', 'SIGTERM', 'SIGHUP'].forEach((signal) => process.once(signal, () => resolve(130)));
  });
  const classcast = new Classcast({
    rooms: roomsOf(wanted),
    port: await portOf(wanted),
    media: wanted.media,
    recorder: true,
    progress: say,
  });
  // Also when something below throws, or a second Ctrl-C comes.
  process.on('exit', () => fs.rmSync(classcast.dir, { recursive: true, force: true }));
  const work = async () => {
    await classcast.run();
    await classcast.api.expect(200, 'PATCH', '/settings', { 'rewind.default_minutes': REWIND_MINUTES });
    if (wanted.check) {
      return check(classcast);
    }
    invite(classcast);
    watchOver(classcast, interrupted);
    return interrupted;
  };
  let failed = true;
  try {
    process.exitCode = await Promise.race([work(), interrupted]);
    failed = process.exitCode === 1;
  } finally {
    if (failed) {
      keepLogs(classcast);
    }
    await classcast.stop();
    say('stopped');
  }
}

/** What went wrong must be readable afterwards. */
function keepLogs(classcast) {
  const kept = path.join(process.env.CLASSCAST_DEMO_LOGS ?? '.', 'demo');
  fs.rmSync(kept, { recursive: true, force: true });
  fs.cpSync(classcast.logs, kept, { recursive: true });
  console.log(`The programs' logs are in ${kept}.`);
}

main().then(
  () => process.exit(),
  (error) => {
    console.error(`scripts/demo: ${error.message}`);
    process.exit(1);
  },
);
