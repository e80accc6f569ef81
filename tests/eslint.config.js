// SPDX-License-Identifier: MIT
import js from '@eslint/js';
import globals from 'globals';

const rules = {
  curly: 'error',
  eqeqeq: 'error',
  'no-shadow': 'error',
  'no-var': 'error',
  'prefer-const': 'error',
  'max-lines': ['error', 600],
  'max-lines-per-function': ['error', { max: 60 }],
};

export default [
  { ignores: ['node_modules/', 'fixtures/'] },
  js.configs.recommended,
  { rules },
  { files: ['**/*.mjs'], languageOptions: { globals: globals.node } },
  // Functions handed to evaluate() run in the page.
  {
    files: ['support/wall.mjs', 'support/kills.mjs', 'support/narrow.mjs', 'support/held.mjs', 'e2e/**'],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
  },
  // A suite's describe() is as long as its cases are many.
  { files: ['**/*.test.mjs'], rules: { 'max-lines-per-function': 'off' } },
  { files: ['**/*.page.js'], languageOptions: { sourceType: 'script', globals: globals.browser } },
];
