// SPDX-License-Identifier: MIT
// The control channel with a scripted classroom PC, and the status that comes of it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { until } from '../../support/wait.mjs';
import { HELLO, TestServer, heartbeat } from './server.mjs';

const REPLACED = 4409;
const MALFORMED = 4400;
const REVOKED = 4401;

describe('control channel', () => {
  let server;
  let admin;
  let credential;
  before(async () => {
    server = await TestServer.start();
    admin = await server.signedIn();
    credential = await admin.makeRoom('room-1', 'Room 1');
  });
  after(() => server.stop());

  const connected = async (secret = credential) => {
    const channel = await server.agent(secret).open();
    channel.send(HELLO);
    await channel.expect('welcome', (message) => message.type === 'welcome');
    return channel;
  };

  test('hello is answered by welcome with a right to publish this room', async () => {
    const channel = await connected();
    const [welcome] = channel.messages;
    assert.equal(channel.socket.protocol, 'classcast.agent.v1');
    assert.equal(welcome.room, 'room-1');
    assert.equal(welcome.name, 'Room 1');
    assert.equal(welcome.heartbeat_ms, 2000);
    assert.equal(welcome.publish.url, '/whip/room-1');
    const claims = JSON.parse(Buffer.from(welcome.publish.token.split('.')[1], 'base64url'));
    assert.equal(claims.sub, 'device:room-1');
    assert.equal(claims.room, 'room-1');
    assert.equal(claims.can, 'publish');
    assert.equal(claims.exp, welcome.publish.expires);
    assert.ok(!server.everythingLogged.includes(welcome.publish.token));
    channel.close();
  });

  test('a wrong, missing or cut credential is refused with 401', async () => {
    for (const secret of [undefined, '', 'x', 'f'.repeat(64), credential.slice(1)]) {
      const channel = server.agent(secret);
      assert.equal(await channel.refusedWith(), 401, secret);
    }
    assert.equal((await admin.request('GET', '/agent')).status, 401);
  });

  test('a handshake that is none is refused', async () => {
    const headers = { Authorization: `Bearer ${credential}` };
    assert.equal((await admin.request('GET', '/agent', { headers })).status, 400);
  });

  test('a newer connection closes the older', async () => {
    const older = await connected();
    const newer = await connected();
    assert.equal(await older.ended, REPLACED);
    newer.send(heartbeat());
    assert.equal(newer.socket.readyState, 1);
    newer.close();
  });

  test('malformed and untimely messages close the channel', async () => {
    const bad = ['{', '[]', '{}', '{"type":"heartbeat"}', { ...HELLO, protocol: 2 }, heartbeat(), '\u0000'];
    for (const message of bad) {
      const channel = await server.agent(credential).open();
      channel.send(message);
      assert.equal(await channel.ended, MALFORMED, JSON.stringify(message));
    }
    const twice = await connected();
    twice.send(HELLO);
    assert.equal(await twice.ended, MALFORMED);
  });

  test('untimely binary, large and too many messages close the channel', async () => {
    const binary = await server.agent(credential).open();
    binary.socket.send(Buffer.from([1, 2, 3]));
    assert.equal(await binary.ended, MALFORMED);
    const large = await connected();
    large.send(JSON.stringify({ ...heartbeat(), filler: 'x'.repeat(65 * 1024) }));
    // 1009, unless the reset that unread bytes cause overtakes the close frame.
    assert.ok([1006, 1009].includes(await large.ended));
    const hasty = await connected();
    for (let i = 0; i < 200; ++i) {
      hasty.send(heartbeat());
    }
    assert.equal(await hasty.ended, 1008);
  });

  test('a silent classroom PC is given up', async () => {
    const channel = await server.agent(credential).open();
    const begun = Date.now();
    assert.equal(await channel.ended, 1008);
    assert.ok(Date.now() - begun > 8000);
  });

  test('a new credential ends the channel and the old credential', async () => {
    const channel = await connected();
    const { json } = await admin.call('POST', '/rooms/room-1/device');
    assert.equal(await channel.ended, REVOKED);
    assert.equal(await server.agent(credential).refusedWith(), 401);
    credential = json.credential;
    (await connected()).close();
  });

  test('a removed room ends its channel', async () => {
    const secret = await admin.makeRoom('room-2');
    const channel = await connected(secret);
    await admin.call('DELETE', '/rooms/room-2');
    assert.equal(await channel.ended, REVOKED);
    assert.equal(await server.agent(secret).refusedWith(), 401);
  });

  test('connections leave no descriptor behind', async () => {
    await until('a quiet moment', async () => (await metric('classcast_connections')) === 1);
    const before_ = server.descriptors;
    for (let i = 0; i < 20; ++i) {
      const channel = await connected();
      if (i % 2 === 0) {
        channel.close();
      } else {
        channel.socket.close();
      }
      await channel.ended;
      await server.agent('wrong').refusedWith();
    }
    await until('all descriptors closed', () => server.descriptors <= before_ + 1);
    await until('no channel is left', async () => (await metric('classcast_classroom_pcs')) === 0);
  });

  test('guessing credentials is throttled', async () => {
    const statuses = [];
    for (let i = 0; i < 40 && !statuses.includes(429); ++i) {
      statuses.push((await admin.request('GET', '/agent')).status);
    }
    assert.equal(statuses.at(-1), 429);
    (await connected()).close();
  });

  const metric = async (name) => {
    const { text } = await admin.request('GET', '/metrics');
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)[1]);
  };
});

describe('status', () => {
  let server;
  let admin;
  let credential;
  before(async () => {
    server = await TestServer.start();
    admin = await server.signedIn();
    credential = await admin.makeRoom('room-1', 'Room 1');
  });
  after(() => server.stop());

  /** A classroom PC whose heartbeat says what `report` holds at the moment. */
  async function classroom() {
    const pc = { report: {}, channel: await server.agent(credential).open() };
    pc.channel.send(HELLO);
    pc.say = (report) => {
      pc.report = report;
      pc.channel.send(heartbeat(report));
    };
    const beat = setInterval(() => pc.channel.send(heartbeat(pc.report)), 500);
    pc.stop = () => {
      clearInterval(beat);
      pc.channel.close();
    };
    pc.channel.ended.then(() => clearInterval(beat));
    pc.say({});
    return pc;
  }

  const becomes = async (state, cause, within) => {
    const begun = Date.now();
    const fits = (room) => room.state === state && room.cause === cause && room;
    const room = await until(`${state}, cause ${cause}`, async () => fits(await admin.room('room-1')), {
      within,
    });
    return { room, after: Date.now() - begun };
  };

  const diary = () =>
    server
      .sql("SELECT state || '/' || cause FROM status_diary WHERE room_id = 'room-1' ORDER BY id")
      .trim()
      .split('\n');

  test('goes through the life of a room', async (t) => {
    let pc;
    await t.test('nobody is there', async () => {
      const { room } = await becomes('offline', 'pc', 8000);
      assert.match(room.detail, /switched off/);
    });
    await t.test('the first pictures make it live within 3 s', async () => {
      pc = await classroom();
      server.relay.publish('room-1', 2);
      const { room } = await becomes('live', 'none', 3000);
      assert.equal(room.viewers, 2);
      assert.equal(room.level_dbfs, -23.5);
      assert.equal(room.video.width, 640);
      assert.equal(room.video.codec, 'H264');
      assert.ok(room.last_frame_ms < 3000);
    });
    await t.test('a lost microphone is told while the picture goes on', async () => {
      pc.say({ microphone: { state: 'backoff', cause: 'The microphone "mic" is missing.' } });
      const { room } = await becomes('no_audio', 'microphone', 5000);
      assert.equal(room.detail, 'The microphone "mic" is missing.');
      pc.say({});
      await becomes('live', 'none', 3000);
    });
    await t.test('a lost camera is stale within 5 s and offline within 15 s', async () => {
      pc.say({ camera: { state: 'backoff', cause: 'The camera does not answer.' } });
      server.relay.unpublish('room-1');
      const stale = await becomes('stale', 'camera', 5000);
      const offline = await becomes('offline', 'camera', 15_000 - stale.after);
      assert.equal(offline.room.detail, 'The camera does not answer.');
      assert.ok(offline.room.last_frame_ms > 3000);
    });
    await t.test('it comes back by itself', async () => {
      server.relay.publish('room-1');
      await becomes('live', 'none', 3000);
      pc.say({});
    });
    await t.test('a relay that is gone is named', async () => {
      await server.relay.stop();
      await becomes('offline', 'relay', 15_000);
      await server.relay.start(server.relay.port);
      await becomes('live', 'none', 5000);
    });
    await t.test('a restarted server neither flaps nor forgets', async () => {
      const { room: before_ } = await becomes('live', 'none');
      const rows = diary();
      await server.restart();
      const seen = new Set();
      pc = await classroom();
      await until('some polls', async () => {
        const room = await admin.room('room-1');
        seen.add(room.state);
        return room.last_frame_ms !== undefined && room.state === 'live';
      });
      assert.ok(!seen.has('offline'), [...seen].join());
      assert.equal((await admin.room('room-1')).since_ms, before_.since_ms);
      assert.deepEqual(diary(), rows);
    });
    await t.test('a killed classroom PC is offline within 15 s', async () => {
      pc.stop();
      server.relay.unpublish('room-1');
      await becomes('offline', 'pc', 15_000);
    });
    await t.test('all of it stands in the diary and in the journal', async () => {
      // The page is told at once, the database a moment later.
      await until('the last change is stored', () => diary().at(-1) === 'offline/pc');
      const expected = [
        'live/none',
        'no_audio/microphone',
        'live/none',
        'stale/camera',
        'offline/camera',
        'live/none',
        'stale/relay',
        'offline/relay',
        'live/none',
        'stale/pc',
        'offline/pc',
      ];
      assert.deepEqual(diary().slice(-expected.length), expected);
      assert.match(server.everythingLogged, /room-1 is offline, cause camera: The camera does not answer\./);
    });
  });

  test('the relay is asked with a token of the server', () => {
    const claims = JSON.parse(Buffer.from(server.relay.statusToken.split('.')[1], 'base64url'));
    assert.deepEqual(
      { sub: claims.sub, room: claims.room, can: claims.can },
      { sub: 'server', room: '*', can: 'observe' },
    );
  });
});
