// SPDX-License-Identifier: MIT
// The rows of the WHIP and WHEP checklist that need a relay with other settings, or a peer that is really connected.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import http from 'node:http';
import { after, test } from 'node:test';
import { request } from '../../support/api.mjs';
import { Stack } from '../../support/stacks/stack.mjs';
import { until } from '../../support/wait.mjs';
import { attribute, credentials, fragment, offer, publishing, sections } from './offer.mjs';
import { Relay } from './relay.mjs';

const running = [];
after(() => Promise.all(running.map((one) => one.stop())));

async function relayWith(settings) {
  const relay = await Relay.start(settings);
  running.push(relay);
  return relay;
}

function isProblem(answer, status, name) {
  assert.equal(answer.status, status, answer.text);
  assert.equal(JSON.parse(answer.text).type, `urn:classcast:error:${name}`);
}

const RID = 'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id';
const layered = (extra) => offer([{ kind: 'video', direction: 'sendonly', stream: 'a', extra }]);

test('11: simulcast by RIDs (RFC 8853 §5.3.2) and in no other way', async () => {
  const relay = await relayWith();
  const answered = async (extra) => {
    const answer = await relay.post('whip', { body: layered(extra) });
    assert.equal(answer.status, 201, answer.text);
    await relay.remove(answer.headers.location);
    return sections(answer.text)[0];
  };
  const both = await answered(`${RID}\na=rid:h send\na=rid:l send\na=simulcast:send h;l`);
  assert.equal(attribute(both, 'simulcast'), 'recv h;l', 'directions are reversed');
  assert.deepEqual(
    both.match(/^a=rid:.*$/gm).map((line) => line.trim()),
    ['a=rid:h recv', 'a=rid:l recv'],
  );
  assert.match(both, /^a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r$/m);
  const alternatives = await answered(
    `${RID}\na=rid:1 send\na=rid:2 send\na=rid:3 send\na=simulcast:send 1,2;~3`,
  );
  assert.match(attribute(alternatives, 'simulcast'), /^recv 1;~?3$/, 'one of the alternatives');
  const groups = await answered('a=ssrc:1 cname:a\na=ssrc:2 cname:a\na=ssrc-group:SIM 1 2');
  assert.equal(attribute(groups, 'simulcast'), undefined, 'SSRC groups are no simulcast');
  const undeclared = await relay.post('whip', {
    body: layered(`${RID}\na=rid:h send\na=simulcast:send h;x`),
  });
  isProblem(undeclared, 400, 'bad-request');
  const nameless = await relay.post('whip', {
    body: layered('a=rid:h send\na=rid:l send\na=simulcast:send h;l'),
  });
  isProblem(nameless, 422, 'unprocessable');
});

test('12: a full relay is 503 with Retry-After', async () => {
  const relay = await relayWith({ limits: { sessions: 1 } });
  const first = await relay.post('whip');
  assert.equal(first.status, 201);
  const second = await relay.post('whip', { room: 'room-102' });
  isProblem(second, 503, 'unavailable');
  assert.ok(Number(second.headers['retry-after']) > 0);
  await relay.remove(first.headers.location);
  const third = await relay.post('whip', { room: 'room-102' });
  assert.equal(third.status, 201, 'there is room again');
});

test('12: balancing is 307, when full or always, and only for those who may come in', async () => {
  const redirect_to = 'https://relay-2.example:8443/';
  const full = await relayWith({ http: { redirect_to }, limits: { sessions: 1 } });
  assert.equal((await full.post('whip')).status, 201);
  const sent = await full.post('whip', { room: 'room-102', query: '?x=1' });
  assert.equal(sent.status, 307);
  assert.equal(sent.headers.location, 'https://relay-2.example:8443/whip/room-102?x=1');
  isProblem(await full.post('whip', { headers: { Authorization: 'Bearer a.b.c' } }), 401, 'unauthenticated');
  const emptied = await relayWith({ http: { redirect_to, redirect_when: 'always' } });
  assert.equal((await emptied.post('whep')).status, 307);
});

test('15: strict mode wants If-Match', async () => {
  const relay = await relayWith({ http: { if_match: 'required' } });
  const ours = credentials();
  const { headers } = await relay.post('whip', { body: publishing(ours) });
  isProblem(await relay.patch(headers.location, fragment(ours)), 428, 'precondition-required');
  const matching = await relay.patch(headers.location, fragment(ours), { 'If-Match': headers.etag });
  assert.equal(matching.status, 204);
  const restart = await relay.patch(headers.location, fragment(credentials()), { 'If-Match': '*' });
  assert.equal(restart.status, 200);
});

test('17: a session whose peer falls silent ends; nothing of it is left', async () => {
  const relay = await relayWith();
  const publisher = new Stack('libdatachannel', 'publish', { relay });
  const { session } = await publisher.has(5, 5);
  assert.ok(await relay.exists(session));
  publisher.kill(); // no goodbye: consent is lost (RFC 7675)
  const gone = async () => !(await relay.exists(session));
  await until('consent is lost', gone, { within: 13_000, every: 200 });
  assert.equal(await relay.metric('sessions'), 0);
  assert.match(relay.program.errors, /a publisher went: the peer no longer answers/);
});

test('21: TURN servers by Link, with credentials that end, never on a preflight', async () => {
  const secret = crypto.randomBytes(16).toString('hex');
  const uris = 'turn:turn.school.example:3478?transport=udp, stun:stun.school.example:3478';
  const relay = new Relay({ turn: { uris, secret_file: '@secret', lifetime: '1h' } }, [], { secret });
  running.push(relay);
  await relay.ready();
  const answer = await relay.post('whip');
  assert.equal(answer.status, 201, answer.text);
  const link = answer.headers.link;
  const [, username, credential] = link.match(
    /^<turn:turn\.school\.example:3478\?transport=udp>; rel="ice-server"; username="([^"]+)"; credential="([^"]+)"; credential-type="password"/,
  );
  assert.equal(
    crypto.createHmac('sha1', secret).update(username).digest('base64'),
    credential,
    'coturn takes it',
  );
  const left = Number(username.split(':')[0]) - Date.now() / 1000;
  assert.ok(left > 3500 && left < 3700, `${left} s`);
  assert.match(link, /<stun:stun\.school\.example:3478>; rel="ice-server"/);
  assert.ok(!link.includes(secret) && !relay.program.errors.includes(secret));
  const preflight = await request(`${relay.base}/whip/room-101`, { method: 'OPTIONS' });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.link, undefined);
  const refused = await relay.post('whip', { headers: { Authorization: 'Bearer a.b.c' } });
  assert.equal(refused.headers.link, undefined);
});

test('23: POST, PATCH and DELETE are limited, each party for itself', async () => {
  const relay = await relayWith({ limits: { requests_per_second: 1 } });
  const flood = async (send) => {
    const answers = await Promise.all(Array.from({ length: 25 }, send));
    const limited = answers.filter((answer) => answer.status === 429);
    assert.ok(limited.length >= 10, `${limited.length} of 25`);
    isProblem(limited[0], 429, 'too-many-requests');
    assert.ok(Number(limited[0].headers['retry-after']) > 0);
    return answers.find((answer) => answer.status < 300);
  };
  const { headers } = await flood(() => relay.post('whip'));
  const other = await relay.post('whip', {
    room: 'room-102',
    headers: { Authorization: `Bearer ${relay.token('publish', 'room-102', 'user:other')}` },
  });
  assert.equal(other.status, 201, 'another user is not held up');
  const location = headers.location;
  await flood(() => relay.patch(location, fragment(credentials()), { 'If-Match': '*' }));
  await flood(() => relay.remove(other.headers.location));
});

/** The text of an event stream so far. */
function eventStream(url) {
  const events = { text: '' };
  const got = http.get(url, { headers: { Accept: 'text/event-stream' } }, (response) => {
    events.status = response.statusCode;
    events.type = response.headers['content-type'];
    response.setEncoding('utf8').on('data', (text) => (events.text += text));
  });
  got.on('error', () => {});
  events.close = () => got.destroy();
  return events;
}

test('25: layer selection and server-sent events by Link', async () => {
  const relay = await relayWith();
  const publisher = new Stack('libdatachannel', 'publish', { relay });
  await publisher.has(5, 5);
  const answer = await relay.post('whep');
  assert.equal(answer.status, 201, answer.text);
  const link = (name) => {
    const rel = `urn:ietf:params:whep:ext:core:${name}`;
    const found = [...answer.headers.link.matchAll(/<([^>]+)>; rel="([^"]+)"/g)].find(
      (match) => match[2] === rel,
    );
    return new URL(found[1], `${relay.base}${answer.headers.location}`).href;
  };
  const send = (url, body) =>
    request(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  const chosen = await send(link('layer'), { encodingId: 'low' });
  assert.ok([200, 204].includes(chosen.status), chosen.text);
  isProblem(await send(link('layer'), { encodingId: 7 }), 400, 'bad-request');
  const wanted = ['active', 'inactive', 'layers', 'viewercount'];
  const subscribed = await send(link('server-sent-events'), wanted);
  assert.equal(subscribed.status, 201, subscribed.text);
  const events = eventStream(new URL(subscribed.headers.location, relay.base).href);
  await until('the room is called active', () => /^event: active$/m.test(events.text));
  assert.equal(events.status, 200);
  assert.match(events.type, /^text\/event-stream/);
  await publisher.stop();
  await until('the room is called inactive', () => /^event: inactive$/m.test(events.text));
  events.close();
});
