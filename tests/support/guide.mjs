// SPDX-License-Identifier: MIT
// The commands of a page of docs/guide/, run as they stand there, and the proof that none was left out.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { TOP } from './classcast.mjs';

/** The machine's root needs no sudo. */
function withoutSudo(command) {
  const account = command.replace(/^sudo -u (\S+)/, 'setpriv --reuid=$1 --regid=$(id -g $1) --init-groups');
  return account.replace(/^sudo /, '');
}

export class Guide {
  /**
   * @param {string} page
   * @param {() => import('./machine.mjs').Machine} machine where its commands are run
   * @param {{sudo?: boolean}} [options] whether that machine has sudo
   */
  constructor(page, machine, { sudo = false } = {}) {
    this.page = page;
    this.sudo = sudo;
    this.machine = machine;
    this.text = fs.readFileSync(path.join(TOP, 'docs/guide', page), 'utf8');
    this.commands = this.blocks('sh').flatMap((block) => block.split('\n'));
    this.done = new Set();
  }

  /** The code blocks of a language. */
  blocks(language) {
    const fenced = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms');
    return [...this.text.matchAll(fenced)].map((match) => match[1].trim());
  }

  /** Runs the command that begins so, with a test's own names for the guide's; it must succeed. */
  async run(beginning, change = (command) => command) {
    const command = this.commands.find((line) => line.startsWith(beginning) && !this.done.has(line));
    assert.ok(command, `${this.page} has a command that begins with "${beginning}"`);
    this.done.add(command);
    const changed = change(this.sudo ? command : withoutSudo(command));
    const { code, output, errors } = await this.machine().shell(changed);
    assert.equal(code, 0, `${changed}: ${output}${errors}`);
    return output + errors;
  }

  left() {
    return this.commands.filter((command) => !this.done.has(command));
  }
}
