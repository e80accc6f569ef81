// SPDX-License-Identifier: MIT
import { defineConfig } from 'vitest/config';
import { icons } from './icons';

// The server's Content-Security-Policy allows no inline script, style sheet or font, so nothing is inlined.
export default defineConfig({
  plugins: [icons()],
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: true,
    rollupOptions: {
      input: { index: 'index.html', sw: 'src/service-worker.ts' },
      output: {
        // A service worker serves what lies below its own address, which must stay the same.
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js'),
      },
    },
  },
  test: {
    environment: 'node',
    setupFiles: ['tests/setup.ts'],
    include: ['tests/**/*.test.ts'],
  },
});
