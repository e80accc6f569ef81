// SPDX-License-Identifier: MIT
// Recording in the browser itself: the file, what it says while it runs, and what happens when it is left.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openChromium } from '../support/browser.mjs';
import { packetTimes, pictureNumbers, probe } from '../support/recorder.mjs';
import { stage } from '../support/stage.mjs';
import { until } from '../support/wait.mjs';

const ROOM = 'room-101';
const LEAST_SECONDS = 4;

/** The browser's dialog cannot be driven: what it would give is a file of the browser's own. */
const PICKER = `window.showSaveFilePicker = async ({ suggestedName }) => {
  const folder = await navigator.storage.getDirectory();
  window.picked = await folder.getFileHandle('picked-' + suggestedName, { create: true });
  return window.picked;
};`;

describe('recording on this device', () => {
  const set = stage({
    rooms: [{ id: ROOM }],
    open: async (options) => {
      const browser = await openChromium(options);
      await browser.page.addInitScript('delete window.showSaveFilePicker');
      return browser;
    },
  });
  const page = () => set.wall.page;
  const mark = () => page().locator(set.wall.selector(ROOM, '.tile-run[data-run="local"]'));
  const dialog = (act) => page().click(`cc-record [data-act="${act}"]`);

  const start = async () => {
    await page().click(set.wall.selector(ROOM, '[data-act="record"]'));
    await dialog('local-start');
    await mark().waitFor();
  };
  const lasts = (seconds) =>
    until(
      `${seconds} s are recorded`,
      async () => {
        const [, minutes, rest] = /(\d+):(\d+), [\d.]+ [kM]B/.exec(await mark().textContent()) ?? [];
        return Number(minutes) * 60 + Number(rest) >= seconds;
      },
      { within: 60_000 },
    );
  const stop = async () => {
    await page().click(set.wall.selector(ROOM, '[data-act="record"]'));
    const coming = page().waitForEvent('download', { timeout: 60_000 });
    await dialog('local-stop');
    return (await coming).path();
  };

  test('the file has picture and sound, its duration, and can be sought in', async () => {
    await set.wall.open(ROOM);
    await set.wall.shows(ROOM);
    await start();
    await lasts(LEAST_SECONDS + 2);
    const file = await stop();
    await mark().waitFor({ state: 'detached' });
    const { format, video, audio } = await probe(file);
    assert.ok(video && audio, 'picture and sound');
    assert.ok(Number(format.duration) >= LEAST_SECONDS, `it lasts ${format.duration} s`);
    assert.ok(Number(format.duration) < 120, `it lasts ${format.duration} s`);
    const numbers = await pictureNumbers(file, video);
    const steps = numbers.slice(1).map((number, i) => number - numbers[i]);
    assert.ok(steps.filter((step) => step > 0).length > 0.9 * steps.length, `pictures advance: ${numbers}`);
    const [sought] = await packetTimes(file, 'v', `${LEAST_SECONDS - 1}%+#1`);
    assert.ok(sought > 0.5 && sought < LEAST_SECONDS, `seeking finds ${sought} s`);
    await until('it is said', async () =>
      /Saved as room-101_/.test(await page().textContent('[data-announcer]')),
    );
  });

  test('it is written to the chosen place as it runs', async () => {
    await page().evaluate(PICKER);
    await start();
    await lasts(2);
    await page().click(set.wall.selector(ROOM, '[data-act="record"]'));
    await dialog('local-stop');
    await mark().waitFor({ state: 'detached' });
    const size = await page().evaluate(async () => (await window.picked.getFile()).size);
    assert.ok(size > 10_000, `${size} bytes`);
    await page().evaluate(() => delete window.showSaveFilePicker);
  });

  test('the room goes on out of sight, and the browser warns before the page is left', async () => {
    await start();
    await page().click(set.wall.selector(ROOM, '.tile-name'));
    await page().waitForSelector('cc-room');
    await page().goBack();
    await page().waitForSelector('cc-wall');
    await lasts(2);
    let asked;
    page().on('dialog', async (leaving) => {
      asked = leaving.type();
      await leaving.dismiss();
    });
    await page().close({ runBeforeUnload: true });
    await until('the browser asks', () => asked === 'beforeunload');
    const file = await stop();
    assert.ok(Number((await probe(file)).format.duration) > 1);
  });

  test('closing the room completes the file', async () => {
    await start();
    await lasts(2);
    const coming = page().waitForEvent('download', { timeout: 60_000 });
    await page().click(set.wall.selector(ROOM, '[data-act="close"]'));
    assert.ok(Number((await probe(await (await coming).path())).format.duration) > 1);
  });
});
