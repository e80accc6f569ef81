// SPDX-License-Identifier: MIT
// A real classcast-server on a free port in a folder of its own, with a scripted relay behind it.
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import WebSocket from 'ws';
import { BIN } from '../../support/classcast.mjs';
import { Postgres, SharedPostgres } from '../../support/postgres.mjs';
import { Program } from '../../support/program.mjs';
import { until } from '../../support/wait.mjs';

/** The engine under test: scripts/test runs this folder once with each. */
export const ON_POSTGRES = process.env.CLASSCAST_TEST_ENGINE === 'postgres';

/** What a relay would answer: `rooms` is its status, `answer` handles WHIP and WHEP. */
export class ScriptedRelay {
  rooms = [];
  seen = [];

  async start(port = 0) {
    this.server = http.createServer((request, response) => this.handle(request, response));
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = this.server.address().port;
    return this;
  }

  async handle(request, response) {
    const chunks = [];
    for await (const chunk of request) {
      chunks.push(chunk);
    }
    const { method, url, headers } = request;
    if (url === '/status') {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify(this.status()));
      this.statusToken = headers.authorization;
      return;
    }
    this.seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    this.answer(request, response);
  }

  answer(request, response) {
    response.statusCode = 404;
    response.end();
  }

  status() {
    const now = Date.now();
    return { type: 'status', now_ms: now, started_ms: now - 60_000, sessions: 0, rooms: this.rooms };
  }

  /** From now on the room's picture advances with every poll. */
  publish(room, viewers = 0) {
    const begun = Date.now();
    const video = () => {
      const frames = Math.floor((Date.now() - begun) / 100) + 1;
      return {
        codec: 'H264',
        packets: frames * 3,
        frames,
        keyframes: 1,
        last_ms: 50,
        bitrate_bps: 1_000_000,
      };
    };
    this.rooms = this.rooms.filter((one) => one.room !== room);
    this.rooms.push({
      room,
      viewers,
      publisher: {
        connected: true,
        age_ms: 1000,
        get video() {
          return video();
        },
      },
    });
  }

  unpublish(room) {
    this.rooms = this.rooms.filter((one) => one.room !== room);
  }

  async stop() {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

export class TestServer {
  constructor() {
    this.dir = fs.mkdtempSync(path.join(os.tmpdir(), 'classcast-server-'));
    this.state = path.join(this.dir, 'state');
    this.viewer = path.join(this.dir, 'viewer');
    this.database = path.join(this.state, 'server.db');
    this.log = '';
    this.listen = '127.0.0.1:0';
    fs.mkdirSync(path.join(this.viewer, 'assets'), { recursive: true });
    fs.writeFileSync(path.join(this.viewer, 'index.html'), '<!doctype html><title>Classcast</title>');
    fs.writeFileSync(path.join(this.viewer, 'assets/app-1a2b3c.js'), 'export {};');
  }

  /** @param {{ownDatabase?: boolean}} [options] `ownDatabase`: a PostgreSQL that the test may freeze and end */
  static async start({ ownDatabase = false } = {}) {
    const server = new TestServer();
    if (ON_POSTGRES) {
      fs.chmodSync(server.dir, 0o755);
      const shared = ownDatabase ? undefined : process.env.CLASSCAST_TEST_DATABASE;
      server.postgres = shared ? new SharedPostgres(shared) : new Postgres(path.join(server.dir, 'pg'));
      server.postgres.start();
    }
    server.relay = await new ScriptedRelay().start();
    try {
      await server.run();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  config() {
    const file = path.join(this.dir, 'server.conf');
    fs.writeFileSync(
      file,
      `[http]\nlisten = ${this.listen}\n[state]\ndirectory = ${this.state}\n` +
        (this.postgres ? `[database]\nurl = ${this.postgres.url}\n` : '') +
        `[relay]\nurl = http://127.0.0.1:${this.relay.port}\n[viewer]\ndirectory = ${this.viewer}\n`,
    );
    return file;
  }

  async run() {
    const command = [path.join(BIN, 'classcast-server'), '--config', this.config()];
    this.program = new Program('server', command).start();
    const listening = /listening on (https:\/\/127\.0\.0\.1:(\d+))/;
    await until('the server listens', () => listening.test(this.program.errors) || !this.program.running);
    const [, url, port] = listening.exec(this.program.errors) ?? [];
    if (!url) {
      throw new Error(`the server did not start: ${this.program.errors}`);
    }
    Object.assign(this, { url, port: Number(port), listen: `127.0.0.1:${port}` });
    this.ca = fs.readFileSync(path.join(this.state, 'tls.crt'));
    this.password ??= /password "([^"]+)"/.exec(this.program.output)?.[1];
  }

  /** Ends it, politely or not, and starts it again on the same port. */
  async restart(signal = 'SIGTERM') {
    this.log += this.program.errors;
    this.program.kill(signal);
    await this.program.ended;
    await this.run();
  }

  async stop() {
    await this.program?.stop();
    await this.relay.stop();
    this.postgres?.stop();
    fs.rmSync(this.dir, { recursive: true, force: true });
    return this.program?.status;
  }

  /** Standard error of this run and the ones before; the password stands on standard output, once. */
  get everythingLogged() {
    return this.log + this.program.errors;
  }

  sql(statement) {
    if (this.postgres) {
      return this.postgres.sql(statement);
    }
    return execFileSync('sqlite3', ['-cmd', '.timeout 5000', this.database, statement], { encoding: 'utf8' });
  }

  /** A person of any role, put into the database with a cheap hash. Returns their id. */
  addUser(name, role, password) {
    const salt = crypto.randomBytes(16);
    const hash = crypto.scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 });
    const text = `scrypt$1024$8$1$${salt.toString('base64url')}$${hash.toString('base64url')}`;
    this.sql(
      `INSERT INTO users (name, name_key, role, password_hash, created_ms) VALUES ('${name}', '${name}', '${role}', '${text}', 1)`,
    );
    return Number(this.sql(`SELECT id FROM users WHERE name_key = '${name}'`));
  }

  client() {
    return new Client(this);
  }

  async signedIn(name = 'admin', password = this.password) {
    const client = this.client();
    await client.signIn(name, password);
    return client;
  }

  /** A WebSocket of the agent channel; `messages` and `closed` fill as it lives. */
  agent(credential, options = {}) {
    const headers = credential === undefined ? {} : { Authorization: `Bearer ${credential}` };
    return new Channel(`${this.url.replace('https', 'wss')}/agent`, 'classcast.agent.v1', {
      ca: this.ca,
      headers,
      ...options,
    });
  }

  events(client, headers = {}) {
    return new Channel(`${this.url.replace('https', 'wss')}/ws`, undefined, {
      ca: this.ca,
      headers: { Cookie: client?.cookie ?? '', Origin: this.url, ...headers },
    });
  }

  get descriptors() {
    return fs.readdirSync(`/proc/${this.program.pid}/fd`).length;
  }
}

/** A browser without its conveniences: cookie and CSRF token are sent only as the test says. */
export class Client {
  constructor(server) {
    this.server = server;
  }

  request(method, target, { headers = {}, body, json } = {}) {
    const text = json === undefined ? body : JSON.stringify(json);
    const type = json === undefined ? {} : { 'Content-Type': 'application/json' };
    // Node sends no length with DELETE by itself.
    const length = text === undefined ? {} : { 'Content-Length': Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const sent = https.request(
        this.server.url + target,
        { method, headers: { ...type, ...length, ...headers }, ca: this.server.ca, agent: false },
        (response) => {
          const chunks = [];
          response.on('data', (chunk) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => resolve(answerOf(response, Buffer.concat(chunks).toString())));
        },
      );
      sent.on('error', reject);
      sent.end(text);
    });
  }

  async signIn(name, password) {
    const answer = await this.request('POST', '/api/v1/session', { json: { name, password } });
    if (answer.status === 200) {
      this.cookie = answer.headers['set-cookie'][0].split(';')[0];
      this.csrf = answer.json.csrf;
    }
    return answer;
  }

  /** As the viewer asks: with the cookie, our own Origin and the CSRF token. */
  call(method, target, json) {
    const session = this.cookie ? { Cookie: this.cookie, 'X-CSRF-Token': this.csrf } : {};
    const headers = { Origin: this.server.url, ...session };
    return this.request(method, `/api/v1${target}`, { headers, json });
  }

  async room(id) {
    return (await this.call('GET', '/rooms')).json.rooms.find((room) => room.id === id);
  }

  /** Like call(), but an answer of another status is an error. */
  async expect(status, method, target, json) {
    const answer = await this.call(method, target, json);
    if (answer.status !== status) {
      throw new Error(`${method} ${target}: ${answer.status} instead of ${status}: ${answer.text}`);
    }
    return answer.json;
  }

  async makeRoom(id, name = `Room ${id}`) {
    await this.call('POST', '/rooms', { id, name });
    return (await this.call('POST', `/rooms/${id}/device`)).json.credential;
  }
}

function answerOf(response, text) {
  const type = response.headers['content-type'] ?? '';
  const json = type.includes('json') ? JSON.parse(text) : undefined;
  return { status: response.statusCode, headers: response.headers, text, json };
}

export class Channel {
  messages = [];

  constructor(url, protocol, options) {
    this.socket = new WebSocket(url, protocol, options);
    this.socket.on('message', (data) => this.messages.push(JSON.parse(data.toString())));
    this.ended = new Promise((resolve) => {
      this.socket.on('close', (code) => resolve(code));
    });
    this.socket.on('unexpected-response', (request, response) => {
      this.refused = response.statusCode;
      this.refusal = response;
      request.destroy();
    });
    this.socket.on('error', (error) => (this.error = error));
  }

  async open() {
    await until('the channel is open', () => this.socket.readyState === WebSocket.OPEN || this.refused);
    return this;
  }

  async refusedWith() {
    await until('the channel is refused', () => this.refused ?? this.socket.readyState === WebSocket.OPEN);
    return this.refused;
  }

  send(message) {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The first message, from now or before, that fits. */
  expect(what, fits, within = 5000) {
    return until(what, () => this.messages.find(fits), { within, every: 10 });
  }

  close() {
    this.socket.terminate();
  }
}

/** An event channel on which requests are answered. */
export class ChatPage {
  next = 1;

  constructor(channel) {
    this.channel = channel;
  }

  static async open(server, client) {
    const page = new ChatPage(await server.events(client).open());
    await page.channel.expect('the rooms', (message) => message.type === 'rooms');
    return page;
  }

  get messages() {
    return this.channel.messages;
  }

  async ask(request, within) {
    const ref = `r${this.next++}`;
    this.channel.send({ ...request, ref });
    return this.channel.expect(`answer to ${request.type}`, (message) => message.ref === ref, within);
  }

  /** Everything that was told of the room's chat since the page subscribed, in the order of arrival. */
  told(room) {
    return this.messages
      .filter((message) => message.type === 'messages' && message.room === room)
      .flatMap((message) => message.messages);
  }

  close() {
    this.channel.close();
  }
}

export const HELLO = { type: 'hello', protocol: 1, software: 'scripted 1.0', host: 'pc-1' };

let beat = 0;

/** A heartbeat in which all is well, but for what is overridden. */
export function heartbeat({ camera = {}, microphone = {}, uplink = {} } = {}) {
  beat += 1;
  return {
    type: 'heartbeat',
    seq: beat,
    uptime_ms: beat * 2000,
    camera: {
      state: 'live',
      cause: '',
      frames: beat,
      keyframes: 1,
      last_ms: 40,
      bitrate_bps: 1,
      codec: 'H264',
      width: 640,
      height: 360,
      ...camera,
    },
    microphone: {
      state: 'live',
      cause: '',
      frames: beat,
      last_ms: 20,
      level_dbfs: -23.5,
      device: 'mic',
      ...microphone,
    },
    uplink: { state: 'live', cause: '', packets: beat, bytes: beat, bitrate_bps: 1, ...uplink },
  };
}
