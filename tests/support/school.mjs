// SPDX-License-Identifier: MIT
// A school's network: a namespace with a bridge, at which the camera and the browser are, and machines of its own that are plugged in. The
// machines are freshly installed Debians (debian.sh), which install packages from a folder and reach nothing else.
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Machine, ROOT } from './machine.mjs';
import { freeTcpPort } from './ports.mjs';
import { Program, run } from './program.mjs';
import { until } from './wait.mjs';

const DEBIAN = path.join(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), 'debian.sh');
const CACHE = path.join(
  process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'),
  'classcast',
  'debian',
);

/** Namespaces and programs in them. */
class Network {
  programs = [];

  /** A namespace; the command that enters it. */
  async namespace() {
    const hold = 'ip link set lo up && echo "ready $$" && exec sleep infinity';
    const holder = new Program('namespace', [...ROOT, 'unshare', '--net', '--', 'sh', '-c', hold]).start();
    this.programs.push(holder);
    const [, pid] = await holder.said(/^ready (\d+)$/m);
    return { pid, enter: [...ROOT, 'nsenter', '--target', pid, '--net', '--'] };
  }

  launch(name, command) {
    const program = new Program(name, command).start();
    this.programs.push(program);
    return program;
  }

  async stop() {
    for (const program of this.programs.reverse()) {
      await program.stop();
    }
  }
}

const answers = (port) =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

export class School {
  static HERE = '192.168.10.1';

  /** @param {{packages: string[], names: Record<string, string>}} options `packages`: what its machines can install; `names`: addresses */
  static async start({ packages, names }) {
    const school = new School();
    Object.assign(school, { names, network: new Network(), machines: [] });
    school.dir = fs.mkdtempSync(path.join(os.tmpdir(), 'classcast-school-'));
    try {
      await run([...ROOT, DEBIAN, 'base', CACHE]);
      await run([...ROOT, DEBIAN, 'mirror', CACHE, ...packages]);
      school.lan = await school.network.namespace();
      await school.ip('link', 'add', 'lan', 'type', 'bridge');
      await school.ip('address', 'add', `${School.HERE}/24`, 'dev', 'lan');
      await school.ip('link', 'set', 'lan', 'up');
    } catch (error) {
      await school.stop();
      throw error;
    }
    return school;
  }

  ip(...words) {
    return run([...this.lan.enter, 'ip', ...words]);
  }

  /** A machine, plugged in, with an address by which the others know its name. */
  async machine(name) {
    const place = await this.network.namespace();
    const port = `port${this.machines.length}`;
    await this.ip(
      'link',
      'add',
      port,
      'master',
      'lan',
      'up',
      'type',
      'veth',
      'peer',
      'name',
      'eth0',
      'netns',
      place.pid,
    );
    await run([...place.enter, 'ip', 'address', 'add', `${this.names[name]}/24`, 'dev', 'eth0']);
    await run([...place.enter, 'ip', 'link', 'set', 'eth0', 'up']);
    await run([...place.enter, 'ip', 'route', 'add', 'default', 'via', School.HERE]);
    const settings = [
      `--network-namespace-path=/proc/${place.pid}/ns/net`,
      `--bind-ro=${CACHE}/mirror:/opt/mirror`,
      `--hostname=${name.split('.')[0]}`,
      '--resolv-conf=off',
    ];
    const machine = await Machine.boot({ base: path.join(CACHE, 'base'), settings });
    machine.enter = place.enter;
    this.machines.push(machine);
    const hosts = Object.entries(this.names).map(
      ([known, address]) => `${address} ${known} ${known.split('.')[0]}\n`,
    );
    await machine.write('/etc/hosts', `127.0.0.1 localhost\n${hosts.join('')}`);
    await machine.run('apt-get', 'update');
    return machine;
  }

  /** A server on this computer's side of the network is reached at `address`:`port`. */
  async offer(address, port, local) {
    await this.ip('address', 'add', `${address}/32`, 'dev', 'lan');
    const listen = `TCP-LISTEN:${port},bind=${address},fork,reuseaddr`;
    this.network.launch('offer', [...this.lan.enter, 'socat', listen, `TCP:127.0.0.1:${local}`]);
  }

  /** A port on this computer, outside of the school, that leads to one of that machine; it. */
  async tunnel(machine, port) {
    const local = await freeTcpPort();
    const socket = path.join(this.dir, `tunnel-${local}`);
    const target = `TCP:127.0.0.1:${port}`;
    this.network.launch('near', [...machine.enter, 'socat', `UNIX-LISTEN:${socket},fork`, target]);
    const listen = `TCP-LISTEN:${local},bind=127.0.0.1,fork,reuseaddr`;
    this.network.launch('far', [...ROOT, 'socat', listen, `UNIX-CONNECT:${socket}`]);
    await until('the tunnel is open', async () => fs.existsSync(socket) && (await answers(local)));
    return local;
  }

  /** A browser that is in the school and knows its names, for those who take only a path. */
  browser() {
    const file = path.join(this.dir, 'browser');
    const map = Object.entries(this.names).map(([name, address]) => `MAP ${name} ${address}`);
    const command = [...this.lan.enter, '/usr/bin/chromium', `"--host-resolver-rules=${map.join(',')}"`];
    fs.writeFileSync(file, `#!/bin/sh\nexec ${command.join(' ')} "$@"\n`, { mode: 0o755 });
    return file;
  }

  async stop() {
    await Promise.all(this.machines.map((machine) => machine.stop()));
    await this.network.stop();
    fs.rmSync(this.dir, { recursive: true, force: true });
  }
}
