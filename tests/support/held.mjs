// SPDX-License-Identifier: MIT
// A server whose answers are late: a page of the browser in which they wait until they are let go, and what moves when they come.
const BEFORE = /\/api\/v1\/(session|setup|account\/documents)/;

/** Runs in the page before anything else. */
function noteShifts() {
  window.shifts = [];
  const note = ({ value, sources }) =>
    window.shifts.push({ value, of: sources.map(({ node }) => node?.className || node?.nodeName).join(' ') });
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({
    type: 'layout-shift',
    buffered: true,
  });
}

/** Answers of the interface and words of the event channel wait while `hold()` holds; who is signed in is told at once. */
export async function heldPage(browser) {
  const page = await browser.newPage();
  let waiting;
  const turn = () => new Promise((resolve) => (waiting ? waiting.push(resolve) : resolve()));
  await page.addInitScript(noteShifts);
  await page.route('**/api/v1/**', async (route) => {
    if (!BEFORE.test(route.request().url())) {
      await turn();
    }
    await route.continue();
  });
  await page.routeWebSocket(/\/ws$/, (socket) => {
    const server = socket.connectToServer();
    let last = Promise.resolve();
    server.onMessage((message) => {
      last = Promise.all([last, turn()]).then(() => socket.send(message));
    });
  });
  return {
    page,
    hold: () => (waiting = []),
    letGo: () => {
      const all = waiting ?? [];
      waiting = undefined;
      all.forEach((go) => go());
    },
    /** What has moved so far: the browser's own measure, 0 when nothing did, and the parts that did. */
    shifts: async () => {
      const all = await page.evaluate(() => window.shifts);
      return {
        sum: all.reduce((sum, { value }) => sum + value, 0),
        of: all.map(({ value, of }) => `${value.toFixed(3)} ${of}`).join('; '),
      };
    },
  };
}

/** Place and size of every tile, or of what waits in its place. */
export function tileBoxes(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll('cc-tile, .waiting-tile')].map((tile) => {
      const { x, y, width, height } = tile.getBoundingClientRect();
      return [x, y, width, height].map(Math.round).join();
    }),
  );
}
