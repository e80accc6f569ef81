// SPDX-License-Identifier: MIT
// The proof that a principal sees and hears each room: opens its tile, reads stamps and tone, closes it.
import { setTimeout as delay } from 'node:timers/promises';
import { roomCode } from './stamp.mjs';
import { until } from './wait.mjs';

const WATCH_MS = 3000;
const TILES_AT_ONCE = 4;
const DISTINCT_FRAMES = 8;
const PICTURE_LIMIT_MS = 25_000;
const DIGITAL_SILENCE_DBFS = -110;

/**
 * @typedef {object} Finding
 * @property {string} room
 * @property {string[]} faults empty when all is well
 * @property {number} [firstFrameMs] from the click to the first frame presented
 * @property {number} [fps]
 * @property {number} [expectedHz]
 * @property {number} [heardHz]
 * @property {number} [levelDbfs]
 */

/** Frames of the clip that were seen, in the right room's name; what is wrong with them. */
function judgeFrames(room, frames, simulated) {
  const faults = [];
  if (simulated) {
    const code = roomCode(room);
    const strangers = frames.filter((frame) => frame.code !== undefined && frame.code !== code).length;
    const unreadable = frames.filter((frame) => frame.code === undefined).length;
    if (strangers > 0) {
      faults.push(`${strangers} frames carry another room's code`);
    }
    if (unreadable > frames.length / 10) {
      faults.push(`the code of ${unreadable} of ${frames.length} frames cannot be read`);
    }
  }
  const distinct = new Set(frames.map((frame) => (simulated ? frame.value : frame.presented))).size;
  if (distinct < DISTINCT_FRAMES) {
    faults.push(`only ${distinct} different frames in ${WATCH_MS / 1000} s`);
  }
  return faults;
}

/** A simulated microphone's tone, or any sound of a real one; nothing where there is no microphone. */
async function hear(wall, room, { hertz, hasMicrophone }) {
  if (!hasMicrophone) {
    return { faults: [] };
  }
  if (hertz === undefined) {
    const heard = await wall.tone(room);
    return { faults: heard?.level > DIGITAL_SILENCE_DBFS ? [] : ['no sound arrives'], heard };
  }
  try {
    return { faults: [], heard: await wall.sounds(room, hertz, 10_000) };
  } catch (error) {
    return { faults: [error.message], heard: await wall.tone(room) };
  }
}

/** @returns {Promise<Finding>} */
async function look(wall, classcast, room) {
  const classroom = classcast.classrooms.get(room);
  const simulated = classroom.camera !== undefined;
  const clicked = await wall.open(room);
  const shown = async () => (await wall.frames(room)).length > 0;
  try {
    await until('a picture', shown, { within: PICTURE_LIMIT_MS });
  } catch (error) {
    const tile = await wall.tile(room);
    return { room, faults: [error.message, `the tile says ${JSON.stringify(tile)}`] };
  }
  const [first] = await wall.frames(room);
  const since = Date.now();
  await delay(WATCH_MS);
  const frames = (await wall.frames(room)).filter((frame) => frame.at >= since);
  const sound = await hear(wall, room, classroom);
  await wall.close(room);
  return {
    room,
    faults: [...judgeFrames(room, frames, simulated), ...sound.faults],
    firstFrameMs: first.at - clicked,
    fps: frames.length / (WATCH_MS / 1000),
    expectedHz: classroom.hertz,
    heardHz: sound.heard?.hertz,
    levelDbfs: sound.heard?.level,
  };
}

/**
 * Looks at every room, a few at a time as a person would.
 * @returns {Promise<Finding[]>}
 */
export async function checkRooms(wall, classcast, progress = () => {}) {
  const rooms = classcast.rooms.map((room) => room.id);
  const findings = [];
  for (let i = 0; i < rooms.length; i += TILES_AT_ONCE) {
    const batch = rooms.slice(i, i + TILES_AT_ONCE);
    findings.push(...(await Promise.all(batch.map((room) => look(wall, classcast, room)))));
    progress(`checked  ${Math.min(i + TILES_AT_ONCE, rooms.length)} of ${rooms.length} rooms`);
  }
  return findings;
}
