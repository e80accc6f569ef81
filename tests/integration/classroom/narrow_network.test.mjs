// SPDX-License-Identifier: MIT
// A classroom whose network lets no UDP through sends its media over TCP (RFC 6544); one that may not reach the relay at all, through the
// TURN server that the relay names (RFC 9725 §4.6).
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ownNetwork } from '../../support/namespaces.mjs';
import { run } from '../../support/program.mjs';

const PROGRAM = fileURLToPath(new URL('../../support/narrow-network.mjs', import.meta.url));

test('without UDP: live, by TCP; without the relay: live, by TURN', async () => {
  await run([...ownNetwork(), process.execPath, PROGRAM]);
});
