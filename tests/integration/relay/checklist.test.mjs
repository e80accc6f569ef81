// SPDX-License-Identifier: MIT
// WHIP (RFC 9725) and WHEP (draft-ietf-wish-whep-03), row by row, against the running relay. The room is live: a
// real classroom publishes it.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { mintToken, request } from '../../support/api.mjs';
import { Classcast } from '../../support/classcast.mjs';
import { until } from '../../support/wait.mjs';
import { attribute, credentials, fragment, offer, publishing, sections, watching } from './offer.mjs';
import { checks, exchange } from './stun.mjs';

const SDP = 'application/sdp';
const FRAGMENT = 'application/trickle-ice-sdpfrag';
const MDNS = 'candidate:1 1 udp 2113937151 6d1e3f7a-0c5d-4b0e-9a7f-0123456789ab.local 54400 typ host';

let classcast;
let base;
let key;

before(async () => {
  classcast = await Classcast.start({ rooms: [{ id: 'room-101' }] });
  base = `http://127.0.0.1:${classcast.relayPort}`;
  key = path.join(classcast.state, 'token.key');
  await classcast.becomes('room-101', 'live');
});
after(() => classcast?.stop());

const bearer = (can, room = 'room-101') => ({
  Authorization: `Bearer ${mintToken(key, { sub: 'user:1', room, can })}`,
});

const post = (url, can, body, headers = {}) =>
  request(base + url, { method: 'POST', headers: { 'Content-Type': SDP, ...bearer(can), ...headers }, body });

const watch = (ice, headers) => post('/whep/room-101', 'watch', watching(ice), headers);

/** Publishing is tried in a room of its own, so that the live one goes on. */
const publish = (body = publishing(), headers = {}) =>
  post('/whip/room-102', 'publish', body, { ...bearer('publish', 'room-102'), ...headers });

const patch = (location, body, headers = {}) =>
  request(base + location, { method: 'PATCH', headers: { 'Content-Type': FRAGMENT, ...headers }, body });

const hangUp = (location) => request(base + location, { method: 'DELETE' });

function isProblem(answer, status, name) {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers['content-type'], /^application\/problem\+json/);
  const problem = JSON.parse(answer.text);
  assert.equal(problem.type, `urn:classcast:error:${name}`);
  assert.equal(problem.status, status);
}

const mediaPort = (answer) => Number(answer.match(/^a=candidate:\S+ 1 udp \d+ 127\.0\.0\.1 (\d+) /im)[1]);
const iceOf = (text) => ({ ufrag: attribute(text, 'ice-ufrag'), pwd: attribute(text, 'ice-pwd') });

test('1: another content type is 415, malformed SDP is 400', async () => {
  isProblem(await watch(undefined, { 'Content-Type': 'text/plain' }), 415, 'unsupported-media-type');
  isProblem(await post('/whep/room-101', 'watch', 'this is not SDP'), 400, 'bad-request');
  isProblem(await post('/whip/room-102', 'publish', '', bearer('publish', 'room-102')), 400, 'bad-request');
});

test('2, 3: 201 with answer, Location and a strong ETag that is unique', async () => {
  const answers = [await watch(), await watch(), await publish()];
  for (const answer of answers) {
    assert.equal(answer.status, 201, answer.text);
    assert.equal(answer.headers['content-type'], SDP);
    assert.match(answer.text, /^v=0\r\n/);
    assert.match(answer.headers.etag, /^"[^"]+"$/);
    assert.match(answer.headers.location, /^\/whe?i?p\/room-10[12]\/[0-9a-f]{32}$/);
    assert.equal((await hangUp(answer.headers.location)).status, 200);
  }
  assert.equal(new Set(answers.map((answer) => answer.headers.etag)).size, 3);
  assert.equal(new Set(answers.map((answer) => answer.headers.location)).size, 3);
});

test('4: all candidates are in the answer, and they answer checks', async () => {
  const ours = credentials();
  const { text, headers } = await watch(ours);
  assert.ok(attribute(text, 'end-of-candidates'), text);
  const theirs = iceOf(text);
  assert.ok(await checks(mediaPort(text), ours, theirs));
  assert.ok(!(await checks(mediaPort(text), ours, { ...theirs, pwd: 'x'.repeat(24) }, 300)));
  await hangUp(headers.location);
});

test('5: directions', async () => {
  for (const direction of ['sendonly', 'sendrecv']) {
    const { text, headers } = await publish(publishing(undefined, direction));
    sections(text).forEach((section) => assert.equal(attribute(section, 'recvonly'), true, direction));
    await hangUp(headers.location);
  }
  for (const direction of ['recvonly', 'sendrecv']) {
    const { text, headers } = await post('/whep/room-101', 'watch', watching(undefined, direction));
    sections(text).forEach((section) => assert.equal(attribute(section, 'sendonly'), true, direction));
    await hangUp(headers.location);
  }
});

test('6: BUNDLE, rtcp-mux, rtcp-mux-only and bundle-only m-lines', async () => {
  const answer = await post(
    '/whep/room-101',
    'watch',
    offer([
      { kind: 'video', direction: 'recvonly', extra: 'a=rtcp-mux-only' },
      { kind: 'audio', direction: 'recvonly', port: 0, extra: 'a=bundle-only' },
    ]),
  );
  assert.equal(answer.status, 201, answer.text);
  assert.equal(attribute(answer.text, 'group'), 'BUNDLE 0 1');
  sections(answer.text).forEach((section) => assert.ok(attribute(section, 'rtcp-mux')));
  await hangUp(answer.headers.location);
});

test('7: more than one track of a kind, or more than one MediaStream, is 422', async () => {
  const twice = [
    { kind: 'video', direction: 'sendonly', stream: 'a' },
    { kind: 'video', direction: 'sendonly', stream: 'a' },
  ];
  isProblem(await publish(offer(twice)), 422, 'unprocessable');
  const apart = [
    { kind: 'video', direction: 'sendonly', stream: 'a' },
    { kind: 'audio', direction: 'sendonly', stream: 'b' },
  ];
  isProblem(await publish(offer(apart)), 422, 'unprocessable');
});

test('8: no partial success', async () => {
  const unknown = {
    kind: 'video',
    direction: 'recvonly',
    formats: '96',
    attributes: 'a=rtpmap:96 theora/90000',
  };
  const both = offer([{ kind: 'audio', direction: 'recvonly' }, unknown]);
  isProblem(await post('/whep/room-101', 'watch', both), 422, 'unprocessable');
  const wanted = offer([
    { kind: 'audio', direction: 'sendonly' },
    { ...unknown, direction: 'sendonly' },
  ]);
  isProblem(await publish(wanted), 422, 'unprocessable');
});

test('9, 10: actpass becomes passive, and we are ice-lite', async () => {
  for (const answer of [await watch(), await publish()]) {
    sections(answer.text).forEach((section) => assert.equal(attribute(section, 'setup'), 'passive'));
    assert.equal(attribute(answer.text, 'ice-lite'), true);
    await hangUp(answer.headers.location);
  }
});

test('12: nobody live is 409 with Retry-After', async () => {
  const answer = await post('/whep/room-999', 'watch', watching(), bearer('watch', 'room-999'));
  isProblem(answer, 409, 'conflict');
  assert.equal(answer.headers['retry-after'], '1');
});

test('13: PATCH with another content type is 415, malformed 400', async () => {
  const { headers } = await watch();
  isProblem(
    await patch(headers.location, 'a=x', { 'Content-Type': 'text/plain' }),
    415,
    'unsupported-media-type',
  );
  isProblem(await patch(headers.location, '\u0000 what is this?'), 400, 'bad-request');
  await hangUp(headers.location);
});

test('14, 15: trickle is 204 with or without If-Match; another tag is 412', async () => {
  const ours = credentials();
  const { headers } = await watch(ours);
  const body = fragment(ours, [MDNS, 'candidate:nonsense']);
  for (const tag of [{}, { 'If-Match': headers.etag }]) {
    const answer = await patch(headers.location, body, tag);
    assert.equal(answer.status, 204, answer.text);
    assert.equal(answer.text, '');
    assert.equal(answer.headers.etag, undefined);
  }
  isProblem(await patch(headers.location, body, { 'If-Match': '"another"' }), 412, 'precondition-failed');
  await hangUp(headers.location);
});

test('16, 17: new credentials restart ICE; the session outlives a failed restart', async () => {
  const ours = credentials();
  const opened = await watch(ours);
  const { location, etag } = opened.headers;
  const next = credentials();
  isProblem(await patch(location, fragment(next), { 'If-Match': '"another"' }), 412, 'precondition-failed');
  const answer = await patch(location, fragment(next), { 'If-Match': '*' });
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.headers['content-type'], FRAGMENT);
  assert.notEqual(answer.headers.etag, etag);
  assert.equal(attribute(answer.text, 'ice-lite'), true);
  assert.ok(attribute(answer.text, 'candidate'));
  const port = mediaPort(opened.text);
  assert.ok(await checks(port, ours, iceOf(opened.text)), 'before the new credentials work, the old ones do');
  const late = await patch(location, fragment(ours, [MDNS]));
  assert.equal(late.status, 204, 'a candidate of the generation before restarts nothing');
  assert.ok(await checks(port, next, iceOf(answer.text)));
  assert.ok(!(await checks(port, ours, iceOf(opened.text), 300)), 'and then no longer');
  assert.equal((await request(base + location)).status, 204);
  await hangUp(location);
});

test('18, 19: DELETE is 200 whatever the tag, then 404; GET and HEAD', async () => {
  const { headers } = await watch();
  assert.equal((await request(base + headers.location)).status, 204);
  const gone = await request(base + headers.location, {
    method: 'DELETE',
    headers: { 'If-Match': '"another"' },
  });
  assert.equal(gone.status, 200);
  isProblem(await hangUp(headers.location), 404, 'not-found');
  isProblem(await request(base + headers.location), 404, 'not-found');
  for (const endpoint of ['/whip/room-101', '/whep/room-101']) {
    const answer = await request(base + endpoint);
    assert.equal(answer.status, 204);
    assert.equal(answer.text, '');
  }
  const head = await request(`${base}/whep/room-101`, { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(head.headers['content-type'], SDP);
});

test('20: preflight without a token', async () => {
  for (const endpoint of ['/whip/room-101', '/whep/room-101', `/whep/room-101/${'0'.repeat(32)}`]) {
    const { status, headers } = await request(base + endpoint, { method: 'OPTIONS' });
    assert.equal(status, 204);
    assert.equal(headers['access-control-allow-origin'], '*');
    ['POST', 'PATCH', 'DELETE', 'OPTIONS'].forEach((method) =>
      assert.ok(headers['access-control-allow-methods'].includes(method)),
    );
    ['Authorization', 'Content-Type', 'If-Match'].forEach((name) =>
      assert.ok(headers['access-control-allow-headers'].includes(name)),
    );
    assert.equal(headers.link, undefined);
  }
  assert.equal((await request(`${base}/whip/room-101`, { method: 'OPTIONS' })).headers['accept-post'], SDP);
  const opened = await watch();
  ['Location', 'ETag', 'Link', 'Accept-Post', 'Retry-After'].forEach((name) =>
    assert.ok(opened.headers['access-control-expose-headers'].includes(name)),
  );
  await hangUp(opened.headers.location);
});

test('22: who has no token, a forged one or one for something else', async () => {
  const none = await request(`${base}/whep/room-101`, {
    method: 'POST',
    headers: { 'Content-Type': SDP },
    body: watching(),
  });
  isProblem(none, 401, 'unauthenticated');
  assert.match(none.headers['www-authenticate'], /^Bearer/);
  isProblem(await watch(undefined, { Authorization: 'Bearer a.b.c' }), 401, 'unauthenticated');
  isProblem(await watch(undefined, bearer('watch', 'room-102')), 403, 'forbidden');
  isProblem(await watch(undefined, bearer('publish')), 403, 'forbidden');
  const { headers } = await watch();
  const foreign = await request(base + headers.location, {
    method: 'DELETE',
    headers: bearer('watch', 'room-102'),
  });
  isProblem(foreign, 403, 'forbidden');
  const forged = { method: 'DELETE', headers: { Authorization: 'Bearer a.b.c' } };
  isProblem(await request(base + headers.location, forged), 401, 'unauthenticated');
  assert.equal((await hangUp(headers.location)).status, 200);
});

test('23: bodies are limited, announced or chunked; sessions that never connect end', async () => {
  const large = 'x'.repeat(70_000);
  isProblem(await post('/whep/room-101', 'watch', large), 413, 'payload-too-large');
  isProblem(
    await post('/whep/room-101', 'watch', large, { 'Transfer-Encoding': 'chunked' }),
    413,
    'payload-too-large',
  );
  const { headers } = await watch();
  const gone = async () => (await request(base + headers.location)).status === 404;
  assert.ok(!(await gone()));
  await until('the session is given up', gone, { within: 20_000, every: 250 });
});

test('24: unknown paths and methods have problem documents too', async () => {
  isProblem(await request(`${base}/whip/`, { method: 'POST' }), 404, 'not-found');
  isProblem(await request(`${base}/nothing`), 404, 'not-found');
  const answer = await request(`${base}/whip/room-101`, { method: 'PUT' });
  isProblem(answer, 405, 'method-not-allowed');
  assert.ok(answer.headers.allow.includes('POST'));
});

test('DTLS is not listened to before a check has proved the address', async () => {
  const { text, headers } = await watch();
  const hello = Buffer.concat([
    Buffer.from('16feff00000000000000000030', 'hex'),
    Buffer.from('010000240000000000000024fefd', 'hex'),
    Buffer.alloc(34),
  ]);
  assert.equal(await exchange(hello, mediaPort(text), 300), undefined);
  await hangUp(headers.location);
});

test('/status needs the right to observe; metrics, health and readiness do not', async () => {
  isProblem(await request(`${base}/status`), 401, 'unauthenticated');
  const status = await classcast.relayStatus();
  const room = status.rooms.find((one) => one.room === 'room-101');
  assert.ok(room.publisher.connected);
  assert.equal(room.publisher.video.codec, 'H264');
  assert.ok(room.publisher.video.last_ms < 1000);
  assert.ok(room.publisher.audio.packets > 0);
  const metrics = (await request(`${base}/metrics`)).text;
  assert.match(metrics, /^classcast_relay_publishers 1$/m);
  assert.match(metrics, /^classcast_relay_tokens_rejected_total [1-9]/m);
  assert.equal((await request(`${base}/healthz`)).status, 200);
  assert.equal((await request(`${base}/readyz`)).status, 200);
});
