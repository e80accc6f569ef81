// SPDX-License-Identifier: MIT
// No password, credential or token appears in a log, an API answer or the list of processes.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { stage } from '../support/stage.mjs';

const password = `camera-${crypto.randomBytes(9).toString('hex')}`;
const wrong = `wrong-${crypto.randomBytes(9).toString('hex')}`;

describe('secrets', () => {
  const rooms = [
    { id: 'room-101', camera: { user: 'cam', password } },
    { id: 'room-102', camera: { user: 'cam', password }, loginInUrl: true },
  ];
  const set = stage({ rooms });

  /** Every value that must stay where it is. */
  const secrets = (issued) => {
    const { classcast } = set;
    const named = {
      'camera password': password,
      'wrong camera password': wrong,
      'admin password': classcast.password,
    };
    classcast.classrooms.forEach(({ credential }, id) => (named[`credential of ${id}`] = credential));
    named.cookie = classcast.api.cookie.split('=')[1];
    named['csrf token'] = classcast.api.csrf;
    issued.forEach((token, i) => (named[`token ${i}`] = token));
    return named;
  };

  const findIn = (text, named, where) =>
    Object.entries(named).forEach(([name, value]) => {
      assert.ok(value.length >= 8, `${name} is a value to look for`);
      assert.ok(!text.includes(value), `the ${name} stands in ${where}`);
    });

  const commandLines = () =>
    fs
      .readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .map((pid) => {
        try {
          return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        } catch {
          return '';
        }
      });

  /** Things that make programs talk: watching, a wrong login, a refused token, a camera that fails. */
  async function stir() {
    const { classcast, wall } = set;
    const issued = [];
    wall.page.on('request', (request) => {
      const token = /^Bearer (.+)$/.exec(request.headers().authorization ?? '')?.[1];
      if (token) {
        issued.push(token);
      }
    });
    for (const { id } of rooms) {
      await wall.open(id);
      await wall.shows(id);
      assert.ok((await classcast.api.call('POST', `/rooms/${id}/watch`)).json.token);
    }
    await classcast.api.call('POST', '/session', { name: 'admin', password: wrong });
    await classcast.api.call('POST', '/rooms/%00/watch');
    await classcast.classrooms.get('room-102').camera.kill();
    await classcast.becomes('room-102', 'offline');
    await classcast.server.stop();
    await wall.page.waitForSelector('[data-link="lost"]');
    classcast.server.start();
    await wall.page.waitForSelector('[data-link="online"]', { timeout: 20_000 });
    assert.ok(issued.length >= 2, 'the page used tokens');
    return issued;
  }

  test('stay out of logs, answers and argv', async () => {
    const { classcast } = set;
    const issued = await stir();
    const named = secrets(issued);
    commandLines().forEach((line) => findIn(line, named, `argv: ${line.split('\0')[0]}`));
    for (const file of fs.readdirSync(classcast.logs).filter((name) => /\.(out|err)$/.test(name))) {
      let text = fs.readFileSync(path.join(classcast.logs, file), 'utf8');
      if (file === 'server.out') {
        // Printed once, on standard output, for the person who starts the server for the first time.
        text = text.replace(`password "${classcast.password}"`, '');
      }
      findIn(text, named, file);
    }
    await answersAreClean(classcast, named);
  });

  /** A secret is only in the one answer that hands it out. */
  async function answersAreClean(classcast, named) {
    await classcast.api.rooms();
    for (const answer of classcast.api.transcript) {
      const { 'set-cookie': cookie, ...headers } = answer.headers;
      const handsOut = /\/(device|watch)$/.test(answer.path) || answer.path === '/session';
      const text = `${JSON.stringify(headers)} ${handsOut ? '' : answer.text}`;
      findIn(text, named, `the answer to ${answer.method} ${answer.path}`);
      assert.ok(!cookie || answer.path === '/session', 'the cookie is set at sign-in only');
    }
    const sessions = classcast.api.transcript.filter((answer) => answer.path === '/session');
    const passwords = {
      'camera password': password,
      'wrong password': wrong,
      'admin password': classcast.password,
    };
    sessions.forEach((answer) => findIn(answer.text, passwords, 'the session'));
    for (const file of ['classcast.db', 'classcast.db-wal'].map((name) => path.join(classcast.state, name))) {
      if (fs.existsSync(file)) {
        const kept = { ...named };
        delete kept['csrf token'];
        findIn(fs.readFileSync(file, 'latin1'), kept, file);
      }
    }
  }
});
