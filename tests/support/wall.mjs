// SPDX-License-Identifier: MIT
// The viewer's pages as a person uses them, with Playwright's or Puppeteer's page, and what is seen and heard there.
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { roomCode } from './stamp.mjs';
import { until } from './wait.mjs';

const PROBE = fs.readFileSync(fileURLToPath(new URL('probe.page.js', import.meta.url)), 'utf8');

/**
 * @typedef {object} Frame one presented frame of a tile
 * @property {number} at Unix milliseconds when it was presented
 * @property {number} presented the browser's count of frames
 * @property {number} [code] the room's code in the stamp; absent when the stamp could not be read
 * @property {number} [value] the frame's number, or the wall clock's milliseconds
 */

export class Wall {
  /** @param {any} page @param {string} url */
  constructor(page, url) {
    this.page = page;
    this.url = url;
  }

  async signIn(name, password) {
    await this.page.goto(this.url);
    await this.page.waitForSelector('input[name="name"]');
    await this.page.click('input[name="name"]');
    await this.page.keyboard.type(name);
    await this.page.click('input[name="password"]');
    await this.page.keyboard.type(password);
    await this.page.keyboard.press('Enter');
    await this.page.waitForSelector('cc-wall, [data-screen="set-up"]');
    await this.prepare();
    return this;
  }

  /** Readies a page that shows the wall for open(), shows() and sounds(). */
  async prepare() {
    await this.page.evaluate(PROBE);
  }

  /**
   * Forgets what this browser and the server keep of the person's wall; the page has to be loaded anew.
   * @param {import('./api.mjs').Api} api
   * @param {string} [settings] of the device, in place of those that are there
   */
  async forget(api, settings) {
    const sent = () => document.querySelector('cc-app')?.model?.workspace?.document?.unsent === undefined;
    await until('what was chosen is kept', () => this.page.evaluate(sent));
    await api.expect(204, 'PUT', '/account/documents/wall', {});
    await this.page.evaluate((kept) => {
      localStorage.clear();
      if (kept) {
        localStorage.setItem('classcast.settings', kept);
      }
    }, settings);
  }

  selector(room, inner = '') {
    return `cc-tile[data-room="${room}"] ${inner}`.trim();
  }

  /** The tile's data-* attributes, or undefined when there is no such tile. */
  tile(room) {
    const read = (selector) => {
      const element = document.querySelector(selector);
      return element ? { ...element.dataset } : undefined;
    };
    return this.page.evaluate(read, this.selector(room));
  }

  /** Waits until the tile says `state`. */
  async says(room, state, within = 20_000) {
    const seen = new Set();
    const reached = async () => {
      const tile = await this.tile(room);
      seen.add(tile?.state);
      return tile?.state === state;
    };
    const what = `tile ${room} says ${state}`;
    await until(what, reached, { within, every: 50 }).catch((error) => {
      throw new Error(`${error.message}; it said ${[...seen].join(', ')}`);
    });
  }

  /** Clicks the tile; frames are noted from then on. Gives the time of the click. */
  async open(room) {
    await this.page.waitForSelector(this.selector(room, '.stage-button'));
    const click = ([selector, id]) => {
      window.classcastProbe.watch(id);
      document.querySelector(selector).click();
      return Date.now();
    };
    return this.page.evaluate(click, [this.selector(room, '.stage-button'), room]);
  }

  async close(room) {
    await this.page.evaluate((id) => window.classcastProbe.unwatch(id), room);
    await this.page.evaluate(
      (selector) => document.querySelector(selector).click(),
      this.selector(room, '[data-act="close"]'),
    );
  }

  /** @returns {Promise<Frame[]>} */
  frames(room) {
    return this.page.evaluate((id) => window.classcastProbe.frames(id), room);
  }

  /** Waits for `count` frames presented after `since` that carry the room's own code. */
  async shows(room, { count = 1, since = 0, within = 20_000 } = {}) {
    const code = roomCode(room);
    const own = async () => {
      const frames = (await this.frames(room)).filter((frame) => frame.at >= since && frame.code === code);
      return frames.length >= count && frames;
    };
    return until(`${count} frames of ${room} are shown`, own, { within, every: 50 });
  }

  /** The loudest tone of the tile's sound: {hertz, lead (dB over everything else), level (dBFS)}. */
  tone(room) {
    return this.page.evaluate((id) => window.classcastProbe.tone(id), room);
  }

  /** Waits until the tile's sound is this room's tone. */
  async sounds(room, hertz, within = 20_000) {
    let heard;
    const own = async () => {
      heard = await this.tone(room);
      return heard && isTone(heard, hertz) && heard;
    };
    return until(`${room} sounds at ${hertz} Hz`, own, { within, every: 200 }).catch((error) => {
      throw new Error(`${error.message}; last heard ${JSON.stringify(heard)}`);
    });
  }
}

const TONE_TOLERANCE_HZ = 6;
const TONE_LEAD_DB = 15;
const TONE_LEVEL_DBFS = -40;

/** Is what was heard clearly this tone and nothing else? */
export function isTone(heard, hertz) {
  const near = Math.abs(heard.hertz - hertz) <= TONE_TOLERANCE_HZ;
  return near && heard.lead >= TONE_LEAD_DB && heard.level >= TONE_LEVEL_DBFS;
}

/** The longest time without a new frame, in ms; `from` and `to` bound the time looked at. */
export function longestGap(frames, from, to) {
  const times = [from, ...frames.map((frame) => frame.at).filter((at) => at > from && at < to), to];
  return Math.max(...times.slice(1).map((at, i) => at - times[i]));
}
