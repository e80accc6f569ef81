// SPDX-License-Identifier: MIT
// A classroom whose network lets no UDP through sends its media over TCP (RFC 6544).
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ownNetwork } from '../../support/namespaces.mjs';
import { run } from '../../support/program.mjs';

const PROGRAM = fileURLToPath(new URL('../../support/without-udp.mjs', import.meta.url));

test('without UDP: live, by TCP', async () => {
  await run([...ownNetwork(), process.execPath, PROGRAM]);
});
