// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict';
import { request } from 'node:https';
import { after, before, describe, test } from 'node:test';
import { until } from '../../support/wait.mjs';
import { TestServer } from './server.mjs';

const OFFER = 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\n';

describe('WHIP and WHEP through the server', () => {
  let server;
  let client;
  before(async () => {
    server = await TestServer.start();
    client = server.client();
  });
  after(() => server.stop());

  const post = (body = OFFER, headers = {}) =>
    client.request('POST', '/whep/room-1?layer=low', {
      headers: {
        'Content-Type': 'application/sdp',
        Authorization: 'Bearer a.b.c',
        Cookie: '__Host-classcast=secret',
        'X-CSRF-Token': 'secret',
        Origin: 'https://elsewhere.example',
        ...headers,
      },
      body,
    });

  test('request and answer pass unchanged, cookies do not', async () => {
    server.relay.answer = (asked, response) => {
      response.writeHead(201, {
        'Content-Type': 'application/sdp',
        Location: '/whep/room-1/0123',
        ETag: '"abc"',
        Link: ['<stun:a>; rel="ice-server"', '<turn:b>; rel="ice-server"'],
        'Set-Cookie': 'x=y',
        'Access-Control-Expose-Headers': 'Location',
      });
      response.end('v=0 answer');
    };
    const answer = await post();
    assert.equal(answer.status, 201);
    assert.equal(answer.text, 'v=0 answer');
    assert.equal(answer.headers.location, '/whep/room-1/0123');
    assert.equal(answer.headers.etag, '"abc"');
    assert.equal(answer.headers.link, '<stun:a>; rel="ice-server", <turn:b>; rel="ice-server"');
    assert.equal(answer.headers['content-type'], 'application/sdp');
    assert.equal(answer.headers['access-control-expose-headers'], 'Location');
    assert.equal(answer.headers['set-cookie'], undefined);
    const seen = server.relay.seen.at(-1);
    assert.equal(seen.url, '/whep/room-1?layer=low');
    assert.equal(seen.body, OFFER);
    assert.equal(seen.headers.authorization, 'Bearer a.b.c');
    assert.equal(seen.headers['content-type'], 'application/sdp');
    assert.equal(seen.headers.cookie, undefined);
    assert.equal(seen.headers['x-csrf-token'], undefined);
  });

  test('every method of a session passes', async () => {
    for (const [method, status] of [
      ['PATCH', 204],
      ['DELETE', 200],
      ['GET', 204],
      ['OPTIONS', 204],
      ['HEAD', 200],
    ]) {
      server.relay.answer = (asked, response) => {
        response.statusCode = status;
        response.end();
      };
      const headers = { 'If-Match': '"abc"' };
      const answer = await client.request(method, '/whip/room-1/0123', { headers });
      assert.equal(answer.status, status, method);
      const seen = server.relay.seen.at(-1);
      assert.equal(seen.method, method);
      assert.equal(seen.headers['if-match'], '"abc"');
    }
  });

  test("the relay's refusal is the caller's refusal", async () => {
    server.relay.answer = (asked, response) => {
      const type = 'application/problem+json';
      response.writeHead(409, { 'Content-Type': type, 'Retry-After': '1', 'WWW-Authenticate': 'Bearer' });
      response.end('{"type":"urn:classcast:error:conflict","status":409}');
    };
    const answer = await post();
    assert.equal(answer.status, 409);
    assert.equal(answer.headers['retry-after'], '1');
    assert.equal(answer.headers['www-authenticate'], 'Bearer');
    assert.equal(answer.json.type, 'urn:classcast:error:conflict');
  });

  test('an event stream passes piece by piece, and its end both ways', async () => {
    let source;
    server.relay.answer = (asked, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write('event: active\ndata: {}\n\n');
      source = response;
    };
    const open = () =>
      new Promise((resolve, reject) => {
        const sent = request(
          `${server.url}/whep/room-1/0123/sse/4567`,
          { ca: server.ca, agent: false },
          resolve,
        );
        sent.on('error', reject).end();
      });
    const first = await open();
    assert.equal(first.headers['content-type'], 'text/event-stream');
    let heard = '';
    let ended = false;
    first.setEncoding('utf8');
    first.on('data', (text) => (heard += text)).on('end', () => (ended = true));
    await until('the first event', () => heard === 'event: active\ndata: {}\n\n');
    source.write('event: inactive\ndata: {}\n\n');
    await until('the second event', () => heard.endsWith('event: inactive\ndata: {}\n\n'));
    assert.ok(!ended, 'it stays open');
    source.end();
    await until('the end', () => ended);

    const second = await open();
    second.on('error', () => {});
    second.destroy();
    let closed = false;
    source.on('close', () => (closed = true));
    await until('the relay is left alone', () => {
      source.write(': still here\n\n');
      return closed;
    });
  });

  test('a body over the limit never reaches the relay', async () => {
    const before_ = server.relay.seen.length;
    assert.equal((await post('x'.repeat(70_000))).status, 413);
    assert.equal(server.relay.seen.length, before_);
  });

  test('an answer over the limit is a bad gateway', async () => {
    server.relay.answer = (asked, response) => response.end('x'.repeat(1_000_000));
    assert.equal((await post()).status, 502);
  });

  test('many at once are kept apart', async () => {
    server.relay.answer = (asked, response) => {
      setTimeout(() => response.end(asked.url), Math.random() * 50);
    };
    const targets = Array.from({ length: 40 }, (_, i) => `/whep/room-${i}`);
    const answers = await Promise.all(targets.map((target) => client.request('GET', target)));
    assert.deepEqual(
      answers.map((answer) => answer.text),
      targets,
    );
  });

  test('a relay that never answers is given up, also when the caller has hung up', async () => {
    server.relay.answer = () => {};
    const sent = request(`${server.url}/whep/room-1`, { method: 'POST', ca: server.ca, agent: false });
    sent.on('error', () => {});
    sent.end(OFFER);
    const waiting = async () => {
      const { text } = await client.request('GET', '/metrics');
      return /^classcast_proxied_requests (\d+)$/m.exec(text)[1];
    };
    await until('it waits for the relay', async () => (await waiting()) === '1');
    sent.destroy();
    assert.equal((await post()).status, 502);
    await until('both are forgotten', async () => (await waiting()) === '0');
  });

  test('a session made for a caller who has hung up is ended at the relay', async () => {
    let finish;
    server.relay.answer = (asked, response) => {
      if (asked.method === 'DELETE') {
        return response.end();
      }
      finish = () => response.writeHead(201, { Location: '/whep/room-1/4567' }).end('v=0');
    };
    const headers = { Authorization: 'Bearer a.b.c', 'Content-Type': 'application/sdp' };
    const options = { method: 'POST', ca: server.ca, agent: false, headers };
    const sent = request(`${server.url}/whep/room-1`, options);
    const closed = new Promise((resolve) => sent.on('error', () => {}).on('close', resolve));
    sent.end(OFFER);
    await until('the relay is asked', () => finish);
    sent.destroy();
    await closed;
    finish();
    const last = await until('the session is ended', () =>
      server.relay.seen.find((seen) => seen.method === 'DELETE' && seen.url === '/whep/room-1/4567'),
    );
    assert.equal(last.headers.authorization, 'Bearer a.b.c');
  });

  test('a relay that is gone is a problem, not a hang', async () => {
    await server.relay.stop();
    const answer = await post();
    assert.equal(answer.status, 502);
    assert.equal(answer.json.type, 'urn:classcast:error:bad-gateway');
    await server.relay.start(server.relay.port);
    assert.ok(!server.everythingLogged.includes('a.b.c'));
  });
});
