// SPDX-License-Identifier: MIT
// A whole Classcast on the loopback interface: server, relay and simulated classrooms, in a folder of its own.
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Api, mintToken, request } from './api.mjs';
import { Camera } from './camera.mjs';
import { Microphones, micOf, toneOf } from './microphones.mjs';
import { freeTcpPort, freeUdpPort } from './ports.mjs';
import { Program } from './program.mjs';
import { eachOf, until } from './wait.mjs';

export const TOP = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const BIN = process.env.CLASSCAST_BIN ?? path.join(TOP, 'build/release/bin');

/**
 * @typedef {object} Classroom what to simulate; `id` is all that is needed
 * @property {string} id
 * @property {string} [name]
 * @property {'always'|'on-demand'} [publish]
 * @property {object} [low] options of a second Camera, the sub stream
 * @property {'auto'|'copy'|'vp8'} [codec] what the daemon does with the picture
 * @property {object} [camera] options of Camera
 * @property {string} [cameraUrl] a camera that is not simulated, or is broken
 * @property {string} [cameraPath] another path at the simulated camera
 * @property {boolean} [loginInUrl] user and password stand in the URL instead of keys of their own
 * @property {string} [cameraUser]
 * @property {string} [cameraPassword] the one that the daemon uses
 * @property {string} [microphone] PulseAudio source; "none" for none
 * @property {string} [silenceAfter] how long a microphone must be silent to be called so
 * @property {string} [microphoneServer] "simulated", or another than the user's own PulseAudio server
 * @property {string[]} [wrap] a command that runs the daemon
 */

/** INI text; values that are undefined leave their line out. */
function ini(sections) {
  const line = ([key, value]) => (value === undefined ? '' : `${key} = ${value}\n`);
  const section = ([name, keys]) => `[${name}]\n${Object.entries(keys).map(line).join('')}`;
  return Object.entries(sections).map(section).join('\n');
}

/** The processes that a program has started. */
function childrenOf(pid) {
  const tasks = `/proc/${pid}/task/${pid}/children`;
  return fs.readFileSync(tasks, 'utf8').split(' ').filter(Boolean).map(Number);
}

export class Classcast {
  /**
   * @param {{rooms?: Classroom[], bin?: string, port?: number, media?: string, setUp?: 'done' | 'open', recorder?: boolean, disk?: string, turn?: {uris: string, secret: string}, away?: {address: string, prefix: string[]}, pin?: boolean, progress?: (text: string) => void}} [options]
   *   `media`: the address at which the relay takes media; `setUp`: whether somebody has finished the first set-up;
   *   `recorder`: whether rooms can be recorded; `disk`: the size of a disk for nothing but recordings, as tmpfs takes
   *   it, which only the recorder sees; `turn`: the TURN servers that the relay names to its clients; `away`: the
   *   classrooms are another computer, on which `prefix` runs a command, and which knows the server by this address; `pin`: they trust
   *   the server's key, as after enrolment, and not a file
   */
  constructor({
    rooms = [{ id: 'room-101' }],
    bin = BIN,
    port,
    media = '127.0.0.1',
    setUp = 'done',
    recorder = false,
    disk,
    turn,
    away,
    pin = away !== undefined,
    progress = () => {},
  } = {}) {
    Object.assign(this, {
      rooms,
      bin,
      port,
      media,
      setUp,
      turn,
      away,
      pin,
      progress,
      wantsRecorder: recorder,
      disk,
    });
    this.dir = fs.mkdtempSync(path.join(os.tmpdir(), 'classcast-'));
    this.logs = path.join(this.dir, 'logs');
    this.state = path.join(this.dir, 'state');
    fs.mkdirSync(this.logs);
    fs.mkdirSync(this.state, { mode: 0o700 });
    /** @type {Map<string, {camera?: Camera, daemon: Program, hertz?: number, hasMicrophone: boolean, credential: string}>} */
    this.classrooms = new Map();
  }

  /** @param {ConstructorParameters<typeof Classcast>[0]} [options] */
  static async start(options) {
    const classcast = new Classcast(options);
    try {
      return await classcast.run();
    } catch (error) {
      await classcast.stop();
      throw error;
    }
  }

  async run() {
    await this.startServer();
    await this.startRelay();
    if (this.wantsRecorder) {
      await this.startRecorder();
    }
    await this.startClassrooms();
    return this;
  }

  write(name, text) {
    const file = path.join(this.dir, name);
    fs.writeFileSync(file, text, { mode: 0o600 });
    return file;
  }

  /** @param {string[]} [prefix] a command that runs it elsewhere */
  program(name, binary, config, prefix = []) {
    const own = [path.join(this.bin, binary), '--config', this.write(`${name}.conf`, ini(config))];
    const command = [...prefix, ...own];
    return new Program(name, command, { logs: this.logs });
  }

  async startServer() {
    this.port ??= await freeTcpPort();
    this.relayPort = await freeTcpPort();
    this.url = `https://127.0.0.1:${this.port}`;
    this.server = this.program('server', 'classcast-server', {
      http: { listen: `${this.away ? '0.0.0.0' : '127.0.0.1'}:${this.port}` },
      state: { directory: this.state },
      database: { url: `sqlite:${this.state}/classcast.db` },
      relay: { url: `http://127.0.0.1:${this.relayPort}` },
      viewer: { directory: path.join(TOP, 'web-viewer/dist') },
    }).start();
    const first = await this.server.said(/First administrator: name "([^"]+)", password "([^"]+)"/);
    [, this.user, this.password] = first;
    this.certificate = path.join(this.state, 'tls.crt');
    await until('the server answers', () => this.answers(this.server, `${this.url}/healthz`));
    this.api = new Api(this.url, this.certificate);
    await this.api.signIn(this.user, this.password);
    const setup = await this.api.call('GET', '/setup');
    if (this.setUp === 'done' && setup.json?.done === false) {
      await this.api.expect(204, 'POST', '/setup', { school: 'Riverside School', sign_up: 'closed' });
    }
    this.progress(`server   ${this.url}`);
  }

  async answers(program, url) {
    if (!program.running) {
      throw new Error(`${program.name} ended: ${program.errors.trim()}`);
    }
    const ca = fs.existsSync(this.certificate) ? fs.readFileSync(this.certificate) : undefined;
    return request(url, { ca }).then(
      (answer) => answer.status === 200,
      () => false,
    );
  }

  async startRelay() {
    const mediaPort = await freeUdpPort();
    this.relay = this.program('relay', 'classcast-relay', {
      http: { listen: `127.0.0.1:${this.relayPort}` },
      media: { listen: `${this.media}:${mediaPort}` },
      tokens: { public_key_file: path.join(this.state, 'token.pub') },
      ...(this.turn && {
        turn: { uris: this.turn.uris, secret_file: this.write('turn-secret', `${this.turn.secret}\n`) },
      }),
    }).start();
    await this.relayReady();
    this.progress(`relay    http://127.0.0.1:${this.relayPort}, media on UDP ${mediaPort}`);
  }

  /** Its recordings in `recordings`, what it remembers elsewhere. */
  async startRecorder() {
    this.recordings = path.join(this.dir, 'recordings');
    const config = {
      server: {
        url: this.url,
        ca_file: this.certificate,
        credential_file: path.join(this.state, 'recorder.credential'),
      },
      storage: { path: this.recordings },
      files: { listen: '127.0.0.1:0', public_key_file: path.join(this.state, 'token.pub') },
      state: { directory: path.join(this.dir, 'recorder') },
    };
    this.recorder = this.program('recorder', 'classcast-recorder', config, this.ownDisk()).start();
    await this.recorderReady();
    this.progress(`recorder ${this.recordings}`);
  }

  /** A command that mounts the disk before it becomes the recorder: nobody needs to be root. */
  ownDisk() {
    if (!this.disk) {
      return [];
    }
    fs.mkdirSync(this.recordings);
    const script = 'mount -t tmpfs -o size="$1" classcast "$2" && shift 2 && exec "$@"';
    // Root needs no user namespace, which would be refused inside a chroot.
    const user = process.getuid() === 0 ? [] : ['--map-root-user'];
    return ['unshare', ...user, '--mount', 'sh', '-c', script, 'sh', this.disk, this.recordings];
  }

  recorderReady() {
    return until(
      'the recorder is connected',
      async () => {
        const { recorders } = await this.api.expect(200, 'GET', '/storage');
        return recorders.find(({ connected, total }) => connected && total > 0);
      },
      { every: 50 },
    );
  }

  relayReady() {
    const url = `http://127.0.0.1:${this.relayPort}/healthz`;
    return until('the relay answers', () => this.answers(this.relay, url));
  }

  /** GET /status of the relay (protocol.md §4). */
  async relayStatus() {
    const key = path.join(this.state, 'token.key');
    const token = mintToken(key, { sub: 'server', room: '*', can: 'observe' });
    const headers = { Authorization: `Bearer ${token}` };
    const answer = await request(`http://127.0.0.1:${this.relayPort}/status`, { headers });
    return JSON.parse(answer.text);
  }

  async startClassrooms() {
    const rooms = this.rooms.map((room, index) => ({ id: room.id, hertz: toneOf(index) }));
    const simulated = rooms.filter((_, index) => this.rooms[index].microphone === undefined);
    if (simulated.length > 0) {
      this.microphones = new Microphones({ bin: this.bin, dir: this.dir, rooms: simulated });
      await this.microphones.start();
      this.progress(`sound    ${simulated.length} microphones`);
    }
    await eachOf(this.rooms, os.availableParallelism?.() ?? os.cpus().length, async (room, index) => {
      await this.startClassroom(room, room.microphone === undefined ? rooms[index].hertz : undefined);
      this.progress(`room     ${room.id}`);
    });
  }

  /** @param {Classroom} room @param {number} [hertz] the tone of a simulated microphone */
  async startClassroom(room, hertz) {
    await this.api.createRoom(room.id, room.name ?? `Room ${room.id.replace(/^room-/, '')}`);
    const credential = await this.api.enrol(room.id);
    const camera = room.cameraUrl ? undefined : await this.startCamera(room);
    const low = room.low && (await this.startCamera({ id: `${room.id}-low`, camera: room.low }));
    const config = {
      server: {
        ...this.serverConfig(),
        credential_file: this.write(`${room.id}.credential`, `${credential}\n`),
      },
      camera: { ...this.cameraConfig(room, camera), low_url: low?.url },
      microphone: this.microphoneConfig(room),
      uplink: { publish: room.publish },
    };
    const prefix = [...(this.away?.prefix ?? []), ...(room.wrap ?? [])];
    const daemon = this.program(`classcastd-${room.id}`, 'classcastd', config, prefix);
    const hasMicrophone = room.microphone !== 'none';
    this.classrooms.set(room.id, { camera, low, daemon, hertz, hasMicrophone, credential });
    daemon.start();
  }

  /** Another computer's address for the server stands in no certificate that it made itself. */
  serverConfig() {
    const url = this.away ? `https://${this.away.address}:${this.port}` : this.url;
    if (!this.pin) {
      return { url, ca_file: this.certificate };
    }
    const { publicKey } = new crypto.X509Certificate(fs.readFileSync(this.certificate));
    const key = publicKey.export({ type: 'spki', format: 'der' });
    const pin = crypto.createHash('sha256').update(key).digest('base64');
    return { url, pin_sha256: pin };
  }

  startCamera(room) {
    const { prefix } = this.away ?? {};
    return new Camera({ bin: this.bin, room: room.id, dir: this.logs, prefix, ...room.camera }).start();
  }

  cameraConfig(room, camera) {
    const user = room.cameraUser ?? room.camera?.user;
    const password = room.cameraPassword ?? room.camera?.password;
    const url = new URL(room.cameraUrl ?? camera.url);
    url.pathname = room.cameraPath ?? url.pathname;
    if (room.loginInUrl) {
      return { url: url.href.replace('//', `//${user}:${password}@`), codec: room.codec };
    }
    const file = user && this.write(`${room.id}.camera-password`, `${password}\n`);
    return { url: url.href, username: user, password_file: file, codec: room.codec };
  }

  microphoneConfig(room) {
    const simulated = room.microphone === undefined || room.microphoneServer === 'simulated';
    return {
      device: room.microphone ?? micOf(room.id),
      server: simulated ? this.microphones.server : room.microphoneServer,
      silence_after: room.silenceAfter,
    };
  }

  /** Waits until the server calls the room so. */
  async becomes(id, state, within = 20_000) {
    const seen = [];
    const reached = async () => {
      const room = await this.api.room(id);
      seen.push(`${room.state}/${room.cause}`);
      return room.state === state && room;
    };
    return until(`${id} is ${state}`, reached, { within, every: 100 }).catch((error) => {
      throw new Error(`${error.message}; it was ${[...new Set(seen)].join(', ')}`);
    });
  }

  async allLive(within = 30_000) {
    const live = async () => (await this.api.rooms()).every((room) => room.state === 'live');
    await until('every room is live', live, { within, every: 200 });
  }

  /** Pids by program, for the table of costs. */
  processes() {
    const rooms = [...this.classrooms.values()];
    return {
      'classcast-server': [this.server.pid],
      'classcast-relay': [this.relay.pid],
      ...(this.recorder && { 'classcast-recorder': [this.recorder.pid, ...childrenOf(this.recorder.pid)] }),
      classcastd: rooms.map((room) => room.daemon.pid),
      'cameras (simulated)': rooms.filter((room) => room.camera).map((room) => room.camera.program.pid),
      'sound (simulated)': this.microphones ? [this.microphones.daemon.pid, this.microphones.feeder.pid] : [],
    };
  }

  /** Ends all that was started and removes the folder. */
  async stop({ keep = false } = {}) {
    const rooms = [...this.classrooms.values()];
    await Promise.all(rooms.map((room) => room.daemon.stop()));
    await Promise.all(rooms.flatMap((room) => [room.camera?.stop(), room.low?.stop()]));
    await this.microphones?.stop();
    await this.recorder?.stop();
    await this.relay?.stop();
    await this.server?.stop();
    if (!keep) {
      fs.rmSync(this.dir, { recursive: true, force: true });
    }
  }
}
