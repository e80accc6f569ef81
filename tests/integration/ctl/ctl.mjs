// SPDX-License-Identifier: MIT
// Runs classcastctl as a technician does.
import path from 'node:path';
import { BIN } from '../../support/classcast.mjs';
import { Program } from '../../support/program.mjs';

// sysexits.h
export const EX = { ok: 0, usage: 64, unavailable: 69, cannotCreate: 73, denied: 77, config: 78 };

/** @returns {Promise<{code: number, output: string, errors: string}>} */
export async function ctl(...args) {
  const program = new Program('classcastctl', [path.join(BIN, 'classcastctl'), ...args]).start();
  const limit = setTimeout(() => program.kill('SIGKILL'), 60_000);
  const { code } = await program.ended;
  clearTimeout(limit);
  return { code, output: program.output, errors: program.errors };
}

/** The findings of `doctor --json` by their subject. */
export async function doctor(...args) {
  const { code, output } = await ctl('doctor', '--json', ...args);
  const report = JSON.parse(output);
  return { code, report, of: (subject) => report.findings.find((finding) => finding.subject === subject) };
}
