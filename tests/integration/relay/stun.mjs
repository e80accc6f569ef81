// SPDX-License-Identifier: MIT
// Connectivity checks (RFC 8445 §7) sent by hand: do credentials work, does an address answer?
import crypto from 'node:crypto';
import dgram from 'node:dgram';
import { once } from 'node:events';
import zlib from 'node:zlib';

const MAGIC = 0x2112a442;

function attribute(type, value) {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

function header(length, transaction) {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(0x0001, 0);
  head.writeUInt16BE(length, 2);
  head.writeUInt32BE(MAGIC, 4);
  return Buffer.concat([head, transaction]);
}

/** zlib.crc32 is younger than Debian's Node. */
function crc32(data) {
  if (zlib.crc32) {
    return zlib.crc32(data);
  }
  let crc = 0xffffffff;
  for (const octet of data) {
    crc ^= octet;
    for (let bit = 0; bit < 8; ++bit) {
      crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    }
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** A binding request of a controlling agent that nominates. */
export function bindingRequest({ username, password }) {
  const transaction = crypto.randomBytes(12);
  const priority = Buffer.alloc(4);
  priority.writeUInt32BE(1853824767);
  let body = Buffer.concat([
    attribute(0x0006, Buffer.from(username)),
    attribute(0x0024, priority),
    attribute(0x802a, crypto.randomBytes(8)),
    attribute(0x0025, Buffer.alloc(0)),
  ]);
  // RFC 8489 §14.5, §14.7: the length counts up to and including the attribute being made.
  const hmac = crypto.createHmac('sha1', password);
  hmac.update(Buffer.concat([header(body.length + 24, transaction), body]));
  body = Buffer.concat([body, attribute(0x0008, hmac.digest())]);
  const fingerprint = Buffer.alloc(4);
  const crc = crc32(Buffer.concat([header(body.length + 8, transaction), body]));
  fingerprint.writeUInt32BE((crc ^ 0x5354554e) >>> 0);
  body = Buffer.concat([body, attribute(0x8028, fingerprint)]);
  return Buffer.concat([header(body.length, transaction), body]);
}

/**
 * Sends a datagram from a port of its own; what comes back within the time, or undefined.
 * @param {Buffer} datagram @param {number} port of 127.0.0.1
 */
export async function exchange(datagram, port, within = 1000) {
  const socket = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const answer = new Promise((resolve) => {
    socket.once('message', resolve);
    setTimeout(() => resolve(undefined), within).unref();
  });
  socket.send(datagram, port, '127.0.0.1');
  const received = await answer;
  socket.close();
  return received;
}

/** Whether the agent at the port accepts these credentials. */
export async function checks(port, ours, theirs, within) {
  const username = `${theirs.ufrag}:${ours.ufrag}`;
  const answer = await exchange(bindingRequest({ username, password: theirs.pwd }), port, within);
  return answer !== undefined && answer.readUInt16BE(0) === 0x0101;
}
