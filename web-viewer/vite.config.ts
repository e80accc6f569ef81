// SPDX-License-Identifier: MIT
import { defineConfig } from 'vitest/config';

// The server's Content-Security-Policy allows no inline script, style sheet or font, so nothing is inlined.
export default defineConfig({
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: true,
  },
  test: {
    environment: 'node',
    include: ['tests/**/*.test.ts'],
  },
});
