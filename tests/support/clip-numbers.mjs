// SPDX-License-Identifier: MIT
// Which pictures of a simulated camera's clip a file holds, told by their bytes: nothing is decoded, so that even
// the files of many rooms are looked at in a second each.
import { clipOf } from './camera.mjs';
import { run } from './program.mjs';

/** Time in seconds and hash of every picture; parameter sets are left out, for each program repeats them its own way. */
async function pictures(file) {
  const words = '-map 0:v -c copy -bsf:v filter_units=pass_types=1-5 -f framehash -hash md5 -';
  const text = await run(['ffmpeg', '-v', 'error', '-i', file, ...words.split(' ')]);
  const [numerator, denominator] = text
    .match(/^#tb 0: (\d+)\/(\d+)$/m)
    .slice(1)
    .map(Number);
  const lines = text.split('\n').filter((line) => line && !line.startsWith('#'));
  return lines.map((line) => {
    const [, , time, , , hash] = line.split(',').map((word) => word.trim());
    return { time: (Number(time) * numerator) / denominator, hash };
  });
}

/** The pictures of one clip, known by their bytes. */
export class ClipNumbers {
  /** @param {string} bin folder of rtsp-camera @param {string} room @param {object} picture as the camera's */
  static async of(bin, room, picture) {
    const numbers = new ClipNumbers();
    const all = await pictures(await clipOf(bin, room, picture));
    numbers.length = all.length;
    numbers.known = new Map(all.map(({ hash }, number) => [hash, number]));
    return numbers;
  }

  /**
   * The pictures of a recording in order. `number` goes on from round to round of the clip and falls where a picture
   * comes again; it is undefined where the bytes are none of the clip's.
   * @returns {Promise<{time: number, number?: number}[]>}
   */
  async read(file) {
    let last;
    return (await pictures(file)).map(({ time, hash }) => {
      const number = this.known.get(hash);
      if (number === undefined) {
        return { time };
      }
      const ahead = last === undefined ? 0 : (number - (last % this.length) + this.length) % this.length;
      last = (last ?? this.length + number) + (ahead > this.length / 2 ? ahead - this.length : ahead);
      return { time, number: last };
    });
  }
}

/**
 * What is between the first and the last picture of `own`, compared with another file of the same camera.
 * `ahead`: roughly how many seconds later the other one begins.
 * @returns {{broken: number, repeated: number[], lost: number[], unsent: number[]}} `unsent`: the other one, which ran
 *   then, has it neither
 */
export function compare(own, other, { length, fps, ahead }) {
  const mine = own.map(({ number }) => number).filter((number) => number !== undefined);
  const has = new Set(mine);
  const shift = roundsBetween(own, other, { length, fps, ahead });
  const theirs = new Set(other.map(({ number }) => number + shift));
  const absent = [];
  for (let number = mine[0]; number < mine.at(-1); number++) {
    if (!has.has(number)) {
      absent.push(number);
    }
  }
  const [first, last] = [other[0]?.number + shift, other.at(-1)?.number + shift];
  const neither = (number) => number >= first && number <= last && !theirs.has(number);
  return {
    broken: own.length - mine.length,
    repeated: mine.slice(1).filter((number, i) => number <= mine[i]),
    lost: absent.filter((number) => !neither(number)),
    unsent: absent.filter(neither),
  };
}

/** Both count from a round of their own: by how many pictures the other's numbers must grow. */
function roundsBetween(own, other, { length, fps, ahead }) {
  if (other.length === 0) {
    return 0;
  }
  const expected = own[0].number + (ahead - own[0].time + other[0].time) * fps;
  return Math.round((expected - other[0].number) / length) * length;
}
