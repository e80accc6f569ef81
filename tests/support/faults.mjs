// SPDX-License-Identifier: MIT
// The fault matrix: what goes wrong in a school, done to real programs; how soon the tile and the journal say so, and
// how soon the room is live again by itself.
import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { until } from './wait.mjs';

export const ROOM = 'room-101';
const DETECT_WITHIN = 30_000;
const RECOVER_WITHIN = 60_000;
const TONE_BLOCK = Buffer.alloc(9600);
const TONE_EVERY_MS = 100;

/** Silence with the microphone plugged in: zeros instead of the tone, until `heal`. */
function silence(world) {
  const { microphones } = world.classcast;
  world.healers = [];
  return microphones.feeder.stop().then(() => {
    const fifo = fs.openSync(microphones.fifo(ROOM), 'r+');
    const timer = setInterval(() => fs.write(fifo, TONE_BLOCK, () => {}), TONE_EVERY_MS);
    world.healers.push(() => {
      clearInterval(timer);
      fs.closeSync(fifo);
      microphones.feeder.start();
    });
  });
}

/** The camera comes back as another one, at the same address. */
async function becomes(world, options) {
  const { camera } = world.room;
  await camera.kill();
  camera.options = { ...world.cameraOptions, ...options };
  await camera.start();
}

async function sameCamera(world) {
  await becomes(world, {});
}

const each = (programs, signal) => programs.forEach((program) => program.kill(signal));

/**
 * `says`: the journal; `tile`: what the server calls the room, when it can (`cutTile`: after a long cut); `slow`: not in
 * every test run.
 * @type {{name: string, says: RegExp, tile?: string, cutTile?: string, cut?: boolean, slow?: boolean, hurt: Function, heal: Function}[]}
 */
export const FAULTS = [
  {
    name: 'camera changes to H.265',
    says: /camera: camera closed the connection/,
    hurt: (world) => becomes(world, { picture: { ...world.cameraOptions.picture, codec: 'h265' } }),
    heal: () => {},
  },
  {
    name: 'camera killed',
    slow: true,
    says: /camera: camera 127.0.0.1 refuses connections/,
    tile: 'offline',
    hurt: (world) => world.room.camera.kill(),
    heal: (world) => world.room.camera.start(),
  },
  {
    name: 'camera frozen',
    says: /camera: camera is connected, but its picture has stopped/,
    tile: 'stale',
    hurt: (world) => world.room.camera.freeze(),
    heal: (world) => world.room.camera.resume(),
  },
  {
    name: 'camera asks for a password',
    slow: true,
    says: /camera asks for a user name and password/,
    tile: 'offline',
    hurt: (world) => becomes(world, { user: 'admin', password: 'secret' }),
    heal: sameCamera,
  },
  {
    name: 'keyframes 10 s apart',
    says: /camera sends a keyframe only every 10 s/,
    slow: true,
    hurt: (world) => becomes(world, { picture: { seconds: 20, gop: 100 } }),
    heal: sameCamera,
  },
  {
    name: 'microphone unplugged',
    says: /microphone: .*room-101-mic/,
    tile: 'no_audio',
    hurt: (world) => world.classcast.microphones.unload(ROOM),
    heal: async ({ classcast }) => {
      await classcast.microphones.feeder.stop();
      await classcast.microphones.load(ROOM);
      classcast.microphones.feeder.start();
    },
  },
  {
    name: 'microphone silent',
    says: /microphone is silent: below -60 dBFS/,
    tile: 'no_audio',
    hurt: silence,
    heal: (world) => world.healers.forEach((heal) => heal()),
  },
  {
    name: 'sound server restarted',
    says: /microphone: (the sound server|no sound server answers)/,
    tile: 'no_audio',
    hurt: ({ classcast }) => classcast.microphones.stop(),
    heal: ({ classcast }) => classcast.microphones.start(),
  },
  {
    name: 'relay gone',
    says: /uplink: (the relay has forgotten|.*relay is not running|nothing comes back)/,
    cutTile: 'offline',
    cut: true,
    hurt: ({ classcast }) => classcast.relay.stop(),
    heal: async ({ classcast }) => {
      classcast.relay.start();
      await classcast.relayReady();
    },
  },
  {
    name: 'server gone',
    says: /server: .*media go on/,
    cut: true,
    hurt: ({ classcast }) => classcast.server.stop(),
    heal: ({ classcast }) => classcast.server.start(),
  },
  {
    // Server and relay say nothing any more, as behind a cable that was pulled: connections stay open, nothing answers.
    name: 'network silent',
    says: /uplink: nothing comes back|server: .*media go on/,
    cut: true,
    hurt: ({ classcast }) => each([classcast.relay, classcast.server], 'SIGSTOP'),
    heal: ({ classcast }) => each([classcast.relay, classcast.server], 'SIGCONT'),
  },
];

/** How long a step took, in seconds. */
async function timed(work) {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

// A shorter cut may be over before it counts as one: then nothing needs to be said.
const SHORT_CUT_SECONDS = 12;

/** After what time journal and tile told it, and that the cut has lasted as long as it should. */
async function told(world, fault, cutSeconds, news) {
  const said = timed(() =>
    until(`the journal says ${fault.says}`, () => fault.says.test(news()), { within: DETECT_WITHIN }),
  );
  said.catch(() => {});
  const short = fault.cut && cutSeconds < SHORT_CUT_SECONDS;
  const state = fault.tile ?? (short ? undefined : fault.cutTile);
  const shown = state && timed(() => world.classcast.becomes(ROOM, state, DETECT_WITHIN));
  shown?.catch(() => {});
  const held = delay(cutSeconds * 1000);
  const journal = short && cutSeconds > 0 ? await Promise.race([said, held]) : await said;
  const tile = await shown;
  await held;
  return { journal, tile, state };
}

/** Does it, waits until it is told, heals it, waits until the room is live: one row of the table. */
export async function endure(world, fault, cutSeconds = 0) {
  const { classcast, room } = world;
  const seen = room.daemon.errors.length;
  const news = () => room.daemon.errors.slice(seen);
  await fault.hurt(world);
  let saw;
  try {
    saw = await told(world, fault, cutSeconds, news);
  } finally {
    await fault.heal(world);
  }
  // LIVE may be a word from before the fault; pictures that arrive at the relay are not.
  let frames;
  const live = async () => {
    const before = frames;
    const status = await classcast.relayStatus().catch(() => undefined);
    frames = status?.rooms?.[0]?.publisher?.video?.frames;
    const state = (await classcast.api.room(ROOM).catch(() => undefined))?.state;
    return state === 'live' && before !== undefined && frames > before;
  };
  const recovered = await timed(() =>
    until(`live after: ${fault.name}`, live, { within: RECOVER_WITHIN, every: 100 }),
  );
  const line = news()
    .split('\n')
    .find((text) => fault.says.test(text));
  return { name: fault.name, cut: cutSeconds, ...saw, recovered, line: line?.slice(13, 110) };
}

/** Rooms whose faults are told soon: two seconds of silence are enough here. */
export const ROOMS = [{ id: ROOM, silenceAfter: '2s', camera: { picture: { seconds: 4 } } }];

export function worldOf(classcast) {
  const room = classcast.classrooms.get(ROOM);
  return { classcast, room, cameraOptions: room.camera.options };
}

export const HEAD = ['fault', 'for s', 'journal after s', 'tile', 'after s', 'live again after s', 'journal'];
export function rowOf(row) {
  const seconds = (value) => (value === undefined ? '' : value.toFixed(1));
  return [
    row.name,
    row.cut || '',
    seconds(row.journal),
    row.state ?? '',
    seconds(row.tile),
    seconds(row.recovered),
    row.line ?? '',
  ];
}
