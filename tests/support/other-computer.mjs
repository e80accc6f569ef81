// SPDX-License-Identifier: MIT
// A second computer as a network namespace, whose cables and addresses change while it runs.
import fs from 'node:fs';
import { Program, run } from './program.mjs';
import { until } from './wait.mjs';

/** Inside a network of our own (`ownNetwork` of namespaces.mjs): it has its own loopback interface and nothing else. */
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
