// SPDX-License-Identifier: MIT
// The relay alone, with a key of its own for tokens, in a folder that goes with it.
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { mintToken, request } from '../../support/api.mjs';
import { BIN } from '../../support/classcast.mjs';
import { Program } from '../../support/program.mjs';
import { until } from '../../support/wait.mjs';
import { publishing, watching } from './offer.mjs';

const SDP = 'application/sdp';

/** INI text of `{section: {key: value}}`. */
const ini = (sections) =>
  Object.entries(sections)
    .map(([name, keys]) =>
      [`[${name}]`, ...Object.entries(keys).map(([key, value]) => `${key} = ${value}`), ''].join('\n'),
    )
    .join('\n');

export class Relay {
  /**
   * @param {Record<string, Record<string, string|number>>} [settings] sections of relay.conf
   * @param {string[]} [prefix] a command that runs it elsewhere
   */
  static async start(settings = {}, prefix = []) {
    const relay = new Relay(settings, prefix);
    await relay.ready();
    return relay;
  }

  /** @param {Record<string, string>} [files] contents by name; a setting `@name` becomes the file's path */
  constructor({ http, media, tokens, limits, ...others } = {}, prefix = [], files = {}) {
    this.dir = fs.mkdtempSync(path.join(os.tmpdir(), 'relay-'));
    this.key = this.file('token.key', '');
    const pair = crypto.generateKeyPairSync('ed25519');
    fs.writeFileSync(this.key, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    const publicKey = this.file('token.pub', pair.publicKey.export({ type: 'spki', format: 'pem' }));
    const paths = Object.entries(files).map(([name, text]) => [name, this.file(name, text)]);
    const text = ini({
      http: { listen: '127.0.0.1:0', ...http },
      media: { listen: '127.0.0.1:0', ...media },
      tokens: { public_key_file: publicKey, ...tokens },
      limits: { requests_per_second: 1000, ...limits },
      ...others,
    });
    const config = this.file(
      'relay.conf',
      paths.reduce((all, [name, file]) => all.replace(`@${name}`, file), text),
    );
    this.program = new Program('relay', [
      ...prefix,
      path.join(BIN, 'classcast-relay'),
      '--config',
      config,
    ]).start();
  }

  file(name, text) {
    const file = path.join(this.dir, name);
    fs.writeFileSync(file, text, { mode: 0o600 });
    return file;
  }

  async ready() {
    const started = await until('the relay listens', () => {
      if (!this.program.running) {
        throw new Error(`the relay ended: ${this.program.errors}`);
      }
      return this.program.errors.match(
        /HTTP on port (\d+), media on UDP port (\d+)(?:, ICE on TCP port (\d+))?/,
      );
    });
    [this.httpPort, this.mediaPort, this.tcpPort] = started.slice(1).map((port) => port && Number(port));
    this.base = `http://127.0.0.1:${this.httpPort}`;
  }

  get pid() {
    return this.program.pid;
  }

  token(can, room = 'room-101', sub = `user:${can}`) {
    return mintToken(this.key, { sub, room, can });
  }

  observer() {
    return mintToken(this.key, { sub: 'server', room: '*', can: 'observe' });
  }

  /** @param {'whip'|'whep'} end */
  post(end, { room = 'room-101', body, headers, query = '' } = {}) {
    const can = end === 'whip' ? 'publish' : 'watch';
    return request(`${this.base}/${end}/${room}${query}`, {
      method: 'POST',
      headers: { 'Content-Type': SDP, Authorization: `Bearer ${this.token(can, room)}`, ...headers },
      body: body ?? (end === 'whip' ? publishing() : watching()),
    });
  }

  patch(location, body, headers = {}) {
    const type = { 'Content-Type': 'application/trickle-ice-sdpfrag' };
    return request(this.base + location, { method: 'PATCH', headers: { ...type, ...headers }, body });
  }

  remove(location) {
    return request(this.base + location, { method: 'DELETE' });
  }

  async exists(location) {
    return (await request(new URL(location, this.base).href)).status === 204;
  }

  async metric(name) {
    const { text } = await request(`${this.base}/metrics`);
    return Number(text.match(new RegExp(`^classcast_relay_${name} (\\d+)$`, 'm'))[1]);
  }

  async stop() {
    const ended = await this.program.stop();
    fs.rmSync(this.dir, { recursive: true, force: true });
    return ended;
  }
}
