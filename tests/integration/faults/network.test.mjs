// SPDX-License-Identifier: MIT
// A classroom's computer gets another address, moves to another network, or has none for a while: the room comes back by itself.
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ownNetwork } from '../../support/namespaces.mjs';
import { run } from '../../support/program.mjs';

const PROGRAM = fileURLToPath(new URL('../../support/changing-network.mjs', import.meta.url));

test('a room whose computer gets other addresses is live again by itself', async () => {
  console.log((await run([...ownNetwork(), process.execPath, PROGRAM])).trim());
});
