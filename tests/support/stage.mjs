// SPDX-License-Identifier: MIT
// What most browser tests start from: a Classcast whose rooms are live, a browser, somebody signed in.
import { after, afterEach, before } from 'node:test';
import { openChromium } from './browser.mjs';
import { Classcast } from './classcast.mjs';
import { Wall } from './wall.mjs';

/** Long enough for a loaded machine; a test that hopes in vain shall not hold the others up. */
const BROWSER_TIMEOUT_MS = 15_000;

/**
 * Registers the hooks of the enclosing suite; the members are there once its tests run.
 * @param {{rooms: import('./classcast.mjs').Classroom[], media?: string, setUp?: 'done' | 'open', recorder?: boolean, open?: typeof openChromium}} options
 * @returns {{classcast: Classcast, browser: import('./browser.mjs').Browser, wall: Wall}}
 */
export function stage({ rooms, media, setUp, recorder, open = openChromium }) {
  const set = {};
  let failed = false;
  const start = async () => {
    set.classcast = await Classcast.start({ rooms, media, setUp, recorder });
    await set.classcast.allLive();
    set.browser = await open({ soundServer: set.classcast.microphones?.server });
    set.browser.page.setDefaultTimeout(BROWSER_TIMEOUT_MS);
    set.wall = new Wall(set.browser.page, set.classcast.url);
    await set.wall.signIn(set.classcast.user, set.classcast.password);
    // The rooms come by the event channel, a moment after the wall.
    for (const { id } of rooms) {
      await set.wall.page.waitForSelector(set.wall.selector(id));
    }
  };
  const end = async () => {
    await set.browser?.close();
    await set.classcast?.stop({ keep: failed });
    if (failed && set.classcast) {
      console.log(`The logs are in ${set.classcast.logs}.`);
    }
  };
  let ended;
  // Not every Node.js runs the hook of the end when this one has failed.
  before(() =>
    start().catch(async (error) => {
      failed = true;
      await (ended ??= end());
      throw error;
    }),
  );
  afterEach((context) => {
    failed ||= context.passed === false;
  });
  after(() => (ended ??= end()));
  return set;
}
