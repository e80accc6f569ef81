// SPDX-License-Identifier: MIT
// Which pictures of a simulated camera's clip a viewer's RTP packets carry (RFC 6184), told by their bytes.
import crypto from 'node:crypto';

const SINGLE_MAX = 23;
const STAP_A = 24;
const FU_A = 28;
const FU_START = 0x80;
const MARKER = 0x80;
const IDR = 5;
const START_CODE = Buffer.of(0, 0, 0, 1);
const typeOf = (unit) => unit[0] & 0x1f;
const isSlice = (unit) => typeOf(unit) >= 1 && typeOf(unit) <= IDR;

/** The payload of an RTP packet (RFC 3550 §5.1). */
function payloadOf(packet) {
  let at = 12 + 4 * (packet[0] & 0x0f);
  if (packet[0] & 0x10) {
    at += 4 + 4 * packet.readUInt16BE(at + 2);
  }
  return packet.subarray(at, packet.length - (packet[0] & 0x20 ? packet.at(-1) : 0));
}

/** @returns {Buffer[]} of RFC 6184 §5.7.1 */
function aggregated(payload) {
  const units = [];
  for (let at = 1; at + 2 < payload.length;) {
    const end = at + 2 + payload.readUInt16BE(at);
    units.push(payload.subarray(at + 2, end));
    at = end;
  }
  return units;
}

/** One coded picture after another, out of payloads that lie in order. */
class Assembly {
  constructor(clip) {
    Object.assign(this, { clip, units: [] });
  }

  unpack(payload) {
    const type = typeOf(payload);
    if (type <= SINGLE_MAX) {
      this.units.push(payload);
    } else if (type === STAP_A) {
      this.units.push(...aggregated(payload));
    } else if (type === FU_A && payload[1] & FU_START) {
      const head = Buffer.of((payload[0] & 0xe0) | (payload[1] & 0x1f));
      this.units.push(Buffer.concat([head, payload.subarray(2)]));
    } else if (type === FU_A) {
      this.units.push(Buffer.concat([this.units.pop() ?? Buffer.alloc(0), payload.subarray(2)]));
    }
  }

  /** @returns {{number?: number, keyframe: boolean} | undefined} */
  finish() {
    const slices = this.units.filter(isSlice);
    this.units = [];
    if (slices.length === 0) {
      return undefined;
    }
    // As clip-numbers.mjs has them of ffmpeg: behind start codes, the first of which is the longer one.
    const coded = slices.flatMap((slice, i) => [START_CODE.subarray(i === 0 ? 0 : 1), slice]);
    const hash = crypto.createHash('md5').update(Buffer.concat(coded)).digest('hex');
    return { number: this.clip.known.get(hash), keyframe: typeOf(slices[0]) === IDR };
  }
}

export class WirePictures {
  /** @param {import('./clip-numbers.mjs').ClipNumbers} clip */
  constructor(clip) {
    this.clip = clip;
    this.packets = new Map();
    /** How many pictures have ended. */
    this.count = 0;
  }

  /** @param {Buffer} packet RTP, in any order */
  take(packet) {
    const number = packet.readUInt16BE(2);
    this.newest ??= number;
    const ahead = ((number - this.newest) << 16) >> 16;
    this.packets.set(this.newest + ahead, packet);
    this.newest = Math.max(this.newest, this.newest + ahead);
    this.count += packet[1] & MARKER ? 1 : 0;
  }

  /**
   * Those that ended, in order. `torn`: packets are missing in it or between it and the picture before, which a decoder sees
   * as well.
   * @returns {{number?: number, keyframe: boolean, torn: boolean}[]}
   */
  list() {
    const found = [];
    const assembly = new Assembly(this.clip);
    let torn = false;
    let last;
    for (const number of [...this.packets.keys()].sort((a, b) => a - b)) {
      const packet = this.packets.get(number);
      const payload = payloadOf(packet);
      torn ||= last !== undefined && number !== last + 1;
      last = number;
      if (payload.length > 0) {
        assembly.unpack(payload);
      }
      const picture = packet[1] & MARKER ? assembly.finish() : undefined;
      if (picture) {
        found.push({ ...picture, torn });
        torn = false;
      }
    }
    return found;
  }
}

/**
 * The numbers around each picture that leans on one which is not there although no packet is missing, so that no decoder can
 * know it.
 * @param {ReturnType<WirePictures['list']>} pictures @param {number} length the clip's
 */
export function smears(pictures, length) {
  const found = [];
  let excused = true;
  pictures.forEach(({ number, keyframe, torn }, i) => {
    excused = (excused || torn) && (torn || !keyframe);
    const joins = keyframe || number === (pictures[i - 1]?.number + 1) % length;
    if (!excused && (number === undefined || !joins)) {
      found.push(pictures.slice(Math.max(0, i - 5), i + 1).map((each) => each.number));
    }
  });
  return found;
}
