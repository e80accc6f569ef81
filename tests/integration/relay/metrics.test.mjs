// SPDX-License-Identifier: MIT
// What the reference and the dashboard say of the relay's metrics is what a running relay has, and the other way round.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { request } from '../../support/api.mjs';
import { TOP } from '../../support/classcast.mjs';
import { Relay } from './relay.mjs';

const NAME = /classcast_relay_[a-z_]+/g;
const names = (text) => [...new Set(text.match(NAME))].sort();

let relay;
let text;
before(async () => {
  relay = await Relay.start();
  ({ text } = await request(`${relay.base}/metrics`));
});
after(() => relay?.stop());

test('every metric has its help and type, and a value', () => {
  for (const name of names(text)) {
    assert.match(text, new RegExp(`^# HELP ${name} \\S.*$`, 'm'));
    const type = name.endsWith('_total') ? 'counter' : 'gauge';
    assert.match(text, new RegExp(`^# TYPE ${name} ${type}$`, 'm'));
    assert.match(text, new RegExp(`^${name}(\\{[a-z]+="[a-z]+"\\})? \\d+$`, 'm'));
  }
});

test('docs/ref/metrics.md lists every metric with its type, and no other', () => {
  const page = readFileSync(path.join(TOP, 'docs/ref/metrics.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(classcast_relay_[a-z_]+)` \| (gauge|counter) \|/gm)];
  assert.deepEqual(rows.map(([, name]) => name).sort(), names(text));
  for (const [, name, type] of rows) {
    assert.match(text, new RegExp(`^# TYPE ${name} ${type}$`, 'm'));
  }
  assert.deepEqual(names(page), names(text));
});

test('the dashboard shows every metric, and no other', () => {
  const file = readFileSync(path.join(TOP, 'config/grafana/classcast-relay.json'), 'utf8');
  const dashboard = JSON.parse(file);
  const shown = dashboard.panels.flatMap((panel) => panel.targets.map((target) => target.expr)).join('\n');
  assert.deepEqual(names(shown), names(text));
  assert.equal(new Set(dashboard.panels.map((panel) => panel.id)).size, dashboard.panels.length);
});
