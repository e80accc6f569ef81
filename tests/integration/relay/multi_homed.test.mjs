// SPDX-License-Identifier: MIT
// A host in two networks (in network namespaces of its own): by whichever of its addresses a peer speaks to it, it
// answers from there, although the route back would leave from the other.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Cable } from '../../support/cable.mjs';
import { attribute, credentials, publishing } from './offer.mjs';
import { Relay } from './relay.mjs';

const [OTHER_HERE, OTHER_THERE] = ['10.78.0.1', '10.78.0.2'];
const CLIENT = fileURLToPath(new URL('../../support/stun-client.mjs', import.meta.url));

let cable;
let relay;

const ip = (where, ...words) => execFileSync(where[0], [...where.slice(1), 'ip', ...words]);

before(async () => {
  cable = await Cable.start('delay 1');
  ip(cable.here, 'address', 'add', `${OTHER_HERE}/24`, 'dev', 'cable');
  ip(cable.there, 'address', 'add', `${OTHER_THERE}/24`, 'dev', 'cable');
  relay = await Relay.start(
    { http: { listen: `${Cable.HERE}:8445` }, media: { listen: '0.0.0.0:8443' } },
    cable.here,
  );
});
after(async () => {
  await relay?.stop();
  await cable?.stop();
});

/** Runs at the far end; what is secret goes by its input. */
const there = (program, words, input) =>
  execFileSync(cable.there[0], [...cable.there.slice(1), program, ...words], {
    encoding: 'utf8',
    input,
    timeout: 20_000,
  });

function post(ours) {
  const url = `http://${Cable.HERE}:8445/whip/room-101`;
  const words = ['--silent', '--fail', '--config', '-', '--data-binary', publishing(ours), url];
  const headers = ['Content-Type: application/sdp', `Authorization: Bearer ${relay.token('publish')}`];
  return there('curl', words, headers.map((header) => `header = "${header}"\n`).join(''));
}

test('it is offered at both addresses, and answers from the one that was spoken to', () => {
  const ours = credentials();
  const answer = post(ours);
  const hosts = [...answer.matchAll(/^a=candidate:\S+ 1 udp \d+ (\S+) /gm)].map((match) => match[1]);
  assert.ok(hosts.includes(Cable.HERE) && hosts.includes(OTHER_HERE), hosts.join(' '));
  const username = `${attribute(answer, 'ice-ufrag')}:${ours.ufrag}`;
  for (const host of [Cable.HERE, OTHER_HERE]) {
    for (const from of [Cable.THERE, OTHER_THERE]) {
      const check = { host, port: 8443, from, username, password: attribute(answer, 'ice-pwd') };
      const seen = there(process.execPath, [CLIENT], JSON.stringify(check));
      assert.equal(seen.trim(), `0101 ${host}`, `from ${from} to ${host}`);
    }
  }
});
