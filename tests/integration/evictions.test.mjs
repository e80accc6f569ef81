// SPDX-License-Identifier: MIT
// Who loses a right while media flow loses them at once: a member who is removed, a person who signs out, a classroom PC that is revoked. The
// token that was in their hands is good for nothing; everybody else goes on.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Api, request } from '../support/api.mjs';
import { Classcast } from '../support/classcast.mjs';
import { addPerson, join, PASSWORD } from '../support/people.mjs';
import { until } from '../support/wait.mjs';
import { Watcher } from '../support/watcher.mjs';

const ROOM = 'room-101';
/** Sooner than consent would be missed (10 s), and than anybody would find it odd. */
const SOON = { within: 5000 };

describe('a right that ends while media flow', { concurrency: 1 }, () => {
  let classcast;
  let bystander;

  before(async () => {
    classcast = await Classcast.start({ rooms: [{ id: ROOM }] });
    await classcast.becomes(ROOM, 'live', 30_000);
    bystander = await watching(classcast.api);
  });
  after(async () => {
    await bystander?.close();
    Watcher.cleanup();
    await classcast?.stop();
  });

  /** A viewer with a token that the server gave this person. */
  async function watching(api) {
    const { token } = await api.expect(200, 'POST', `/rooms/${ROOM}/watch`);
    const watcher = await Watcher.open(classcast, ROOM, token);
    await watcher.firstPacket();
    return Object.assign(watcher, { token });
  }
  const goesOn = async (watcher) => (await request(watcher.session)).status === 204;
  const ends = (watcher) => until('the session has ended', async () => !(await goesOn(watcher)), SOON);

  /** What somebody gets who tries the old token again. */
  async function tryAgain(token) {
    const headers = { 'Content-Type': 'application/sdp', Authorization: `Bearer ${token}` };
    const url = `http://127.0.0.1:${classcast.relayPort}/whep/${ROOM}`;
    return (await request(url, { method: 'POST', headers, body: 'v=0' })).status;
  }

  test('a member who is removed sees nothing more, and another goes on', async () => {
    const student = await addPerson(classcast, 'student', 'student');
    await join(classcast, ROOM, student);
    const watcher = await watching(student.api);
    await classcast.api.expect(204, 'DELETE', `/rooms/${ROOM}/members/${student.id}`);
    await ends(watcher);
    assert.equal(await tryAgain(watcher.token), 401);
    assert.ok(await goesOn(bystander));
    watcher.peer.close();
  });

  test('signing out ends what was open, and not what the same person has open elsewhere', async () => {
    const { api } = await addPerson(classcast, 'principal', 'principal');
    const elsewhere = await watching(api);
    const second = new Api(classcast.url, classcast.certificate);
    await second.signIn('principal', PASSWORD);
    const here = await watching(second);
    await second.expect(204, 'DELETE', '/session');
    await ends(here);
    assert.ok(await goesOn(elsewhere));
    await elsewhere.close();
    here.peer.close();
  });

  test('a classroom PC that is revoked sends nothing more', async () => {
    const publisher = async () =>
      (await classcast.relayStatus()).rooms?.find((room) => room.room === ROOM)?.publisher;
    assert.ok(await publisher());
    await classcast.api.expect(204, 'DELETE', `/rooms/${ROOM}/device`);
    await until('nobody publishes the room', async () => !(await publisher()), SOON);
    await classcast.becomes(ROOM, 'offline', 15_000);
    assert.equal(await publisher(), undefined, 'it did not come back with the token it had');
  });

  test('an eviction by anybody but the server is refused', async () => {
    const url = `http://127.0.0.1:${classcast.relayPort}/evictions`;
    const headers = { 'Content-Type': 'application/json' };
    const body = JSON.stringify({ room: ROOM, until_ms: Date.now() });
    assert.equal((await request(url, { method: 'POST', headers, body })).status, 401);
    headers.Authorization = `Bearer ${bystander.token}`;
    assert.equal((await request(url, { method: 'POST', headers, body })).status, 403);
  });
});
