// SPDX-License-Identifier: MIT
// axe-core's verdict on what a page shows now.
import fs from 'node:fs';
import { createRequire } from 'node:module';

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What is wrong, one line per rule; empty when nothing is. */
export async function violations(page) {
  await page.evaluate(AXE);
  const result = await page.evaluate(`axe.run(document, { runOnly: ${JSON.stringify(RULES)} })`);
  return result.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map((node) => node.html)
        .slice(0, 3)
        .join(' ')}`,
  );
}

/** The same in the light and in the dark theme, of a page that follows the device's wish. */
export async function violationsInAllThemes(page) {
  const found = [];
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.waitForSelector(`:root[data-theme="${colorScheme}"]`, { state: 'attached' });
    found.push(...(await violations(page)).map((text) => `${colorScheme}: ${text}`));
  }
  return found;
}
