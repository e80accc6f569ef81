// SPDX-License-Identifier: MIT
import js from '@eslint/js';
import globals from 'globals';

export default [
  { ignores: ['node_modules/', 'fixtures/'] },
  js.configs.recommended,
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: { globals: globals.node },
    rules: {
      curly: 'error',
      eqeqeq: 'error',
      'no-shadow': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'max-lines-per-function': ['error', { max: 60 }],
    },
  },
  {
    files: ['support/probe.mjs'],
    languageOptions: { globals: globals.browser },
  },
];
