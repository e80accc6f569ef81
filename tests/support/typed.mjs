// SPDX-License-Identifier: MIT
// A command that asks, at a terminal of its own on a machine, and somebody who answers what it asks.
import { spawn } from 'node:child_process';
import { until } from './wait.mjs';

/**
 * Runs a shell command to its end; what the terminal showed. It must succeed.
 * @param {import('./machine.mjs').Machine} machine
 * @param {string} command
 * @param {[RegExp, string][]} answers questions in the order in which they come, and what is typed then
 */
export async function typed(machine, command, answers, within = 300_000) {
  const [program, ...words] = machine.command(
    'script',
    '--quiet',
    '--return',
    '--flush',
    '--command',
    command,
    '/dev/null',
  );
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  let shown = '';
  let status;
  child.stdout.setEncoding('utf8').on('data', (text) => (shown += text));
  child.on('close', (code) => (status = code));
  let seen = 0;
  try {
    for (const [question, answer] of answers) {
      const asked = () => {
        if (status !== undefined) {
          throw new Error(`${command} ended (${status}) before it asked ${question}: ${shown.slice(-2000)}`);
        }
        return question.exec(shown.slice(seen));
      };
      const found = await until(`${command} asks ${question}`, asked, { within });
      seen += found.index + found[0].length;
      child.stdin.write(`${answer}\n`);
    }
    await until(`${command} ends`, () => status !== undefined, { within });
  } finally {
    child.kill('SIGKILL');
  }
  if (status !== 0) {
    throw new Error(`${command} failed (${status}): ${shown.slice(-2000)}`);
  }
  return shown;
}
