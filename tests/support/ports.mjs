// SPDX-License-Identifier: MIT
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';

/** A TCP port of 127.0.0.1 that nobody uses now. */
export async function freeTcpPort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** A UDP port that nobody uses now. */
export async function freeUdpPort() {
  const socket = dgram.createSocket('udp4').bind(0);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
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
