// SPDX-License-Identifier: MIT
// The control channel and the WHIP requests of classcastd against a server in trouble.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { Camera } from '../../support/camera.mjs';
import { freeTcpPort } from '../../support/ports.mjs';
import { until } from '../../support/wait.mjs';
import { BIN, Classroom, CREDENTIAL } from './classroom.mjs';
import { FakeServer } from './fake_server.mjs';

describe('a classroom', () => {
  let camera, room;
  const start = async (options) => {
    room = new Classroom({ camera: { url: camera.url }, ...options });
    return room.start();
  };
  before(async () => {
    camera = await new Camera({ bin: BIN, room: 'room-101', picture: { seconds: 4 } }).start();
  });
  after(() => camera?.stop());
  afterEach(() => room?.stop());

  test('introduces itself, and offers to publish with the token it was given', async () => {
    await start({ microphone: { device: 'none' } });
    await until('an offer', () => room.server.offers.length > 0);
    const [offer] = room.server.offers;
    assert.deepEqual([room.server.hello.type, room.server.hello.protocol], ['hello', 1]);
    assert.deepEqual([offer.method, offer.url], ['POST', '/whip/room-101']);
    assert.equal(offer.headers['content-type'], 'application/sdp');
    assert.equal(offer.headers.authorization, 'Bearer publish-token');
    assert.match(offer.body, /a=sendonly/);
    assert.match(offer.body, /a=rtpmap:102 H264\/90000/);
    assert.match(offer.body, /a=fmtp:102 .*profile-level-id=42e01f/);
    // The relay, which is ICE-lite, learns the addresses from our checks: nobody waits for them.
    assert.doesNotMatch(offer.body, /a=candidate:/);
    assert.doesNotMatch(offer.body, /FID 0/);
  });

  test('offers picture and sound although neither is there yet', async () => {
    await start({
      camera: { url: `rtsp://127.0.0.1:${await freeTcpPort()}/`, codec: 'vp8' },
      microphone: { device: 'x', server: 'unix:/nonexistent' },
    });
    await until('an offer', () => room.server.offers.length > 0);
    assert.match(room.server.offers[0].body, /a=rtpmap:102 VP8\/90000/);
    assert.match(room.server.offers[0].body, /a=rtpmap:111 OPUS\/48000\/2/i);
  });

  for (const [whip, words] of [
    [401, /refuses this device's right to publish \(401\)/],
    [502, /media relay is not running or not ready \(502\)/],
  ]) {
    test(`tells why publishing fails when the answer is ${whip}, and tries again`, async () => {
      await start({ server: new FakeServer({ whip }) });
      await room.server.heartbeat('told', (b) => b.uplink.state === 'backoff' && words.test(b.uplink.cause));
      await until('another offer', () => room.server.offers.length >= 2);
      assert.equal(room.log.split('\n').filter((line) => words.test(line)).length, 1, room.log);
    });
  }

  test('with a wrong credential says so once, tries again slowly and shows nobody the credential', async () => {
    await start({ server: new FakeServer({ credential: 'another' }) });
    await until('a refusal', () => room.log.includes("does not know this device's credential"));
    const first = room.server.upgrades;
    await until('a second attempt', () => room.server.upgrades > first, { within: 8000 });
    assert.equal(room.count("does not know this device's credential"), 1);
    assert.ok(!room.log.includes(CREDENTIAL));
  });

  test('comes back to a restarted server within seconds while its camera stays live', async () => {
    await start({});
    const earlier = await room.server.heartbeat('live', (b) => b.camera.state === 'live');
    const { port } = room.server;
    await room.server.stop();
    await until('the loss is told', () => room.log.includes('media go on'));
    room.server = await new FakeServer().start(port);
    const beat = await room.server.heartbeat('back', (b) => b.camera.state === 'live', 8000);
    assert.ok(beat.camera.frames > earlier.camera.frames, 'frames went on meanwhile');
    assert.ok(beat.seq > earlier.seq, 'the same program');
  });
});
