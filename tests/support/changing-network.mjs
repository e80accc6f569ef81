// SPDX-License-Identifier: MIT
// A program: a classroom whose computer gets other addresses while it is LIVE; fails where a room does not come back by itself, with the same
// program, on a connection from the new address. Runs in a network namespace of its own (tests/integration/faults/network.test.mjs).
import { Classcast } from './classcast.mjs';
import { OtherComputer } from './other-computer.mjs';
import { run } from './program.mjs';
import { until } from './wait.mjs';

const ROOM = 'room-101';
const CABLE = '10.79.0';
const WIRELESS = '10.80.0';
const RECOVERED_WITHIN_MS = 20_000;
const SAYS = "network: this computer's addresses changed";

await run(['ip', 'link', 'set', 'lo', 'up']);
const computer = await OtherComputer.start();
await computer.plugIn('cable', CABLE);
await computer.plugIn('wireless', WIRELESS);
await computer.takeAddress('cable', `${CABLE}.20`);
const classcast = await Classcast.start({
  rooms: [{ id: ROOM, microphone: 'none' }],
  media: '0.0.0.0',
  away: { address: `${CABLE}.1`, prefix: computer.prefix },
});
const { daemon } = classcast.classrooms.get(ROOM);
const { pid } = daemon;
const told = () => daemon.errors.split(SAYS).length - 1;

/** Pictures arrive from this address: the relay's picture counter rises, and the control channel comes from there. */
async function liveFrom(address) {
  let frames;
  await until(
    `live from ${address}`,
    async () => {
      const before = frames;
      const { publisher, paused } = (await classcast.relayStatus()).rooms?.[0] ?? {};
      frames = paused ? undefined : publisher?.video?.frames;
      const [device] = (await classcast.api.expect(200, 'GET', '/devices')).devices;
      const { state } = await classcast.api.room(ROOM);
      return state === 'live' && device.address === address && frames > before;
    },
    { within: RECOVERED_WITHIN_MS, every: 100 },
  );
}

/** @param {string} what @param {string} address the one that it has afterwards @param {() => Promise<void>} change */
async function changes(what, address, change) {
  const publishers = () => classcast.relay.errors.split('a publisher came').length;
  const [said, came] = [told(), publishers()];
  await change();
  const began = performance.now();
  await until('the journal says so', () => told() > said);
  await liveFrom(address);
  console.log(`${what}: live again after ${((performance.now() - began) / 1000).toFixed(1)} s`);
  if (daemon.pid !== pid || !daemon.running || publishers() === came) {
    throw new Error(`${what}: another program, or the media of before\n${daemon.errors}`);
  }
}

try {
  await liveFrom(`${CABLE}.20`);
  await changes('another address in the same network', `${CABLE}.30`, async () => {
    await computer.ip('address flush dev cable');
    await computer.takeAddress('cable', `${CABLE}.30`);
  });
  await changes('from the cable to the wireless network', `${WIRELESS}.20`, async () => {
    await computer.ip('link set cable down');
    await computer.takeAddress('wireless', `${WIRELESS}.20`);
  });
  await changes('without any address, then back at the cable', `${CABLE}.40`, async () => {
    const said = told();
    await computer.ip('address flush dev wireless');
    await until('the journal says so', () => told() > said);
    await computer.ip('address flush dev cable');
    await computer.ip('link set cable up');
    await computer.takeAddress('cable', `${CABLE}.40`);
  });
} finally {
  await classcast.stop();
  await computer.stop();
}
process.exit();
