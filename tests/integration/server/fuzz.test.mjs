// SPDX-License-Identifier: MIT
// Thousands of requests made from the API document, most of them wrong in some way: no 5xx, no undocumented answer,
// nothing of the inside in any of them. CLASSCAST_FUZZ_SEED and CLASSCAST_FUZZ_CASES repeat or lengthen a run.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { misfit, operations, resolve } from '../../support/openapi.mjs';
import { eachOf, until } from '../../support/wait.mjs';
import { HELLO, TestServer } from './server.mjs';

const SEED = Number(process.env.CLASSCAST_FUZZ_SEED ?? 1);
const CASES = Number(process.env.CLASSCAST_FUZZ_CASES ?? 2500);
const LEAK =
  /sqlite|postgres|libpq|SELECT |INSERT |constraint|database:|\.[ch]pp|\/tmp\/|password_hash|scrypt\$|assert|nullptr|std::/i;

/** mulberry32: small, and the same on every machine. */
function randomness(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n) => Math.floor(next() * n);
  return { next, below, pick: (list) => list[below(list.length)], chance: (p) => next() < p };
}

const STRINGS = [
  '',
  ' ',
  'a',
  'admin',
  'room-1',
  'Room',
  '../../etc/passwd',
  "'; DROP TABLE users; --",
  '"',
  '\\',
  '%00',
  '%s%n',
  'null',
  '0',
  '-1',
  '1e999',
  'é',
  '🎉'.repeat(40),
  '\u202eabc',
  '\ud800',
  '<script>alert(1)</script>',
  '${x}',
  '=1+1',
  'a\nb',
  'a\tb',
  '\u0001',
  'x'.repeat(64),
  'x'.repeat(65),
  'x'.repeat(2001),
  'x'.repeat(5000),
  'urn:x',
  '*',
  '%25',
  '_',
];
const NUMBERS = [
  0,
  1,
  -1,
  2,
  200,
  201,
  1000,
  1001,
  2 ** 31,
  2 ** 53,
  -(2 ** 53),
  1.5,
  1e308,
  9223372036854775807n,
];
const ODD = [null, true, false, [], {}, [[]], { a: 1 }, 'x', 7, -0.5];

class Generator {
  constructor(seed) {
    this.random = randomness(seed);
  }

  /** A value of the schema; with some chance an extreme or a wrong one. */
  value(given) {
    const schema = resolve(given) ?? {};
    if (this.random.chance(0.08)) {
      return this.random.pick(ODD);
    }
    if (schema.enum && this.random.chance(0.85)) {
      return this.random.pick(schema.enum);
    }
    return (this[schema.type] ?? this.string).call(this, schema);
  }

  string(schema) {
    const text = this.random.chance(0.6) ? this.fitting(schema) : this.random.pick(STRINGS);
    return this.random.chance(0.05) ? text + this.random.pick(STRINGS) : text;
  }

  fitting({ minLength = 1, maxLength = 12 }) {
    const size = Math.min(maxLength, minLength + this.random.below(12));
    return Array.from({ length: size }, () => 'abcdefghij0123456789-'[this.random.below(21)]).join('');
  }

  integer({ minimum = 0, maximum = 1000 }) {
    const wild = this.random.chance(0.4);
    const number = wild ? this.random.pick(NUMBERS) : minimum + this.random.below(maximum - minimum + 1);
    return typeof number === 'bigint' ? Number(number) : number;
  }

  number(schema) {
    return this.integer(schema);
  }

  boolean() {
    return this.random.chance(0.5);
  }

  array({ items }) {
    return Array.from({ length: this.random.below(this.random.chance(0.05) ? 200 : 4) }, () =>
      this.value(items),
    );
  }

  object({ properties = {}, required = [], additionalProperties }) {
    const made = {};
    for (const [name, member] of Object.entries(properties)) {
      const wanted = required.includes(name) ? 0.95 : 0.5;
      if (this.random.chance(wanted)) {
        made[name] = this.value(member);
      }
    }
    if (additionalProperties || this.random.chance(0.1)) {
      made[this.random.pick(STRINGS)] = this.value(additionalProperties ?? {});
    }
    return made;
  }

  segment(name, known) {
    return this.random.chance(0.6) ? this.random.pick(known[name] ?? ['1']) : this.random.pick(STRINGS);
  }

  /** Method, target, headers and body of one request. */
  request(operation, known) {
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name) =>
      encodeURIComponent(this.segment(name, known).replace(/[\ud800-\udfff]/g, '')),
    );
    const query = operation.parameters
      .filter((parameter) => parameter.in === 'query' && this.random.chance(0.5))
      .map(
        ({ name, schema }) =>
          `${name}=${encodeURIComponent(String(this.value(schema)).replace(/[\ud800-\udfff]/g, ''))}`,
      );
    const target = path + (query.length > 0 ? `?${query.join('&')}` : '');
    if (!operation.body) {
      return { method: operation.method, target };
    }
    let body = JSON.stringify(this.value(operation.body)) ?? 'null';
    if (this.random.chance(0.06)) {
      body = this.random.pick([
        '',
        '{',
        '[',
        '{"a":',
        '\ufffe',
        '{"a":"\\u0000"}',
        '['.repeat(2000),
        body.slice(0, -1),
      ]);
    }
    const type = this.random.chance(0.95) ? 'application/json' : this.random.pick(['text/plain', '', 'x']);
    return { method: operation.method, target, body, type };
  }
}

describe('fuzz', () => {
  let server;
  const clients = [];
  before(async () => {
    server = await TestServer.start();
    const admin = await server.signedIn();
    await admin.makeRoom('room-1');
    await admin.expect(200, 'PATCH', '/settings', { 'people.sign_up': 'open' });
    const student = server.addUser('student', 'student', 'a long password');
    await admin.expect(204, 'PUT', `/rooms/room-1/members/${student}`, { relation: 'member' });
    clients.push(admin, await server.signedIn('student', 'a long password'), server.client());
    // Changed, disabled and deleted in the place of those who ask.
    known.user = ['first', 'second'].map((name) =>
      String(server.addUser(name, 'student', 'a long password')),
    );
  });
  after(() => server.stop());

  // They end the sessions that the test stands on.
  const APART = ['DELETE /session', 'DELETE /users/{user}/sessions', 'DELETE /rooms/{room}'];
  const known = { room: ['room-1'], user: [], message: ['1', '2'], session: ['abcdef'], recording: ['r-1'] };

  const complaint = (operation, request, answer) => {
    const { status, text } = answer;
    const what = `${request.method} ${request.target} ${request.body?.slice(0, 200) ?? ''} → ${status} ${text.slice(0, 200)}`;
    // The path may have become another one, e.g. by a slash in a segment or an empty one.
    const elsewhere = status === 405 || (status === 404 && answer.json);
    // ".." in a path is refused before any of our code sees it.
    if (status === 400 && request.target.includes('..') && text === '') {
      return undefined;
    }
    if (status >= 500 && status !== 503) {
      return `${what}: a fault of ours`;
    }
    if (!operation.statuses.includes(status) && status !== 304 && !elsewhere) {
      return `${what}: not documented`;
    }
    if (status >= 400 && (answer.headers['content-type'] !== 'application/problem+json' || LEAK.test(text))) {
      return `${what}: not a clean problem`;
    }
    const schema = operation.responses[status]?.content?.['application/json']?.schema;
    const fault = answer.json && schema && misfit(answer.json, schema);
    return fault ? `${what}: ${fault}` : undefined;
  };

  test(`${CASES} requests of seed ${SEED} are answered cleanly`, { timeout: 600_000 }, async () => {
    const generator = new Generator(SEED);
    const targets = operations.filter(({ method, path }) => !APART.includes(`${method} ${path}`));
    const cases = Array.from({ length: CASES }, () => {
      const operation = generator.random.pick(targets);
      const client = generator.random.pick([clients[0], clients[0], clients[0], clients[1], clients[2]]);
      return { operation, client, request: generator.request(operation, known) };
    });
    const complaints = [];
    const seen = {};
    await eachOf(cases, 6, async ({ operation, client, request }) => {
      const { method, target, body, type } = request;
      const headers = { Origin: server.url };
      if (client.cookie) {
        Object.assign(headers, { Cookie: client.cookie, 'X-CSRF-Token': client.csrf });
      }
      if (type) {
        headers['Content-Type'] = type;
      }
      const answer = await client.request(method, `/api/v1${target}`, { headers, body });
      seen[answer.status] = (seen[answer.status] ?? 0) + 1;
      const said = complaint(operation, request, answer);
      if (said) {
        complaints.push(said);
      }
    });
    assert.deepEqual(complaints.slice(0, 10), [], `${complaints.length} in all; ${JSON.stringify(seen)}`);
    assert.ok(server.program.running);
    assert.ok(
      seen[200] > 50 && seen[400] > 100 && seen[401] > 20 && seen[403] > 20 && seen[404] > 50,
      JSON.stringify(seen),
    );
    assert.ok(
      !LEAK.test(server.everythingLogged.replace(/^.*(audit|session).*$/gm, '').replace(/\/tmp\//g, '')),
    );
  });

  test('a thousand odd frames harm neither channel', { timeout: 120_000 }, async () => {
    const generator = new Generator(SEED + 1);
    const [admin] = clients;
    // The requests above have used up what one address may ask for in a while.
    const enrolled = async () => {
      const { status, json } = await admin.call('POST', '/rooms/room-1/device');
      return status === 429 ? undefined : { status, json };
    };
    const { status, json } = await until('asking is allowed again', enrolled, { within: 30_000, every: 500 });
    assert.equal(status, 201);
    const { credential } = json;
    const verbs = [
      'subscribe',
      'send',
      'edit',
      'delete',
      'pin',
      'unpin',
      'typing',
      'read',
      'history',
      'hello',
      'command',
    ];
    const frame = () =>
      generator.random.chance(0.1)
        ? generator.random.pick(['{', '[]', 'null', '7', '""', '{"type":7}', '\u0000', '['.repeat(5000)])
        : JSON.stringify({
            type: generator.random.chance(0.9)
              ? generator.random.pick(verbs)
              : generator.value({ type: 'string' }),
            room: generator.random.chance(0.8) ? 'room-1' : generator.value({ type: 'string' }),
            id: generator.value({ type: 'integer' }),
            seq: generator.value({ type: 'integer' }),
            after: generator.value({ type: 'integer' }),
            before: generator.value({ type: 'integer' }),
            limit: generator.value({ type: 'integer' }),
            client_id: generator.value({ type: 'string' }),
            text: generator.value({ type: 'string' }),
            ref: generator.value({ type: 'string' }),
          });
    let sent = 0;
    while (sent < 1000) {
      const page = await server.events(admin).open();
      const pc = await server.agent(credential).open();
      pc.send(HELLO);
      for (let i = 0; i < 50; ++i, ++sent) {
        page.send(frame());
        pc.send(frame());
      }
      page.send({ type: 'read', room: 'no-such', ref: 'last' });
      await page
        .expect('the last answer', (message) => message.ref === 'last' || page.socket.readyState > 1)
        .catch(() => {});
      const said = JSON.stringify(page.messages);
      assert.ok(
        !LEAK.test(said.replace(/"rooms":.*?\]/g, '').replace(/"text":"[^"]*"/g, '')),
        said.slice(0, 500),
      );
      page.close();
      pc.close();
    }
    assert.equal((await admin.request('GET', '/healthz')).status, 200);
    assert.ok(server.program.running);
  });
});
