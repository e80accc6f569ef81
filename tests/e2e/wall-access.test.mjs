// SPDX-License-Identifier: MIT
// Every view of the wall in light and dark, judged by axe-core, and whether it fits a phone in every language.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { violationsInAllThemes } from '../support/axe.mjs';
import { tooWideForPhones } from '../support/narrow.mjs';
import { stage } from '../support/stage.mjs';

const ROOM = 'room-101';

describe('no view has an accessibility violation', () => {
  const set = stage({ rooms: [{ id: ROOM }] });
  const page = () => set.wall.page;
  const act = (name) => page().click(`cc-wall [data-act="${name}"]`);
  const tile = (inner) => set.wall.selector(ROOM, inner);

  before(async () => {
    for (const number of [201, 202, 203, 204, 205]) {
      await set.classcast.api.createRoom(`room-${number}`, `Room ${number}`);
    }
  });

  const views = {
    tiles: async () => {},
    pages: async () => {
      await act('view-options');
      await page().selectOption('[name="per-page"]', '4');
    },
    'nothing found': () => page().fill('[name="search"]', 'nowhere'),
    table: () => act('mode'),
    'table with an open room': async () => {
      await act('mode');
      await page().click(`tr[data-row="${ROOM}"] .row-button`);
      await page().waitForSelector(tile('video'));
    },
    'an open room with measurements and sound': async () => {
      await page().dblclick(tile('.stage-button'));
      await page().waitForSelector('cc-tile[data-size="full"][data-session="live"]');
      await page().keyboard.press('i');
      await page().keyboard.press('m');
      await page().waitForSelector('cc-stats [data-measure="codec"]');
    },
    'tour options': () => act('tour-options'),
    layouts: async () => {
      await act('layouts');
      await page().fill('[name="layout"]', 'Morning');
      await page().keyboard.press('Enter');
      await page().waitForSelector('[data-layout]');
    },
    groups: async () => {
      await act('view-options');
      await act('groups');
    },
    menu: () => page().click('[data-act="menu"]'),
    help: () => page().keyboard.press('?'),
  };

  for (const [name, show] of Object.entries(views)) {
    test(`${name}, light and dark, and on a phone in every language`, async () => {
      await page().emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      await set.wall.forget(set.classcast.api);
      await page().reload();
      await page().waitForSelector(tile());
      await show();
      assert.deepEqual(await violationsInAllThemes(page()), []);
      assert.deepEqual(await tooWideForPhones(page()), []);
    });
  }
});
