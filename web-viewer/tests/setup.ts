// SPDX-License-Identifier: MIT
// Node.js 18 has the browser's `crypto` in a module only.
import { webcrypto } from 'node:crypto';

if (!('crypto' in globalThis)) {
  Object.defineProperty(globalThis, 'crypto', { value: webcrypto });
}
