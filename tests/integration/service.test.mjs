// SPDX-License-Identifier: MIT
// What the service manager is told: each program says READY, a status and, while it is well, WATCHDOG (sd_notify(3)).
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Classcast } from '../support/classcast.mjs';
import { Program } from '../support/program.mjs';
import { until } from '../support/wait.mjs';

const WATCHDOG_US = 1_000_000;

describe('The service manager', () => {
  /** @type {Classcast} */
  let classcast;
  /** @type {Map<string, Program>} */
  const managers = new Map();

  /** Starts the program anew under a notification socket of its own; what arrives there is socat's output. */
  async function supervise(program) {
    const socket = path.join(classcast.dir, `${program.name}.notify`);
    const manager = new Program(`notify-${program.name}`, [
      'socat',
      '-u',
      `UNIX-RECV:${socket}`,
      'STDOUT',
    ]).start();
    managers.set(program.name, manager);
    await until('the notification socket is there', () => fs.existsSync(socket));
    await program.stop();
    program.env = { ...process.env, NOTIFY_SOCKET: socket, WATCHDOG_USEC: String(WATCHDOG_US) };
    program.start();
    return manager;
  }

  before(async () => {
    classcast = await Classcast.start({ rooms: [{ id: 'room-101' }] });
    await supervise(classcast.server);
    await supervise(classcast.relay);
    await supervise(classcast.classrooms.get('room-101').daemon);
  });
  after(async () => {
    await classcast?.stop();
    await Promise.all([...managers.values()].map((manager) => manager.stop()));
  });

  for (const name of ['server', 'relay', 'classcastd-room-101']) {
    it(`hears from ${name} that it is ready, how it is and that it lives`, async () => {
      const manager = managers.get(name);
      await manager.said(/READY=1/);
      await manager.said(/STATUS=\w/, 20_000);
      await manager.said(/WATCHDOG=1.*WATCHDOG=1/s);
      assert.doesNotMatch(manager.output, /STOPPING=1/);
    });
  }

  it('is told what the classroom does', async () => {
    await managers.get('classcastd-room-101').said(/STATUS=room-101: camera live[^\n]*uplink live/, 30_000);
  });

  it('hears nothing from a program that hangs', async () => {
    const { daemon } = classcast.classrooms.get('room-101');
    const manager = managers.get(daemon.name);
    daemon.kill('SIGSTOP');
    // One that was under way may still arrive.
    const heard = manager.output.length;
    await new Promise((resolve) => {
      setTimeout(resolve, (3 * WATCHDOG_US) / 1000);
    });
    assert.doesNotMatch(manager.output.slice(heard + 'WATCHDOG=1'.length), /WATCHDOG=1/);
    daemon.kill('SIGCONT');
    await manager.said(/WATCHDOG=1/);
  });

  it('is told when a program goes', async () => {
    for (const program of [classcast.classrooms.get('room-101').daemon, classcast.relay, classcast.server]) {
      await program.stop();
      await managers.get(program.name).said(/STOPPING=1/);
    }
  });
});
