// SPDX-License-Identifier: MIT
// Three machines as network namespaces: classroom and viewer, each at a long and lossy cable of its own to the server.
import { Cable } from './cable.mjs';
import { run } from './program.mjs';

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
