// SPDX-License-Identifier: MIT
// The checklist is complete: each of its rows has a test whose title begins with its number.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const ROWS = 25;

test('every row of the WHIP and WHEP checklist has a test', () => {
  const titles = fs
    .readdirSync(HERE)
    .filter((name) => name.endsWith('.test.mjs'))
    .flatMap((name) => [...fs.readFileSync(path.join(HERE, name), 'utf8').matchAll(/^test\('([\d, ]+):/gm)])
    .flatMap((match) => match[1].split(',').map(Number));
  const missing = Array.from({ length: ROWS }, (_, index) => index + 1).filter(
    (row) => !titles.includes(row),
  );
  assert.deepEqual(missing, []);
});
