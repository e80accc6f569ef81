// SPDX-License-Identifier: MIT
// The recorder as a service: from the button to the file, through the death of every program, a full disk and a
// lost one.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Api } from '../../support/api.mjs';
import { PICTURE } from '../../support/camera.mjs';
import { Classcast } from '../../support/classcast.mjs';
import { killAtRandom, markedOf, playInGStreamer } from '../../support/kills.mjs';
import { run } from '../../support/program.mjs';
import { missing, packetTimes, pictureNumbers, probe } from '../../support/recorder.mjs';
import { until } from '../../support/wait.mjs';

const ROOM = 'room-101';
const CLIP = PICTURE.fps * PICTURE.seconds;
const LOSS_PER_KILL = 2 * PICTURE.fps;
const SLOW = { within: 60_000, every: 100 };

describe('the recorder', () => {
  /** @type {Classcast} */
  let classcast;
  /** @type {Api} */
  let api;
  let stranger;

  before(async () => {
    classcast = await Classcast.start({ rooms: [{ id: ROOM }], recorder: true });
    api = classcast.api;
    await classcast.allLive();
    await api.expect(201, 'POST', '/users', { name: 'Eve', role: 'teacher', password: 'a long password' });
    stranger = new Api(classcast.url, classcast.certificate);
    await stranger.signIn('Eve', 'a long password');
  });
  after(() => classcast?.stop());

  const recording = (id) => api.expect(200, 'GET', `/recordings/${id}`);
  const start = (body = {}) => api.expect(201, 'POST', `/rooms/${ROOM}/recordings`, body);
  const stop = (id) => api.expect(200, 'POST', `/recordings/${id}/stop`);
  const becomes = (id, state) =>
    until(
      `${id} is ${state}`,
      async () => {
        const now = await recording(id);
        assert.ok(now.state !== 'failed' || state === 'failed', now.detail);
        return now.state === state && now;
      },
      SLOW,
    );
  /** Waits until the room is being written to disk. */
  const runs = () =>
    until('pictures are recorded', async () => (await api.room(ROOM)).recording?.state === 'recording', SLOW);
  const seconds = (n) => {
    const since = Date.now();
    return until(`${n} s have passed`, () => Date.now() - since > n * 1000, { within: 60_000 });
  };

  /** GET with headers; the body as bytes. */
  async function get(target, headers = {}, client = api) {
    const sent = https.get(`${classcast.url}${target}`, {
      ca: client.ca,
      agent: false,
      headers: { Cookie: client.cookie, ...headers },
    });
    const [response] = await once(sent, 'response');
    const chunks = [];
    for await (const chunk of response) {
      chunks.push(chunk);
    }
    return { status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) };
  }

  /** The finished file, fetched through the server. */
  async function fetched({ id }) {
    const { status, body } = await get(`/api/v1/recordings/${id}/video`);
    assert.equal(status, 200);
    const file = path.join(classcast.dir, `${id}.mp4`);
    fs.writeFileSync(file, body);
    return file;
  }

  async function plays(file) {
    await run(['ffmpeg', '-v', 'error', '-xerror', '-i', file, '-f', 'null', '-']);
    return pictureNumbers(file, PICTURE);
  }

  let first;
  test('records from the button to a complete file', async () => {
    const begun = await start({ title: 'Optics', client_id: 'once' });
    assert.equal(begun.state, 'recording');
    assert.equal(
      (await start({ title: 'Optics', client_id: 'once' })).id,
      begun.id,
      'asked twice, recorded once',
    );
    assert.equal((await api.call('POST', `/rooms/${ROOM}/recordings`, {})).status, 409);
    await runs();
    await seconds(4);
    await stop(begun.id);
    first = await becomes(begun.id, 'ready');
    const file = await fetched(first);
    const numbers = await plays(file);
    assert.equal(numbers.length, first.frames);
    assert.equal(missing(numbers, CLIP), 0, numbers.join(' '));
    assert.ok(first.frames >= 3 * PICTURE.fps, `${first.frames} frames`);
    const bytes = fs.readFileSync(file);
    assert.equal(bytes.length, first.size);
    assert.equal(crypto.createHash('sha256').update(bytes).digest('hex'), first.sha256);
    assert.deepEqual([first.width, first.height], [PICTURE.width, PICTURE.height]);
    const { video, audio } = await probe(file);
    assert.deepEqual([video.codec_name, audio.codec_name], ['h264', 'aac']);
    const [day] = fs.readdirSync(path.join(classcast.recordings, 'recordings', ROOM));
    assert.match(day, /^\d{4}-\d\d-\d\d$/);
    assert.equal((await api.room(ROOM)).recording, undefined);
  });

  test('gives its files in parts, with a name, and to nobody else', async () => {
    const video = `/api/v1/recordings/${first.id}/video`;
    const whole = (await get(video)).body;
    const part = await get(video, { Range: 'bytes=100-199' });
    assert.equal(part.status, 206);
    assert.equal(part.headers['content-range'], `bytes 100-199/${first.size}`);
    assert.deepEqual(part.body, whole.subarray(100, 200));
    const tail = await get(video, { Range: 'bytes=-10' });
    assert.deepEqual(tail.body, whole.subarray(-10));
    assert.equal((await get(video, { Range: `bytes=${first.size}-` })).status, 416);
    assert.equal((await get(video, { 'If-None-Match': part.headers.etag })).status, 304);
    const download = await get(`/api/v1/recordings/${first.id}/download`);
    assert.match(download.headers['content-disposition'], /^attachment; filename="room-101_.*_Optics\.mp4"$/);
    const thumbnail = await get(`/api/v1/recordings/${first.id}/thumbnail`);
    assert.equal(thumbnail.headers['content-type'], 'image/jpeg');
    assert.equal(thumbnail.body.readUInt16BE(0), 0xffd8);
    for (const what of ['video', 'download', 'thumbnail']) {
      const refused = await get(`/api/v1/recordings/${first.id}/${what}`, {}, stranger);
      assert.equal(refused.status, 404, what);
      assert.equal((await get(`/api/v1/recordings/${first.id}/${what}`, { Cookie: '' })).status, 401);
    }
    assert.deepEqual((await stranger.expect(200, 'GET', '/recordings')).recordings, []);
    assert.equal((await stranger.call('DELETE', `/recordings/${first.id}`)).status, 404);
    const { entries } = await api.expect(200, 'GET', '/audit?action=recording.');
    const actions = new Set(entries.map(({ action }) => action));
    for (const action of ['recording.start', 'recording.stop', 'recording.view', 'recording.download']) {
      assert.ok(actions.has(action), action);
    }
  });

  test('lists, finds, renames and protects', async () => {
    await api.expect(200, 'PATCH', `/recordings/${first.id}`, { title: 'Waves', protected: true });
    const found = async (query) => (await api.expect(200, 'GET', `/recordings?${query}`)).recordings;
    assert.deepEqual(
      (await found('q=wav')).map(({ id }) => id),
      [first.id],
    );
    assert.deepEqual(await found('q=optics'), []);
    assert.equal((await found(`room=${ROOM}&state=ready`)).length, 1);
    assert.equal((await api.call('DELETE', `/recordings/${first.id}`)).status, 409, 'it is protected');
    await api.expect(200, 'PATCH', `/recordings/${first.id}`, { protected: false });
  });

  /** Fetches what a playlist names into `folder`; the playlist ends there. */
  async function fetchPlaylist(playlist, folder) {
    fs.mkdirSync(folder);
    const text = (await get(playlist)).body.toString();
    fs.writeFileSync(path.join(folder, 'index.m3u8'), `${text}#EXT-X-ENDLIST\n`);
    const names = text.match(/^\d.*\.m4s$/gm);
    const inits = [...text.matchAll(/URI="([^"]+)"/g)].map(([, name]) => name);
    assert.ok(names.length >= 2 && inits.length >= 1, text);
    assert.equal(text.match(/PROGRAM-DATE-TIME/g).length, names.length);
    for (const name of [...names, ...inits]) {
      const segment = await get(path.join(path.dirname(playlist), name));
      assert.equal(segment.status, 200, name);
      assert.match(segment.headers['cache-control'], /immutable/);
      fs.writeFileSync(path.join(folder, name), segment.body);
    }
    return { text, names };
  }

  /** Rewind has this much behind the last gap, and behind `after_ms`. */
  const rewinds = (ms, after_ms = 0) =>
    until(
      'there is something to rewind',
      async () => {
        const line = await api.expect(200, 'GET', `/rooms/${ROOM}/timeline`);
        const since = Math.max(line.from_ms ?? Infinity, after_ms, ...line.gaps.map((gap) => gap.end_ms));
        return line.to_ms - since > ms && line;
      },
      SLOW,
    );

  test('can be rewound, as HLS, over the death of the recorder, and keeps what was just seen', async () => {
    await api.expect(200, 'PATCH', `/rooms/${ROOM}`, { rewind_minutes: 5 });
    await rewinds(3000);
    classcast.recorder.kill('SIGKILL');
    await classcast.recorder.ended;
    const killed_ms = Date.now();
    classcast.recorder.start();
    const timeline = await rewinds(6000, killed_ms);
    assert.equal(timeline.playlist, `/hls/${ROOM}/index.m3u8`);
    const folder = path.join(classcast.dir, 'hls');
    const { text, names } = await fetchPlaylist(timeline.playlist, folder);
    assert.match(text, /^#EXT-X-DISCONTINUITY$/m);
    const words = ['-v', 'error', '-xerror', '-i', path.join(folder, 'index.m3u8'), '-c', 'copy', '-y'];
    await run(['ffmpeg', ...words, path.join(folder, 'all.mp4')]);
    const numbers = await pictureNumbers(path.join(folder, 'all.mp4'), PICTURE);
    const { gaps } = await api.expect(200, 'GET', `/rooms/${ROOM}/timeline`);
    const lost = (missing(numbers, CLIP) - (markedOf({ gaps }) / 1000) * PICTURE.fps) % CLIP;
    assert.ok(Math.abs(lost) <= 3, `${lost}, gaps ${JSON.stringify(gaps)}: ${numbers.join(' ')}`);
    assert.equal((await get(timeline.playlist, {}, stranger)).status, 404);
    assert.equal((await get(`/hls/${ROOM}/${names[0]}`, {}, stranger)).status, 404);
    assert.ok((await api.room(ROOM)).rewind_from_ms > 0);

    const clip = await api.expect(201, 'POST', `/rooms/${ROOM}/clips`, { seconds: 5, title: 'That' });
    const ready = await becomes(clip.id, 'ready');
    assert.ok(ready.duration_ms >= 4500 && ready.duration_ms < 9000, `${ready.duration_ms} ms`);
    assert.equal(missing(await plays(await fetched(ready)), CLIP), 0);
    await api.expect(200, 'PATCH', `/rooms/${ROOM}`, { rewind_minutes: 0 });
    assert.equal((await api.call('POST', `/rooms/${ROOM}/clips`, { seconds: 5 })).status, 409);
  });

  test('survives the death of every program at any moment of a recording', async (t) => {
    const seed = Number(process.env.CLASSCAST_TEST_SEED ?? Date.now() % 1_000_000);
    const begun = await start();
    const killed = await killAtRandom(classcast, { room: ROOM, kills: 3, seed });
    t.diagnostic(`seed ${seed}: ${killed.join(' ')}`);
    await stop(begun.id);
    const ready = await becomes(begun.id, 'ready');
    const file = await fetched(ready);
    const numbers = await plays(file);
    assert.equal(numbers.length, ready.frames);
    assert.equal(await playInGStreamer(file), ready.frames);
    const lost = missing(numbers, CLIP);
    const marked = (markedOf(ready) / 1000) * PICTURE.fps;
    const told = `seed ${seed}: ${lost} pictures lost, ${marked} marked: ${JSON.stringify(ready.gaps)}`;
    assert.ok(Math.abs(lost - marked) <= 3 * killed.length, told);
    const times = await packetTimes(file, 'v');
    assert.ok(
      Math.abs(ready.started_ms + times.at(-1) * 1000 - ready.ended_ms) < 1000,
      'the clock stays true',
    );
  });

  test('finishes what it has when the disk is full, and goes on when there is space', async () => {
    const begun = await start({ title: 'Long' });
    await runs();
    await seconds(2);
    const { recorders } = await api.expect(200, 'GET', '/storage');
    await api.expect(200, 'PATCH', '/settings', { 'recording.min_free': String(recorders[0].free * 2) });
    const cut = await becomes(begun.id, 'ready');
    assert.match(cut.detail, /disk was full/);
    const numbers = await plays(await fetched(cut));
    assert.equal(missing(numbers, CLIP), 0, `gaps ${JSON.stringify(cut.gaps)}: ${numbers.join(' ')}`);
    const refused = await api.call('POST', `/rooms/${ROOM}/recordings`, {});
    assert.equal(refused.status, 409);
    assert.match(refused.json.detail, /disk is full/);
    assert.equal((await api.room(ROOM)).state, 'live', 'the rest lives on');
    await api.expect(200, 'PATCH', '/settings', { 'recording.min_free': '0' });
    const next = await until('it goes on', async () => (await api.room(ROOM)).recording, SLOW);
    assert.notEqual(next.id, begun.id);
    await runs();
    assert.equal((await recording(next.id)).title, 'Long');
    await stop(next.id);
    await becomes(next.id, 'ready');
  });

  test('records elsewhere while its disk is lost, and brings it home', async () => {
    const begun = await start();
    await runs();
    await seconds(2);
    const away = `${classcast.recordings}-away`;
    const home = classcast.recordings;
    fs.renameSync(home, away);
    const storage = async () => (await api.expect(200, 'GET', '/storage')).recorders[0];
    await until('it is noticed', async () => (await storage()).state === 'lost', SLOW);
    await runs();
    await seconds(3);
    await stop(begun.id);
    await becomes(begun.id, 'finishing');
    fs.rmSync(home, { recursive: true, force: true });
    fs.renameSync(away, home);
    await until('it is back', async () => (await storage()).state !== 'lost', SLOW);
    const ready = await becomes(begun.id, 'ready');
    const numbers = await plays(await fetched(ready));
    assert.equal(numbers.length, ready.frames);
    const lost = missing(numbers, CLIP);
    assert.ok(lost <= 2 * LOSS_PER_KILL, `${lost} pictures lost`);
    assert.ok(ready.duration_ms > 4000, `${ready.duration_ms} ms`);
  });

  test('keeps what the settings say, and the bin for a while', async () => {
    const all = async (state) => (await api.expect(200, 'GET', `/recordings?state=${state}`)).recordings;
    const former = await all('ready');
    assert.ok(former.length >= 4, `${former.length} recordings`);
    await api.expect(200, 'PATCH', `/recordings/${first.id}`, { protected: true });
    const newest = former[0];
    const limit = String(newest.size + first.size);
    await api.expect(200, 'PATCH', '/settings', { 'recording.keep_bytes': limit });
    const kept = [newest.id, first.id].sort();
    const ids = async (state) => (await all(state)).map(({ id }) => id).sort();
    await until('only those are left', async () => String(await ids('ready')) === String(kept), SLOW);
    const binned = await all('deleted');
    assert.equal(binned.length, former.length - kept.length);
    await api.expect(200, 'PATCH', '/settings', { 'recording.keep_bytes': '0' });
    const back = await api.expect(200, 'POST', `/recordings/${binned[0].id}/restore`);
    assert.equal(back.state, 'ready');
    await api.expect(204, 'DELETE', `/recordings/${back.id}`);
    await api.expect(204, 'DELETE', `/recordings/${back.id}`);
    await api.expect(200, 'PATCH', '/settings', { 'recording.bin_days': '0' });
    await until('the bin is empty', async () => (await ids('deleted')).length === 0, SLOW);
    const files = () =>
      fs
        .readdirSync(path.join(classcast.recordings, 'recordings', ROOM))
        .flatMap((day) => fs.readdirSync(path.join(classcast.recordings, 'recordings', ROOM, day)))
        .filter((name) => name.endsWith('.mp4'));
    await until('the files are gone', () => files().length === kept.length, SLOW);
    assert.equal((await get(`/api/v1/recordings/${newest.id}/video`)).status, 200);
  });

  test('check compares the database with the disk, and never removes more than half', async () => {
    const config = path.join(classcast.dir, 'server.conf');
    const check = (...words) =>
      run([path.join(classcast.bin, 'classcast-server'), '--config', config, 'check', ...words]);
    assert.match(await check(), /recorder local: 2 files; 0 recordings without their file/);
    const folder = path.join(classcast.recordings, 'recordings', ROOM, '2020-01-01');
    fs.mkdirSync(folder);
    const orphans = ['a', 'b', 'c'].map((name) => path.join(folder, `${name}.mp4`));
    for (const file of orphans) {
      fs.writeFileSync(file, 'nothing');
      fs.utimesSync(file, 1_600_000_000, 1_600_000_000);
    }
    await assert.rejects(check(), /3 files of no recording/);
    await assert.rejects(check('repair'), /more than half is never removed/);
    assert.ok(orphans.every((file) => fs.existsSync(file)));
    orphans.slice(1).forEach((file) => fs.rmSync(file));
    const [newest] = (await api.expect(200, 'GET', '/recordings?state=ready')).recordings;
    const day = path.join(classcast.recordings, 'recordings', ROOM);
    const files = fs
      .readdirSync(day)
      .flatMap((one) => fs.readdirSync(path.join(day, one)).map((name) => path.join(day, one, name)));
    fs.rmSync(files.find((file) => file.endsWith('.mp4') && fs.statSync(file).size === newest.size));
    await assert.rejects(check(), /1 recordings without their file/);
    assert.match(await check('repair'), /put right/);
    assert.ok(!fs.existsSync(orphans[0]));
    const marked = await recording(newest.id);
    assert.deepEqual([marked.state, marked.detail], ['failed', 'Its file is missing.']);
    await check();
  });
});
