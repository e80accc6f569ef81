// SPDX-License-Identifier: MIT
// Three machines as network namespaces: classroom and viewer, each at a long and lossy cable of its own to the server.
import fs from 'node:fs';
import { Cable } from './cable.mjs';
import { Program, run } from './program.mjs';
import { until } from './wait.mjs';

export class ThreeMachines {
  /** The server's address as the classroom sees it, and as the viewer does. */
  static SERVER = Cable.HERE;
  static SERVER_FOR_VIEWER = '10.78.0.1';
  static VIEWER = '10.78.0.2';

  /** @param {string} line settings of both cables, e.g. "delay 20 loss 1" */
  static async start(line) {
    const machines = new ThreeMachines();
    machines.line = line;
    machines.toClassroom = await Cable.start(line);
    machines.toViewer = await Cable.start(line);
    const pidOf = (enter) => enter[enter.indexOf('--target') + 1];
    const { toClassroom, toViewer } = machines;
    // The second cable's near end is plugged into the server as well, and gets a network of its own.
    await run([...toViewer.here, 'ip', 'link', 'set', 'cable', 'name', 'viewers']);
    await run([...toViewer.here, 'ip', 'link', 'set', 'viewers', 'netns', pidOf(toClassroom.here)]);
    machines.server = toClassroom.here;
    machines.classroom = toClassroom.there;
    machines.viewer = toViewer.there;
    await run([
      ...machines.server,
      'ip',
      'address',
      'add',
      `${ThreeMachines.SERVER_FOR_VIEWER}/24`,
      'dev',
      'viewers',
    ]);
    await run([...machines.server, 'ip', 'link', 'set', 'viewers', 'up']);
    await run([...machines.viewer, 'ip', 'address', 'flush', 'dev', 'cable']);
    await run([...machines.viewer, 'ip', 'address', 'add', `${ThreeMachines.VIEWER}/24`, 'dev', 'cable']);
    await run([...machines.viewer, 'ip', 'route', 'add', 'default', 'via', ThreeMachines.SERVER_FOR_VIEWER]);
    await run([...machines.classroom, 'ip', 'route', 'add', 'default', 'via', ThreeMachines.SERVER]);
    return machines;
  }

  /** What these cables, or both, do not carry: "udp 0", "udp 0 refuse 8444". */
  block(what, ...cables) {
    for (const cable of cables.length ? cables : [this.toClassroom, this.toViewer]) {
      cable.become(`${this.line} ${what}`);
    }
  }

  async stop() {
    await this.toViewer?.stop();
    await this.toClassroom?.stop();
  }
}

/** Before a command: it runs in a network of its own, without any way out. */
export function ownNetwork() {
  // Root needs no user namespace, which would be refused inside a chroot.
  const user = process.getuid() === 0 ? [] : ['--user', '--map-root-user'];
  return ['unshare', ...user, '--net', '--'];
}

/** Another computer, inside a network of our own (`ownNetwork`): it has its own loopback interface and nothing else. */
export class OtherComputer {
  static async start() {
    const computer = new OtherComputer();
    computer.program = new Program('other computer', ['unshare', '--net', '--', 'sleep', 'infinity']).start();
    const network = (pid) => fs.readlinkSync(`/proc/${pid}/ns/net`);
    await until('its network is its own', () => network(computer.pid) !== network(process.pid), {
      every: 10,
    });
    computer.prefix = ['nsenter', '--target', String(computer.pid), '--net', '--'];
    await computer.ip('link set lo up');
    return computer;
  }

  get pid() {
    return this.program.pid;
  }

  ip(words) {
    return run([...this.prefix, 'ip', ...words.split(' ')]);
  }

  /** A cable from an interface of ours to one of its own with the same name; our end's address ends in 1. */
  async plugIn(name, network) {
    const ours = (words) => run(['ip', ...words.split(' ')]);
    await ours(`link add near-${name} type veth peer name ${name} netns ${this.pid}`);
    await ours(`address add ${network}.1/24 dev near-${name}`);
    await ours(`link set near-${name} up`);
    await this.ip(`link set ${name} up`);
  }

  /** What DHCP does. */
  async takeAddress(name, address) {
    await this.ip(`address add ${address}/24 dev ${name}`);
    await this.ip(`route replace default via ${address.replace(/\d+$/, '1')} dev ${name}`);
  }

  stop() {
    return this.program.stop();
  }
}
