// SPDX-License-Identifier: MIT
// The browser API of classcast-server as a test uses it: cookie, CSRF token, trusted certificate.
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';

const TIMEOUT_MS = 5000;

/** One request on a connection of its own; never throws for a status. */
export function request(url, { method = 'GET', headers = {}, body, ca } = {}) {
  const client = url.startsWith('https:') ? https : http;
  return new Promise((resolve, reject) => {
    const sent = client.request(
      url,
      { method, headers, ca, agent: false, timeout: TIMEOUT_MS },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode, headers: response.headers, text });
        });
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`${method} ${url}: no answer within ${TIMEOUT_MS} ms`)));
    sent.on('error', reject);
    sent.end(body);
  });
}

export class Api {
  /** @param {string} url @param {string} certificate path of the PEM to trust */
  constructor(url, certificate) {
    this.url = url;
    this.ca = fs.readFileSync(certificate);
    /** Every answer's head and body, for the search for secrets. */
    this.transcript = [];
  }

  async call(method, path, body) {
    const headers = { Origin: this.url };
    if (this.cookie) {
      headers.Cookie = this.cookie;
    }
    if (this.csrf) {
      headers['X-CSRF-Token'] = this.csrf;
    }
    if (body !== undefined) {
      headers['Content-Type'] = 'application/json';
    }
    const json = body === undefined ? undefined : JSON.stringify(body);
    const answer = await request(`${this.url}/api/v1${path}`, { method, headers, body: json, ca: this.ca });
    const cookies = answer.headers['set-cookie'] ?? [];
    const cookie = cookies.find((text) => text.startsWith('__Host-classcast='));
    this.cookie = cookie?.split(';')[0] ?? this.cookie;
    this.transcript.push({ method, path, ...answer });
    return { ...answer, json: answer.text.startsWith('{') ? JSON.parse(answer.text) : undefined };
  }

  async expect(status, method, path, body) {
    const answer = await this.call(method, path, body);
    if (answer.status !== status) {
      throw new Error(`${method} ${path}: ${answer.status} instead of ${status}: ${answer.text}`);
    }
    return answer.json;
  }

  async signIn(name, password) {
    const session = await this.expect(200, 'POST', '/session', { name, password });
    this.csrf = session.csrf;
    return session;
  }

  async rooms() {
    return (await this.expect(200, 'GET', '/rooms')).rooms;
  }

  async room(id) {
    return (await this.rooms()).find((room) => room.id === id);
  }

  createRoom(id, name) {
    return this.expect(201, 'POST', '/rooms', { id, name });
  }

  /** The device credential of a room's PC, shown this once. */
  async enrol(id) {
    return (await this.expect(201, 'POST', `/rooms/${id}/device`)).credential;
  }
}

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token as the server mints it (protocol.md §2), made with the server's own key. */
export function mintToken(keyFile, claims) {
  const exp = Math.floor(Date.now() / 1000) + 600;
  const jti = crypto.randomBytes(16).toString('hex');
  const signed = `${base64url({ alg: 'EdDSA', typ: 'JWT' })}.${base64url({ exp, jti, ...claims })}`;
  const signature = crypto.sign(null, Buffer.from(signed), crypto.createPrivateKey(fs.readFileSync(keyFile)));
  return `${signed}.${signature.toString('base64url')}`;
}
