// SPDX-License-Identifier: MIT
// Child processes that never outlive us: ended by pid, and by the kernel if we die first. They keep us alive only while somebody waits for
// their end: where a hook has failed, some versions of Node.js never run the one that would have ended them.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { until } from './wait.mjs';

/** @type {Set<Program>} */
const running = new Set();
process.on('exit', () => running.forEach((program) => program.kill('SIGKILL')));

export class Program {
  /**
   * @param {string} name for messages and the log's file name
   * @param {string[]} command program and arguments
   * @param {{env?: object, logs?: string}} [options] `logs`: folder for NAME.out and NAME.err
   */
  constructor(name, command, { env = process.env, logs } = {}) {
    this.name = name;
    this.command = command;
    this.env = env;
    this.logs = logs;
  }

  start() {
    if (this.running) {
      throw new Error(`${this.name} runs already`);
    }
    this.output = '';
    this.errors = '';
    this.status = undefined;
    // setpriv execs the program, so the pid is the program's own.
    this.child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...this.command], {
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own: Ctrl-C is for us, and we end the others in order.
      detached: true,
    });
    running.add(this);
    this.collect('out', this.child.stdout, (text) => (this.output += text));
    this.collect('err', this.child.stderr, (text) => (this.errors += text));
    const { child } = this;
    this.waitsFor('nobody');
    this.over = new Promise((resolve) => {
      child.on('error', (error) => resolve(this.end({ error })));
      child.on('close', (code, signal) => resolve(this.end({ code, signal })));
    });
    return this;
  }

  /** How it ended, once it has. */
  get ended() {
    if (this.running) {
      this.waitsFor('its end');
    }
    return this.over;
  }

  /** @param {'nobody' | 'its end'} what */
  waitsFor(what) {
    for (const handle of [this.child, this.child.stdout, this.child.stderr]) {
      // What could not be started has no pipes.
      (what === 'nobody' ? handle?.unref : handle?.ref)?.call(handle);
    }
  }

  collect(suffix, stream, add) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      add(text);
      if (this.logs) {
        fs.appendFileSync(`${this.logs}/${this.name}.${suffix}`, text);
      }
    });
  }

  end(status) {
    running.delete(this);
    this.status = status;
    return status;
  }

  get pid() {
    return this.child.pid;
  }

  get running() {
    return this.child !== undefined && this.status === undefined;
  }

  /** The match of a line of standard output, as soon as there is one. */
  async said(pattern, within = 15_000) {
    return until(
      `${this.name} says ${pattern}`,
      () => {
        const match = this.output.match(pattern);
        if (!match && !this.running) {
          throw new Error(`${this.name} ended (${JSON.stringify(this.status)}): ${this.errors.slice(-2000)}`);
        }
        return match;
      },
      { within, every: 10 },
    );
  }

  kill(signal = 'SIGKILL') {
    if (this.running) {
      this.child.kill(signal);
    }
  }

  /** Asks to end, insists after `grace` milliseconds. */
  async stop(grace = 5000) {
    if (!this.running) {
      return this.status;
    }
    this.kill('SIGTERM');
    const insist = setTimeout(() => this.kill('SIGKILL'), grace);
    await this.ended;
    clearTimeout(insist);
    return this.status;
  }
}

/** Runs a command to its end; its standard output, or an error with what it complained about. */
export async function run(command, options = {}) {
  const program = new Program(command[0].split('/').pop(), command, options).start();
  const { code, error } = await program.ended;
  if (code !== 0) {
    throw new Error(`${command.join(' ')} failed: ${error?.message ?? program.errors.trim()}`);
  }
  return program.output;
}
