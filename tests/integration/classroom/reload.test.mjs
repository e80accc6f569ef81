// SPDX-License-Identifier: MIT
// SIGHUP: what changed takes effect, what did not is not interrupted, and a bad file changes nothing.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { Camera } from '../../support/camera.mjs';
import { until } from '../../support/wait.mjs';
import { BIN, Classroom } from './classroom.mjs';

const live = (beat) => beat.camera.state === 'live' && beat.microphone.state === 'live';

describe('a classroom that reads its settings anew', () => {
  let main, sub, room;
  before(async () => {
    main = await new Camera({ bin: BIN, room: 'room-101', picture: { seconds: 4 } }).start();
    sub = await new Camera({ bin: BIN, room: 'room-102', picture: { seconds: 4 } }).start();
  });
  after(() => Promise.all([main?.stop(), sub?.stop()]));
  afterEach(() => room?.stop());
  const start = async (sections) => {
    room = await new Classroom({
      camera: { url: main.url },
      microphone: { source: 'test' },
      ...sections,
    }).start();
    return room.server.heartbeat('live', live);
  };

  test('another microphone does not cost a frame of the picture', async () => {
    await start();
    room.reload({ microphone: { source: 'pulse', device: 'nobody', server: 'unix:/nonexistent' } });
    const earlier = room.server.last;
    const gone = await room.server.heartbeat('the other microphone', (beat) => {
      assert.equal(beat.camera.state, 'live');
      assert.ok(beat.camera.last_ms < 1000, JSON.stringify(beat.camera));
      return beat.microphone.state === 'backoff';
    });
    assert.ok(gone.camera.frames >= earlier.camera.frames);
    room.reload({ microphone: { source: 'test' } });
    await room.server.heartbeat('the tone again', live);
    assert.equal(room.count('camera: live'), 1, room.log);
  });

  test('a bad file is named with line and nearest key, and nothing changes', async () => {
    await start();
    room.reload({ camera: { url: main.url, transprt: 'tcp' } });
    await until('it is refused', () => room.log.includes('the former configuration stays in force'));
    assert.match(
      room.log,
      /classroom\.conf:\d+: \[camera\] transprt: unknown key; did you mean "transport"\?/,
    );
    await room.server.heartbeat('still live', live);
    assert.equal(room.count('camera: live'), 1);
  });

  test('a sub stream comes and goes beside the main stream', async () => {
    await start();
    room.reload({ camera: { url: main.url, low_url: sub.url } });
    const both = await room.server.heartbeat(
      'both',
      (beat) => live(beat) && beat.camera.low?.state === 'live',
    );
    assert.equal(both.camera.low.width, 640);
    await until('an offer for the low layer', () =>
      room.server.offers.some(({ url }) => url === '/whip/room-101/low'),
    );
    const { body } = room.server.offers.find(({ url }) => url === '/whip/room-101/low');
    assert.match(body, /m=video/);
    assert.doesNotMatch(body, /m=audio/);
    await sub.kill();
    const lost = await room.server.heartbeat(
      'the sub stream is lost',
      (b) => b.camera.low.state === 'backoff',
    );
    assert.equal(lost.camera.state, 'live', 'the main stream goes on');
    await sub.start();
    await room.server.heartbeat('it is back', (beat) => live(beat) && beat.camera.low.state === 'live');
    room.reload({ camera: { url: main.url } });
    await room.server.heartbeat('it is gone', (beat) => live(beat) && beat.camera.low === undefined);
    assert.equal(room.count('camera: live'), 1, 'the main stream was never interrupted');
  });

  test('a camera of another kind', async () => {
    await start();
    room.reload({ camera: { device: '/dev/no-such-camera' } });
    const told = await room.server.heartbeat('named', (beat) => beat.camera.state === 'backoff');
    assert.match(told.camera.cause, /\/dev\/no-such-camera/);
    room.reload({ camera: { device: 'test' } });
    const shown = await room.server.heartbeat('the test picture', live);
    assert.deepEqual([shown.camera.width, shown.camera.height], [1280, 720]);
  });

  test('pausing is offered only on demand', async () => {
    await start();
    await until('an offer', () => room.server.offers.length > 0);
    assert.doesNotMatch(room.server.offers[0].body, /ccm pause/);
    const seen = room.server.offers.length;
    room.reload({ uplink: { publish: 'on-demand' } });
    await until('a new offer', () => room.server.offers.length > seen);
    assert.match(room.server.offers.at(-1).body, /a=rtcp-fb:102 ccm pause/);
  });
});
