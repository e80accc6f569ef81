// SPDX-License-Identifier: MIT
// Every unit of systemd/: nothing to complain about, confined, with an account of its own; and one version everywhere.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { TOP } from '../support/classcast.mjs';

const FOLDER = path.join(TOP, 'systemd');
const SERVICES = fs.readdirSync(FOLDER).filter((name) => name.endsWith('.service'));
const MAX_EXPOSURE = 3.0;

describe('units', () => {
  let root;
  before(() => {
    // verify wants to find the programs; what they are does not matter to it.
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'classcast-units-'));
    for (const name of fs.readdirSync(FOLDER).filter((file) => /\.(service|socket)$/.test(file))) {
      const text = fs.readFileSync(path.join(FOLDER, name), 'utf8');
      fs.writeFileSync(
        path.join(root, name),
        text.replace(/^(Exec\w+=)\/usr\/bin\/(classcast\S*|pulseaudio)/gm, '$1/bin/true'),
      );
    }
  });
  after(() => fs.rmSync(root, { recursive: true, force: true }));

  test('systemd finds nothing to complain about', () => {
    const files = fs.readdirSync(root).map((name) => path.join(root, name));
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...files], {
      encoding: 'utf8',
    });
    const ours = `${stdout}${stderr}`.split('\n').filter((line) => /classcast/.test(line));
    assert.deepEqual([status, ours], [0, []]);
  });

  for (const name of SERVICES) {
    test(`${name} is confined`, () => {
      const said = execFileSync(
        'systemd-analyze',
        ['security', '--offline=true', '--no-pager', path.join(FOLDER, name)],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
      );
      const [, exposure] = /Overall exposure level for \S+: (\d+\.\d+)/.exec(said);
      assert.ok(Number(exposure) <= MAX_EXPOSURE, `exposure ${exposure}`);
    });

    test(`${name} runs as an account of its own`, () => {
      const unit = fs.readFileSync(path.join(FOLDER, name), 'utf8');
      if (name === 'classcast-enroll.service') {
        // It writes files of another account, once; three capabilities are all that it has of root.
        assert.match(unit, /^CapabilityBoundingSet=CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER$/m);
      } else {
        assert.match(unit, /^User=classcast/m);
        assert.match(unit, /^CapabilityBoundingSet=$/m);
      }
    });
  }
});

describe('the version', () => {
  const read = (name) => fs.readFileSync(path.join(TOP, name), 'utf8');
  const [, version] = /^project\(classcast VERSION (\S+)/m.exec(read('CMakeLists.txt'));

  test('is the same in every file that names it', () => {
    assert.equal(/^classcast \(([^)]+)\)/.exec(read('debian/changelog'))[1], version);
    assert.equal(JSON.parse(read('web-viewer/package.json')).version, version);
    assert.equal(JSON.parse(read('web-viewer/package-lock.json')).version, version);
    assert.match(read('CHANGELOG.md'), new RegExp(`^## ${version.replaceAll('.', '\\.')} `, 'm'));
  });
});
