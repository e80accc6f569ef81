// SPDX-License-Identifier: MIT
// Every page and state of the viewer, and how one gets there; the last ones are signed out.
const ROOM = 'room-101';

/** @typedef {{classcast: any, wall: any, page: any, frozen: string, password: string, browser: any}} Set */

async function goTo({ page, classcast }, address, selector) {
  await page.goto(`${classcast.url}${address}`);
  await page.waitForSelector(selector);
}

async function wall(set) {
  await goTo(set, '/', 'cc-tile');
  await set.wall.prepare();
}

async function openSome(set) {
  await wall(set);
  for (const room of [ROOM, 'room-102', 'room-103', set.frozen]) {
    if (await set.page.$(set.wall.selector(room))) {
      await set.wall.open(room);
    }
  }
  await set.page.waitForSelector(`${set.wall.selector(ROOM)}[data-session="live"]`);
}

async function roomPage(set, tab) {
  await goTo(set, `/rooms/${ROOM}`, 'cc-room cc-tile[data-session="live"]');
  await set.page.click(`[data-tab="${tab}"]`);
}

const running = async ({ classcast }) =>
  (await classcast.api.expect(200, 'GET', '/recordings?state=recording')).recordings;

async function record(set, room) {
  if (!(await running(set)).some((recording) => recording.room === room)) {
    await set.classcast.api.expect(201, 'POST', `/rooms/${room}/recordings`, { title: 'Optics, lesson 3' });
  }
}

async function stopRecordings(set) {
  for (const { id } of await running(set)) {
    await set.classcast.api.call('POST', `/recordings/${id}/stop`);
  }
}

async function rewind(set) {
  await roomPage(set, 'chat');
  await set.page.click('[data-act="rewind"]');
  await set.page.waitForSelector('cc-past .past-bar');
}

const admin = (name, selector) => ({
  name: `admin-${name}`,
  show: (set) => goTo(set, `/admin/${name}`, selector),
  settle: 600,
});

/** Once for all looks of a view: the session stays. */
async function signedInAs(set, name) {
  if (set.signedInAs === name) {
    return;
  }
  await set.page.context().clearCookies();
  await goTo(set, '/', '[data-screen="sign-in"]');
  await set.page.fill('[name="name"]', name);
  await set.page.fill('[name="password"]', set.password);
  await set.page.keyboard.press('Enter');
  await set.page.waitForSelector('cc-wall');
  set.signedInAs = name;
}

const act = (page, name) => page.click(`cc-wall [data-act="${name}"]`);

/** @type {{name: string, show: (set: Set) => Promise<void>, settle?: number}[]} */
export const VIEWS = [
  { name: 'wall', show: wall, settle: 800 },
  { name: 'wall-open', show: openSome, settle: 1500 },
  {
    name: 'wall-full',
    show: async (set) => {
      await wall(set);
      await set.page.dblclick(set.wall.selector(ROOM, '.stage-button'));
      await set.page.waitForSelector('cc-tile[data-size="full"][data-session="live"]');
      await set.page.keyboard.press('i');
      await set.page.waitForSelector('cc-stats [data-measure="codec"]');
    },
    settle: 1500,
  },
  {
    name: 'wall-stale',
    show: async (set) => {
      set.classcast.classrooms.get(set.frozen).camera.resume();
      await set.classcast.becomes(set.frozen, 'live', 30_000);
      await wall(set);
      await set.wall.open(set.frozen);
      await set.page.waitForSelector(`${set.wall.selector(set.frozen)}[data-session="live"]`);
      set.classcast.classrooms.get(set.frozen).camera.freeze();
      await set.wall.says(set.frozen, 'stale');
      await set.page.$eval(set.wall.selector(set.frozen), (tile) => tile.scrollIntoView({ block: 'center' }));
    },
    settle: 100,
  },
  {
    name: 'wall-table',
    show: async (set) => {
      set.classcast.classrooms.get(set.frozen).camera.resume();
      await wall(set);
      await act(set.page, 'mode');
      await set.page.waitForSelector('tr[data-row]');
      await set.wall.forget(set.classcast.api, set.settings);
    },
  },
  {
    name: 'wall-trouble',
    show: async (set) => {
      await wall(set);
      await set.page.fill('[name="search"]', 'nowhere');
      await set.page.waitForSelector('[data-none]');
    },
  },
  { name: 'menu', show: async (set) => (await wall(set), set.page.click('[data-act="menu"]')) },
  { name: 'help', show: async (set) => (await wall(set), set.page.click('[data-act="help"]')) },
  { name: 'layouts', show: async (set) => (await wall(set), act(set.page, 'layouts')) },
  { name: 'room-chat', show: (set) => roomPage(set, 'chat'), settle: 1500 },
  { name: 'room-people', show: (set) => roomPage(set, 'people'), settle: 800 },
  { name: 'room-recordings', show: (set) => roomPage(set, 'recordings'), settle: 800 },
  { name: 'room-diary', show: (set) => roomPage(set, 'diary'), settle: 800 },
  {
    name: 'wall-recording',
    show: async (set) => {
      await openSome(set);
      await record(set, ROOM);
      await set.page.waitForSelector(set.wall.selector(ROOM, '.tile-run'));
    },
    settle: 1500,
  },
  {
    name: 'record',
    show: async (set) => {
      await openSome(set);
      await stopRecordings(set);
      await set.page.waitForSelector(`${set.wall.selector(ROOM)}:not([data-run])`);
      await set.page.click(set.wall.selector(ROOM, '[data-act="record"]'));
      await set.page.waitForSelector('cc-record dialog[open]');
    },
  },
  {
    name: 'record-running',
    show: async (set) => {
      await openSome(set);
      await record(set, ROOM);
      await set.page.waitForSelector(set.wall.selector(ROOM, '.tile-run'));
      await set.page.click(set.wall.selector(ROOM, '[data-act="record"]'));
      await set.page.waitForSelector('cc-record [data-act="stop"]');
    },
    settle: 1200,
  },
  { name: 'room-rewind', show: rewind, settle: 3000 },
  {
    name: 'wall-rewind',
    show: async (set) => {
      await openSome(set);
      await set.page.focus(set.wall.selector(ROOM, '.stage-button'));
      await set.page.keyboard.press('b');
      await set.page.waitForSelector('cc-past .past-bar');
    },
    settle: 4000,
  },
  { name: 'library', show: (set) => goTo(set, '/library', '[data-recording]'), settle: 1200 },
  {
    name: 'library-none',
    show: async (set) => {
      await goTo(set, '/library', '[data-recording]');
      await set.page.fill('[name="q"]', 'nowhere');
      await set.page.waitForSelector('[data-empty]');
    },
  },
  {
    name: 'library-bin',
    show: async (set) => {
      await goTo(set, '/library', '[data-recording]');
      await set.page.selectOption('[name="state"]', 'deleted');
      await set.page.waitForSelector('[data-state="deleted"], [data-empty]');
    },
    settle: 800,
  },
  {
    name: 'recording',
    show: async (set) => {
      await goTo(set, '/library', '[data-recording][data-state="ready"]');
      await set.page.click('[data-recording][data-state="ready"] [data-open]');
      await set.page.waitForSelector('.recording-video');
    },
    settle: 1500,
  },
  { name: 'no-such-recording', show: (set) => goTo(set, '/library/r-0', '[data-empty]') },
  { name: 'account', show: (set) => goTo(set, '/account', 'cc-sessions li') },
  {
    name: 'account-sessions',
    show: async (set) => {
      await goTo(set, '/account', 'cc-sessions li');
      await set.page.$eval('cc-sessions', (part) => part.scrollIntoView({ block: 'center' }));
    },
  },
  admin('people', '[data-user]'),
  admin('invitations', '[data-invitation]'),
  admin('rooms', '[data-room-row]'),
  admin('devices', '[data-device]'),
  {
    name: 'admin-device-code',
    show: async (set) => {
      await goTo(set, '/admin/devices', '[data-device]');
      await set.page.click('[data-device="room-201"] [data-act="code"]');
      await set.page.waitForSelector('[data-secret]');
    },
  },
  {
    name: 'admin-person-delete',
    show: async (set) => {
      await goTo(set, '/admin/people', '[data-user]');
      await set.page.click('[data-name="Chai Suwan"] [data-act="delete"]');
      await set.page.waitForSelector('cc-confirm dialog[open]');
    },
  },
  admin('storage', '[data-recorder]'),
  admin('settings', '[data-setting]'),
  {
    name: 'admin-settings-wrong',
    show: async (set) => {
      await goTo(set, '/admin/settings', '[data-setting]');
      await set.page.fill('[name="people.keep_days"]', '3');
      await set.page.click('[data-form="settings"] button.primary');
      await set.page.waitForSelector('[data-setting="people.keep_days"] .problem');
    },
  },
  admin('audit', '[data-audit]'),
  { name: 'not-found', show: (set) => goTo(set, '/nowhere', '.message h1') },
  { name: 'no-such-room', show: (set) => goTo(set, '/rooms/room-999', '.message h1') },
  {
    name: 'set-up',
    show: async (set) => {
      const told = { school: '', sign_up: 'closed', recovery: 'administrator', done: false };
      await set.page.route('**/api/v1/setup', (route) => route.fulfill({ json: told }));
      await goTo(set, '/', '[data-screen="set-up"]');
      await set.page.unroute('**/api/v1/setup');
    },
  },
  {
    name: 'student-wall',
    show: async (set) => {
      await signedInAs(set, 'Chai Suwan');
      await goTo(set, '/', 'cc-tile');
    },
    settle: 800,
  },
  {
    name: 'not-allowed',
    show: async (set) => {
      await signedInAs(set, 'Chai Suwan');
      await goTo(set, '/admin/people', '[data-not-allowed]');
    },
  },
  {
    name: 'sign-in',
    show: async (set) => {
      await set.page.context().clearCookies();
      await goTo(set, '/', '[data-screen="sign-in"]');
    },
    settle: 500,
  },
  {
    name: 'sign-in-refused',
    show: async (set) => {
      await goTo(set, '/', '[data-screen="sign-in"]');
      await set.page.fill('[name="name"]', 'Anna Novak');
      await set.page.fill('[name="password"]', 'not the password');
      await set.page.keyboard.press('Enter');
      await set.page.waitForSelector('[data-problem]:not([hidden])');
    },
  },
  {
    name: 'sign-up',
    show: async (set) => {
      const told = { school: 'Riverside School', sign_up: 'open', recovery: 'mail', done: true };
      await set.page.route('**/api/v1/setup', (route) => route.fulfill({ json: told }));
      await goTo(set, '/sign-up#ABCD-EFGH', '[data-screen="sign-up"] input');
      await set.page.unroute('**/api/v1/setup');
    },
    settle: 500,
  },
  {
    name: 'recover-by-mail',
    show: async (set) => {
      const told = { school: 'Riverside School', sign_up: 'open', recovery: 'mail', done: true };
      await set.page.route('**/api/v1/setup', (route) => route.fulfill({ json: told }));
      await goTo(set, '/recover', '[data-screen="recover"] input');
      await set.page.unroute('**/api/v1/setup');
    },
    settle: 500,
  },
  { name: 'sign-up-closed', show: (set) => goTo(set, '/sign-up', '[data-screen="sign-up"]'), settle: 500 },
  { name: 'recover', show: (set) => goTo(set, '/recover', '[data-screen="recover"]'), settle: 500 },
  {
    name: 'new-password',
    show: (set) => goTo(set, '/recover#token', '[data-screen="recover"]'),
    settle: 500,
  },
];
