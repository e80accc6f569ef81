// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { settingFields, valueOf, wrongWith, type SettingField } from '../src/admin/setting-fields';
import { kSettingCatalogues } from '../src/admin/setting-words';
import type { Setting } from '../src/lib/protocol/admin';

const school = readFileSync(new URL('../../daemon/server/school.cpp', import.meta.url), 'utf8');

const setting = (key: string, of: Partial<Setting> = {}): Setting => ({
  key,
  value: '0',
  standard: '0',
  kind: 'integer',
  explanation: 'In English.',
  choices: [],
  least: 0,
  most: 3660,
  orZero: false,
  ...of,
});

function only(one: Setting): SettingField {
  const [group] = settingFields([one]);
  const [field] = group?.[1] ?? [];
  if (field === undefined) throw new Error(one.key);
  return field;
}

describe('settings', () => {
  it('have words for everything that the server knows', () => {
    const keys = [...school.matchAll(/\{"([a-z._]+)",\s*SettingKind::/g)].map(([, key]) => key);
    expect(keys.length).toBeGreaterThan(10);
    const known = Object.keys(kSettingCatalogues.en.settings);
    expect(keys.filter((key) => key !== 'setup.done').sort()).toEqual([...known].sort());
  });

  it('are read and written in units of people', () => {
    const field = only(setting('recording.min_free', { value: '5500000000', most: 2 ** 50 }));
    expect(field.value).toBe('5.5');
    expect(field.unit).toBe('GB');
    expect(valueOf(field, '0.25')).toBe('250000000');
    expect(wrongWith(field, '0.25')).toBe('');
    expect(wrongWith(field, '-1')).toContain('Space that stays free');
    expect(wrongWith(field, 'much')).toContain('GB');
  });

  it('say what they take', () => {
    const field = only(setting('audit.keep_days', { least: 7, orZero: true }));
    expect(['0', '7', '3660'].map((typed) => wrongWith(field, typed))).toEqual(['', '', '']);
    for (const typed of ['', '6', '3661', '7.5', 'x'])
      expect(wrongWith(field, typed)).toContain('from 7 to 3,660 days');
    const name = only(setting('school.name', { kind: 'text', least: 1, most: 100 }));
    expect(wrongWith(name, '')).toContain('must not be empty');
    expect(wrongWith(name, 'Riverside')).toBe('');
  });

  it('of a newer server are shown under their key', () => {
    expect(only(setting('from.the.future')).words).toEqual({ label: 'from.the.future', hint: 'In English.' });
  });
});
