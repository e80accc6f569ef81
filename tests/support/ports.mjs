// SPDX-License-Identifier: MIT
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';

// Below the ports that the kernel gives to outgoing connections (32768 and up): one of those may be free when asked
// and taken a moment later by anybody's client.
const LOWEST = 15_000;
const HIGHEST = 32_000;
const TRIES = 50;

/** The first port at random at which `occupy(port)` succeeds; it gives something to close. */
async function freePort(occupy) {
  for (let i = 0; i < TRIES; i++) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    const taken = await occupy(port).catch(() => undefined);
    if (taken) {
      taken.close();
      await once(taken, 'close');
      return port;
    }
  }
  throw new Error(`no free port in ${TRIES} tries`);
}

/** A TCP port of 127.0.0.1 that nobody uses now. */
export function freeTcpPort() {
  return freePort(async (port) => {
    const server = net.createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  });
}

/** A UDP port that nobody uses now. */
export function freeUdpPort() {
  return freePort(async (port) => {
    const socket = dgram.createSocket('udp4').bind(port);
    await once(socket, 'listening');
    return socket;
  });
}

/** Does anybody listen on this TCP port of 127.0.0.1, or on this Unix socket? */
export async function listensOn(where) {
  const socket = typeof where === 'number' ? net.connect(where, '127.0.0.1') : net.connect(where);
  const open = await new Promise((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  });
  socket.destroy();
  return open;
}
