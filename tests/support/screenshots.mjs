// SPDX-License-Identifier: MIT
// The part of scripts/screenshots after the build: a small school, every page and state of it, in each look and size.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openChromium } from './browser.mjs';
import { Classcast } from './classcast.mjs';
import { addPerson, join, PASSWORD, write } from './people.mjs';
import { VIEWS } from './screenshot-views.mjs';
import { until } from './wait.mjs';
import { Wall } from './wall.mjs';

const LIVE = ['room-101', 'room-102', 'room-103', 'room-104', 'room-105', 'room-106', 'room-107', 'room-108'];
const FROZEN = 'room-106';
const LOST = 'room-107';
const MUTE = 'room-108';
const EMPTY_ROOMS = 18;
const SIZES = { phone: [360, 740], laptop: [1280, 800], '4k': [3840, 2160] };
const THEMES = ['light', 'dark'];

const { values: options } = parseArgs({
  options: {
    out: { type: 'string', default: 'build/screenshots' },
    only: { type: 'string', default: '' },
    size: { type: 'string', default: '' },
    theme: { type: 'string', default: '' },
    language: { type: 'string', default: 'en' },
  },
});

const CHAT = [
  ['Anna Novak', 'Good morning! The projector in 101 is on, the sound check is done.'],
  ['Ben Okafor', 'Thanks. Is the back row able to read the board?'],
  ['Chai Suwan', 'Yes, the picture is sharp here.'],
  ['Anna Novak', 'Today: chapter 7, pages 112–118.\nPlease have your calculators ready.'],
  ['Ben Okafor', 'Two students are still on their way from the gym.'],
  ['Chai Suwan', '<b>This is not bold</b> – it is shown exactly as it was typed.'],
];

async function furnish(classcast) {
  const people = {};
  for (const [name, role] of [
    ['Anna Novak', 'teacher'],
    ['Ben Okafor', 'assistant'],
    ['Chai Suwan', 'student'],
  ]) {
    people[name] = await addPerson(classcast, name, role);
    await join(classcast, 'room-101', people[name], role === 'teacher' ? 'moderator' : 'member');
  }
  await addPerson(classcast, 'Dolores Vega', 'principal');
  for (const [name, text] of CHAT) {
    await write(people[name].api, 'room-101', text);
  }
  const { json } = await classcast.api.call('GET', '/rooms/room-101/messages?limit=10');
  await classcast.api.expect(204, 'PUT', `/rooms/room-101/messages/${json.messages[3].id}/pin`);
  await classcast.api.expect(201, 'POST', '/invitations', {
    role: 'teacher',
    uses: 5,
    note: 'New colleagues',
  });
  return people;
}

/** A library with something of every state: kept, protected, in the bin. */
async function recordSome({ api }) {
  await api.expect(200, 'PATCH', '/settings', { 'rewind.default_minutes': '15' });
  const lessons = [
    ['room-101', 'Optics, lesson 2'],
    ['room-102', 'French: at the market'],
    ['room-103', 'Assembly of year 7'],
    ['room-104', ''],
  ];
  const made = [];
  for (const [room, title] of lessons) {
    made.push(await api.expect(201, 'POST', `/rooms/${room}/recordings`, { title }));
  }
  const state = async ({ id }) => (await api.expect(200, 'GET', `/recordings/${id}`)).state;
  const runs = async ([room]) => (await api.expect(200, 'GET', `/rooms/${room}`)).recording?.state;
  const all = async () => (await Promise.all(lessons.map(runs))).every((now) => now === 'recording');
  await until('pictures of all are on disk', all, { within: 60_000, every: 500 });
  const since = Date.now();
  await until('they have lasted', () => Date.now() - since > 8_000, { within: 20_000 });
  for (const { id } of made) {
    await api.call('POST', `/recordings/${id}/stop`);
  }
  const over = async () =>
    (await Promise.all(made.map(state))).every((now) => now === 'ready' || now === 'failed');
  await until('they are finished', over, { within: 180_000, every: 500 });
  await api.expect(200, 'PATCH', `/recordings/${made[2].id}`, { protected: true });
  await api.expect(204, 'DELETE', `/recordings/${made[3].id}`);
}

async function start() {
  const rooms = LIVE.map((id, i) => ({
    id,
    name: `Room ${101 + i}`,
    microphone: i < 4 || id === MUTE ? undefined : 'none',
  }));
  const classcast = await Classcast.start({ rooms, recorder: true });
  await classcast.allLive(60_000);
  for (let i = 0; i < EMPTY_ROOMS; i++) {
    await classcast.api.createRoom(`room-${201 + i}`, `Room ${201 + i}`);
  }
  await furnish(classcast);
  await recordSome(classcast);
  await classcast.classrooms.get(LOST).camera.kill();
  await classcast.microphones.unload(MUTE);
  return classcast;
}

async function shoot(page, name, theme, size) {
  const file = path.join(options.out, `${name}-${theme}-${size}.png`);
  await page.screenshot({ path: file });
  console.log(file);
}

/** A view that cannot be shown is told and fails the run, but not the views after it. */
async function visit(set, view, theme, size, failures) {
  const { page } = set;
  const [width, height] = SIZES[size];
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  try {
    await view.show(set);
    await page.waitForTimeout(view.settle ?? 300);
    await shoot(page, view.name, theme, size);
  } catch (error) {
    failures.push(`${view.name} ${theme} ${size}: ${error.message.split('\n')[0]}`);
  }
}

async function main() {
  fs.mkdirSync(options.out, { recursive: true });
  const classcast = await start();
  const failures = [];
  const browser = await openChromium();
  try {
    const wall = await new Wall(browser.page, classcast.url).signIn(classcast.user, classcast.password);
    const settings = JSON.stringify({ language: options.language });
    await browser.page.evaluate((text) => localStorage.setItem('classcast.settings', text), settings);
    const set = {
      classcast,
      wall,
      settings,
      page: browser.page,
      frozen: FROZEN,
      password: PASSWORD,
      browser,
    };
    const wanted = VIEWS.filter((view) => options.only === '' || options.only.split(',').includes(view.name));
    for (const view of wanted) {
      for (const theme of THEMES.filter((name) => options.theme === '' || options.theme === name)) {
        for (const size of Object.keys(SIZES).filter(
          (name) => options.size === '' || options.size === name,
        )) {
          await visit(set, view, theme, size, failures);
        }
      }
    }
  } finally {
    await browser.close();
    await classcast.stop();
  }
  failures.forEach((failure) => console.error(`FAILED ${failure}`));
  return failures.length === 0 ? 0 : 1;
}

process.exit(await main());
