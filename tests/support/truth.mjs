// SPDX-License-Identifier: MIT
// The six-state truth: rooms are made to fail at random, and every tile is watched for a lie: LIVE, while the number in the
// picture itself stood still, or while the room is known to send nothing.
import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const WATCH = fs.readFileSync(fileURLToPath(new URL('truth.page.js', import.meta.url)), 'utf8');

/** What no tile may do for longer. */
export const LIE_AFTER_MS = 5_000;
const SAMPLE_MS = 250;
/** A page needs so long to know that the server is gone, and then no closed tile repeats its word. */
const BLIND_MS = 15_000;
/** A fault that is over for longer explains nothing. */
const RECENT_MS = 30_000;

/** Repeatable: the same seed gives the same faults. */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Each fault begins, gives its way back, and says which rooms send nothing meanwhile. */
const FAULTS = {
  'camera freezes': (set, room) => {
    const { camera } = set.classrooms.get(room);
    camera.freeze();
    return { rooms: [room], heal: () => camera.resume() };
  },
  'camera dies': async (set, room) => {
    const { camera } = set.classrooms.get(room);
    await camera.kill();
    return { rooms: [room], heal: () => camera.start() };
  },
  'classroom PC hangs': (set, room) => {
    const { daemon } = set.classrooms.get(room);
    daemon.kill('SIGSTOP');
    return { rooms: [room], heal: () => daemon.kill('SIGCONT') };
  },
  'classroom PC dies': async (set, room) => {
    const { daemon } = set.classrooms.get(room);
    daemon.kill('SIGKILL');
    await daemon.ended;
    return { rooms: [room], heal: () => daemon.start() };
  },
  'relay dies': async (set) => {
    set.relay.kill('SIGKILL');
    await set.relay.ended;
    return { rooms: [...set.classrooms.keys()], heal: () => set.relay.start() };
  },
  'server stops': async (set) => {
    await set.server.stop();
    return { rooms: [], heal: () => set.server.start() };
  },
};
const SHARED = new Set(['relay dies', 'server stops']);

/** One chain of faults after another until `until`. */
async function breakThings(classcast, log, rooms, random, untilMs, faults) {
  const names = Object.keys(FAULTS).filter((name) => faults === undefined || faults.includes(name));
  const alone = names.filter((name) => !SHARED.has(name));
  while (Date.now() < untilMs) {
    const chosen = rooms.shared ? names : alone;
    const name = chosen[Math.floor(random() * chosen.length)];
    const room = rooms.ids[Math.floor(random() * rooms.ids.length)];
    const fault = { name, room, rooms: [], from: Date.now(), to: undefined };
    log.push(fault);
    const { rooms: dark, heal } = await FAULTS[name](classcast, room);
    fault.rooms = dark;
    fault.from = Date.now();
    await delay(6_000 + random() * 6_000);
    fault.to = Date.now();
    await heal();
    await delay(2_000 + random() * 4_000);
  }
}

/** Closed tiles have no picture: they are judged by the faults that are known. */
async function judgeClosed(page, log, lies, untilMs) {
  while (Date.now() < untilMs) {
    const words = await page.evaluate('window.classcastTruth.words()');
    const blind = log.some(
      ({ name, from, to }) => name === 'server stops' && Date.now() - (to ?? Date.now()) < BLIND_MS && from,
    );
    for (const { room, state, at, open } of blind ? [] : words) {
      const dark = log.find((fault) => fault.to === undefined && fault.rooms.includes(room));
      const darkMs = dark === undefined ? 0 : at - dark.from;
      if (!open && state === 'live' && darkMs > LIE_AFTER_MS) {
        lies.push({ room, at, darkMs, fault: dark.name });
      }
    }
    await delay(SAMPLE_MS);
  }
}

/** The faults that a room had, or got over, in the half minute before. */
function faultsOf(log, room, at) {
  return log
    .filter(
      ({ rooms, from, to }) =>
        (rooms.length === 0 || rooms.includes(room)) && from <= at && at - (to ?? at) < RECENT_MS,
    )
    .map(({ name, from, to }) => ({ name, beganMs: at - from, healedMs: to && at - to }));
}

/**
 * Injects faults for `durationMs`; the wall shows all rooms, `open` of them playing.
 * @returns {Promise<{samples: number, faults: number, byName: Record<string, number>, lies: object[], count: number, closedLies: object[]}>}
 */
export async function tellTruth({ classcast, wall, durationMs, open, seed = 1, chains = 2, faults }) {
  const ids = [...classcast.classrooms.keys()];
  const random = randomOf(seed);
  for (const room of open) {
    await wall.open(room);
  }
  for (const room of open) {
    await wall.shows(room, { count: 3, within: 40_000 });
  }
  await wall.page.evaluate(WATCH);
  await wall.page.evaluate(`window.classcastTruth.start(${SAMPLE_MS}, ${LIE_AFTER_MS})`);
  const untilMs = Date.now() + durationMs;
  const log = [];
  const closedLies = [];
  // Each chain has rooms of its own, so that no fault is healed by another's.
  const parts = Array.from({ length: chains }, (_, chain) => ({
    shared: chain === 0,
    ids: ids.filter((id, index) => index % chains === chain),
  }));
  await Promise.all([
    ...parts.map((rooms) => breakThings(classcast, log, rooms, random, untilMs, faults)),
    judgeClosed(wall.page, log, closedLies, untilMs),
  ]);
  const result = await wall.page.evaluate('window.classcastTruth.result()');
  await wall.page.evaluate('window.classcastTruth.stop()');
  const byName = {};
  for (const { name } of log) {
    byName[name] = (byName[name] ?? 0) + 1;
  }
  const { samples, count } = result;
  const lies = result.lies.map((lie) => ({ ...lie, faults: faultsOf(log, lie.room, lie.at) }));
  return { samples, faults: log.length, byName, lies, count, closedLies };
}
