// SPDX-License-Identifier: MIT
// A server that knows the control channel only (protocol.md §5): it collects a classroom's heartbeats, and there
// is no relay behind it.
import crypto from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { until } from '../../support/wait.mjs';

const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'; // RFC 6455 §1.3

/** The text frames at the start of `data` (RFC 6455 §5.2, short and 16-bit lengths), and what is left. */
function textFrames(data) {
  const texts = [];
  for (;;) {
    if (data.length < 2) {
      return { texts, rest: data };
    }
    const short = data[1] & 0x7f;
    const start = short === 126 ? 4 : 2;
    if (data.length < start + 4) {
      return { texts, rest: data };
    }
    const length = short === 126 ? data.readUInt16BE(2) : short;
    if (data.length < start + 4 + length) {
      return { texts, rest: data };
    }
    const mask = data.subarray(start, start + 4);
    const payload = Buffer.from(data.subarray(start + 4, start + 4 + length)).map((b, i) => b ^ mask[i % 4]);
    if ((data[0] & 0x0f) === 1) {
      texts.push(payload.toString());
    }
    data = data.subarray(start + 4 + length);
  }
}

function frame(text) {
  const payload = Buffer.from(text);
  const head = Buffer.from([0x81, 126, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([head, payload]);
}

export class FakeServer {
  /** @param {{credential?: string, whip?: number}} [options] `whip`: the status that answers an offer */
  constructor({ credential = 'device-credential', whip = 503 } = {}) {
    Object.assign(this, { credential, whip, heartbeats: [], offers: [], upgrades: 0, sockets: new Set() });
    this.http = http.createServer((request, response) => this.answer(request, response));
    this.http.on('upgrade', (request, socket) => this.upgrade(request, socket));
  }

  async start(port = 0) {
    this.http.listen(port, '127.0.0.1');
    await once(this.http, 'listening');
    this.port = this.http.address().port;
    this.url = `http://127.0.0.1:${this.port}`;
    return this;
  }

  answer(request, response) {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      this.offers.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(this.whip).end();
    });
  }

  upgrade(request, socket) {
    this.upgrades += 1;
    if (request.headers.authorization !== `Bearer ${this.credential}`) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    const key = request.headers['sec-websocket-key'] + WEBSOCKET_GUID;
    const accept = crypto.createHash('sha1').update(key).digest('base64');
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: classcast.agent.v1\r\n\r\n`,
    );
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let rest = Buffer.alloc(0);
    socket.on('data', (data) => {
      const read = textFrames(Buffer.concat([rest, data]));
      rest = read.rest;
      read.texts.forEach((text) => this.receive(socket, JSON.parse(text)));
    });
  }

  receive(socket, message) {
    if (message.type === 'heartbeat') {
      this.heartbeats.push(message);
    }
    if (message.type !== 'hello') {
      return;
    }
    this.hello = message;
    const publish = {
      url: '/whip/room-101',
      token: 'publish-token',
      expires: Math.floor(Date.now() / 1000) + 600,
    };
    socket.write(
      frame(JSON.stringify({ type: 'welcome', room: 'room-101', name: 'Room', heartbeat_ms: 500, publish })),
    );
  }

  get last() {
    return this.heartbeats.at(-1);
  }

  /** The first heartbeat from now on for which `holds`. */
  async heartbeat(what, holds, within = 15_000) {
    this.heartbeats.length = 0;
    return until(what, () => this.heartbeats.find(holds), { within }).catch((error) => {
      throw new Error(`${error.message}; the last heartbeat was ${JSON.stringify(this.last)}`);
    });
  }

  /** Ends every connection and listens no more. */
  async stop() {
    this.http.close();
    this.http.closeAllConnections();
    this.sockets.forEach((socket) => socket.destroy());
    await once(this.http, 'close');
  }
}
