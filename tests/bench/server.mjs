// SPDX-License-Identifier: MIT
// Chat in a full room: 1,000 pages follow one room, 26 classroom PCs report, 50 messages a second are written. Beside
// it, in the same run, a plain Node `ws` server with the same fan-out that stores nothing.
//   scripts/bench server [--quick] [--json]
import crypto from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { parseArgs } from 'node:util';
import WebSocket from 'ws';
import { HELLO, TestServer, heartbeat } from '../integration/server/server.mjs';
import { Program } from '../support/program.mjs';
import { eachOf, until } from '../support/wait.mjs';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});
const PAGES = 1000;
const PEOPLE = 50;
const ROOMS = 26;
const PER_SECOND = 50;
const SECONDS = options.quick ? 20 : 60;
/** Written before anything counts: both programs and this one get warm. */
const WARM_UP_S = 3;
const LIMIT_MS = 100;
const PASSWORD = 'a long password';
const say = (text) => options.json || console.error(text);

/** What all readers together saw: delay of every delivery, and whether it was in order. */
class Tally {
  delays = [];
  disorder = 0;
  /** Messages that were written before are no part of the delays. */
  since = 0;

  /** One reader; `ids` must ascend. */
  reader() {
    const reader = { last: 0, count: 0 };
    reader.saw = (id, sentAt) => {
      if (sentAt >= this.since) {
        this.delays.push(performance.now() - sentAt);
      }
      this.disorder += id > reader.last ? 0 : 1;
      reader.last = id;
      reader.count += 1;
    };
    return reader;
  }

  figures(readers, sent) {
    const sorted = Float64Array.from(this.delays).sort();
    const at = (share) =>
      Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] * 10) / 10;
    const missing = readers.reduce((sum, reader) => sum + Math.max(0, sent - reader.count), 0);
    const doubled = readers.reduce((sum, reader) => sum + Math.max(0, reader.count - sent), 0);
    return {
      p50_ms: at(0.5),
      p99_ms: at(0.99),
      max_ms: at(1),
      missing,
      doubled,
      out_of_order: this.disorder,
    };
  }
}

/** Many pages get the very same frame: it is taken apart once. */
class Frames {
  known = new Map();

  messages(text) {
    let found = this.known.get(text);
    if (!found) {
      found = text.includes('"messages"') ? JSON.parse(text).messages : [];
      this.known.set(text, found);
      if (this.known.size > 64) {
        this.known.delete(this.known.keys().next().value);
      }
    }
    return found;
  }
}

/** Processor time so far, in ms. */
const used = (pid) => {
  const [user, system] = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13);
  return (Number(user) + Number(system)) * 10;
};

/** Writes at an even pace; `send(i, text)` sends as the i-th writer. Returns how many were sent, and what that cost. */
async function write(tally, pid, send) {
  const total = (WARM_UP_S + SECONDS) * PER_SECOND;
  const begun = performance.now();
  tally.since = begun + WARM_UP_S * 1000;
  const cpu = { server: used(pid), bench: used(process.pid) };
  for (let i = 0; i < total; ++i) {
    const due = begun + (i * 1000) / PER_SECOND;
    while (performance.now() < due) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    }
    send(i % PEOPLE, `${performance.now()}`);
  }
  const share = (id, before) => Math.round(((used(id) - before) / (performance.now() - begun)) * 100);
  const cost = {
    server_cpu_percent: share(pid, cpu.server),
    bench_cpu_percent: share(process.pid, cpu.bench),
  };
  return { total, cost };
}

const open = (url, settings) =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { perMessageDeflate: false, skipUTF8Validation: true, ...settings });
    socket.on('error', reject);
    socket.on('open', () => resolve(socket));
  });

const rss = (pid) => Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

/** A page that follows the hall; `on` gets every kind of message that the reader does not. */
async function follow(server, client, { frames, reader, on }) {
  const headers = { Cookie: client.cookie, Origin: server.url };
  const socket = await open(`${server.url.replace('https', 'wss')}/ws`, { ca: server.ca, headers });
  await new Promise((resolve) => {
    socket.on('message', (data) => {
      const text = data.toString('latin1');
      if (text.startsWith('{"type":"messages"')) {
        frames.messages(text).forEach(({ id, text: sentAt }) => reader.saw(id, Number(sentAt)));
      } else if (text.startsWith('{"type":"subscribed"')) {
        resolve();
      } else {
        on(text);
      }
    });
    socket.send(JSON.stringify({ type: 'subscribe', room: 'hall' }));
  });
  return socket;
}

/** 26 rooms with a classroom PC each that reports every two seconds. */
async function openClassrooms(server, admin, ends) {
  for (let i = 1; i <= ROOMS; ++i) {
    const credential = await admin.makeRoom(`room-${i}`);
    server.relay.publish(`room-${i}`);
    const pc = await server.agent(credential).open();
    pc.send(HELLO);
    const timer = setInterval(() => pc.send(heartbeat()), 2000);
    ends.push(
      () => clearInterval(timer),
      () => pc.close(),
    );
  }
}

async function openHall(server, admin) {
  await admin.expect(201, 'POST', '/rooms', { id: 'hall', name: 'Hall', kind: 'stage' });
  const clients = [];
  for (let i = 0; i < PEOPLE; ++i) {
    const user = server.addUser(`p${i}`, 'student', PASSWORD);
    await admin.expect(204, 'PUT', `/rooms/hall/members/${user}`, { relation: 'member' });
    clients.push(await server.signedIn(`p${i}`, PASSWORD));
  }
  return clients;
}

async function ours() {
  const server = await TestServer.start();
  const ends = [];
  try {
    const admin = await server.signedIn();
    const clients = await openHall(server, admin);
    const before = rss(server.program.pid);
    await openClassrooms(server, admin, ends);
    const perPc = (rss(server.program.pid) - before) / ROOMS;
    const tally = new Tally();
    const frames = new Frames();
    const readers = [];
    const count = { ack: 0, error: 0 };
    const on = (text) => {
      count.ack += text.startsWith('{"type":"ack"') ? 1 : 0;
      count.error += text.startsWith('{"type":"error"') ? 1 : 0;
    };
    const pages = await eachOf(Array.from({ length: PAGES }), 20, async (_, i) => {
      readers.push(tally.reader());
      const socket = await follow(server, clients[i % PEOPLE], { frames, reader: readers.at(-1), on });
      ends.push(() => socket.terminate());
      return socket;
    });
    say(`${PAGES} pages follow the room; ${Math.round(rss(server.program.pid))} MB resident`);
    const { total: sent, cost } = await write(tally, server.program.pid, (i, text) =>
      pages[i].send(JSON.stringify({ type: 'send', room: 'hall', client_id: crypto.randomUUID(), text })),
    );
    await until('all is acknowledged', () => count.ack + count.error === sent, { within: 20_000 });
    const all = () => readers.every((reader) => reader.count >= count.ack);
    await until('all is delivered', all, { within: 10_000 }).catch(() => {});
    return {
      ...tally.figures(readers, count.ack),
      sent,
      acknowledged: count.ack,
      refused: count.error,
      stored: Number(server.sql("SELECT COUNT(*) FROM messages WHERE room_id = 'hall'")),
      resident_mb: Math.round(rss(server.program.pid)),
      per_classroom_pc_mb: Math.round(perPc * 100) / 100,
      ...cost,
    };
  } finally {
    ends.forEach((end) => end());
    await server.stop();
  }
}

/** The peer's whole program: everything that comes goes to everybody, numbered. */
const PEER = `
import fs from 'node:fs';
import https from 'node:https';
import { WebSocketServer } from '${import.meta.resolve('ws')}';
const [cert, key] = process.argv.slice(1).map((file) => fs.readFileSync(file));
const server = https.createServer({ cert, key });
const wss = new WebSocketServer({ server, perMessageDeflate: false });
let id = 0;
wss.on('connection', (socket) => socket.on('message', (data) => {
  const text = JSON.stringify({ type: 'messages', messages: [{ id: ++id, text: data.toString() }] });
  for (const each of wss.clients) each.send(text);
}));
server.listen(0, '127.0.0.1', () => console.log('port', server.address().port));
`;

async function peer() {
  const tls = await TestServer.start();
  const files = ['tls.crt', 'tls.key'].map((name) => path.join(tls.state, name));
  const program = new Program('peer', ['node', '--input-type=module', '-e', PEER, ...files]).start();
  const sockets = [];
  try {
    const [, port] = await program.said(/port (\d+)/);
    const tally = new Tally();
    const frames = new Frames();
    const readers = [];
    const agent = new https.Agent();
    await eachOf(Array.from({ length: PAGES }), 20, async () => {
      const socket = await open(`wss://127.0.0.1:${port}`, { ca: tls.ca, agent });
      const reader = tally.reader();
      readers.push(reader);
      socket.on('message', (data) =>
        frames.messages(data.toString('latin1')).forEach(({ id, text }) => reader.saw(id, Number(text))),
      );
      sockets.push(socket);
    });
    const { total: sent, cost } = await write(tally, program.pid, (i, text) => sockets[i].send(text));
    const all = () => readers.every((reader) => reader.count >= sent);
    await until('all is delivered', all, { within: 20_000 }).catch(() => {});
    return { ...tally.figures(readers, sent), sent, resident_mb: Math.round(rss(program.pid)), ...cost };
  } finally {
    sockets.forEach((socket) => socket.terminate());
    await program.stop();
    await tls.stop();
  }
}

const result = {
  pages: PAGES,
  rooms: ROOMS,
  per_second: PER_SECOND,
  seconds: SECONDS,
  limit_p99_ms: LIMIT_MS,
};
result.classcast = await ours();
result.node_ws = await peer();
const { p99_ms, missing, doubled, out_of_order } = result.classcast;
result.passed = p99_ms < LIMIT_MS && missing + doubled + out_of_order === 0;
if (options.json) {
  console.log(JSON.stringify(result, undefined, 2));
} else {
  console.table({ classcast: result.classcast, 'node ws': result.node_ws });
  console.log(`p99 ${p99_ms} ms, limit ${LIMIT_MS} ms: ${result.passed ? 'passed' : 'FAILED'}`);
}
process.exit(result.passed ? 0 : 1);
