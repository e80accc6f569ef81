// SPDX-License-Identifier: MIT
// A hook that fails ends its file: some versions of Node.js do not run the hook that would have ended the programs.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { TOP } from '../support/classcast.mjs';
import { Program } from '../support/program.mjs';
import { until } from '../support/wait.mjs';

test('a file whose system does not come up fails, ends, and leaves no program behind', async () => {
  const env = { ...process.env };
  // Inside of a test, a runner would run nothing.
  delete env.NODE_TEST_CONTEXT;
  const file = path.join(TOP, 'tests/fixtures/failing-hook.mjs');
  const runner = new Program('runner', [process.execPath, '--test', '--test-reporter=tap', file], { env });
  runner.start();
  const [, pid] = await runner.said(/started (\d+)/, 60_000);
  await until('the runner has ended', () => !runner.running, { within: 60_000 });
  assert.notEqual(runner.status.code, 0);
  assert.match(runner.output, /it did not come up/);
  await until('the program has ended', () => !fs.existsSync(`/proc/${pid}`));
});
