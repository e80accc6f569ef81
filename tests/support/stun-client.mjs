// SPDX-License-Identifier: MIT
// One connectivity check from a chosen address. On stdin: {host, port, from, username, password}; prints the answer's
// type and the address that it came from.
import dgram from 'node:dgram';
import { once } from 'node:events';
import fs from 'node:fs';
import { bindingRequest } from '../integration/relay/stun.mjs';

const { host, port, from, username, password } = JSON.parse(fs.readFileSync(0, 'utf8'));
const socket = dgram.createSocket('udp4');
socket.bind(0, from);
await once(socket, 'listening');
const ask = () => socket.send(bindingRequest({ username, password }), port, host);
const again = setInterval(ask, 500);
ask();
const [answer, { address }] = await once(socket, 'message', { signal: AbortSignal.timeout(15_000) });
clearInterval(again);
socket.close();
console.log(answer.subarray(0, 2).toString('hex'), address);
