// SPDX-License-Identifier: MIT
// docs/guide/troubleshoot.md against the sources, and every link of the documents against the files.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { TOP } from '../support/classcast.mjs';

function files(folder, ending) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name);
    return entry.isDirectory() ? files(name, ending) : name.endsWith(ending) ? [name] : [];
  });
}

const read = (name) => fs.readFileSync(name, 'utf8');
/** Neighbouring string literals are one; a quotation mark inside is as a reader sees it. */
const joined = (text) => text.replace(/"\s*\n\s*"/g, '').replaceAll('\\"', '"');
const SOURCES = ['daemon', 'pipelines']
  .flatMap((name) => files(path.join(TOP, name), 'pp'))
  .map(read)
  .map(joined);
const PAGE = read(path.join(TOP, 'docs/guide/troubleshoot.md'));
const DOCUMENTED = PAGE.split('\n')
  .filter((line) => line.startsWith('| `'))
  .flatMap((line) => [...line.split(' | ')[0].matchAll(/`([^`]+)`/g)].map((match) => match[1]));

describe('the guide to troubles', () => {
  test('names only messages that exist', () => {
    assert.ok(DOCUMENTED.length > 40);
    const everything = SOURCES.join('\n');
    assert.deepEqual(
      DOCUMENTED.filter((message) => !everything.includes(message)),
      [],
    );
  });

  test('names every warning and error that a program writes', () => {
    const written = SOURCES.flatMap((text) =>
      [...text.matchAll(/log::(?:warning|error)\(\s*[^,]+,\s*"(.*?)"\s*[,)]/g)].map((match) => match[1]),
    );
    // What only passes an error on has no words of its own.
    const worded = written.filter((message) =>
      /[a-z]{3,} /.test(message.replace(/\{[^}]*\}(; trying again by itself)?/g, '')),
    );
    assert.ok(worded.length > 20);
    assert.deepEqual(
      worded.filter((message) => !DOCUMENTED.some((known) => message.includes(known))),
      [],
    );
  });
});

describe('the documents', () => {
  const pages = [path.join(TOP, 'README.md'), ...files(path.join(TOP, 'docs'), '.md')];
  for (const page of pages) {
    test(`${path.relative(TOP, page)} links to what is there`, () => {
      const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)/g)].map(
        (match) => match[1],
      );
      assert.deepEqual(
        links.filter((link) => !fs.existsSync(path.resolve(path.dirname(page), decodeURI(link)))),
        [],
      );
    });
  }
});
