// SPDX-License-Identifier: MIT
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { kAccountCatalogues } from '../src/account/words';
import { kAuditCatalogues, kAuditNouns } from '../src/admin/audit-words';
import { kSettingCatalogues, kSettingPlaces } from '../src/admin/setting-words';
import { kStorageCatalogues } from '../src/admin/storage-words';
import { kAdminCatalogues } from '../src/admin/words';
import { kEntryCatalogues } from '../src/entry/words';
import { kCatalogues } from '../src/lib/strings';
import { kLibraryCatalogues } from '../src/library/words';
import { kRecordCatalogues } from '../src/recording/words';
import { kRewindCatalogues } from '../src/rewind/words';
import { kRoomCatalogues } from '../src/room/words';

const kAll = {
  wall: kCatalogues,
  entry: kEntryCatalogues,
  account: kAccountCatalogues,
  room: kRoomCatalogues,
  admin: kAdminCatalogues,
  audit: kAuditCatalogues,
  settings: kSettingCatalogues,
  storage: kStorageCatalogues,
  library: kLibraryCatalogues,
  recording: kRecordCatalogues,
  rewind: kRewindCatalogues,
};

/** `a.b.c` of every sentence. */
function paths(value: unknown, at = ''): string[] {
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([key, inner]) => paths(inner, at === '' ? key : `${at}.${key}`));
}

function sentences(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(sentences) : [];
}

describe.each(Object.entries(kAll))('the sentences of %s', (_name, catalogues) => {
  const english: object = catalogues.en;

  it.each(['th', 'es'] as const)('are complete in %s', (language) => {
    const other: object = catalogues[language];
    expect(paths(other).sort()).toEqual(paths(english).sort());
    expect(sentences(other).filter((text) => text.trim() === '')).toEqual([]);
  });

  it('are Thai where they should be', () => {
    const latin = sentences(catalogues.th).filter((text) => /[A-Za-z]{4}/.test(text) && !/\p{Script=Thai}/u.test(text));
    expect(
      latin.filter((text) => !/^(Classcast|English|Español|JSON|Text|Home, End|Page Up|Enter|Space|Esc)/.test(text)),
    ).toEqual([]);
  });
});

/** Every `noun.verb` of the server's sources that is not the name of a setting or a file. */
function serverActions(): string[] {
  const folder = new URL('../../daemon/server/', import.meta.url);
  const sources = readdirSync(folder).filter((name) => name === 'housekeeping.cpp' || /^api_.*\.cpp$/.test(name));
  const names = sources.flatMap(
    (name) => readFileSync(new URL(name, folder), 'utf8').match(/"[a-z]+\.[a-z_]+"/g) ?? [],
  );
  const quoted = new Set(names.map((name) => name.slice(1, -1)));
  return [...quoted].filter((name) => !(name in kSettingPlaces) && name !== 'setup.done').sort();
}

describe('the words of the audit log', () => {
  it('know every action of the server, and no other', () => {
    expect(serverActions().length).toBeGreaterThan(30);
    expect(Object.keys(kAuditCatalogues.en.actions).sort()).toEqual(serverActions());
  });

  it('offer every action under its noun', () => {
    const nouns = new Set(Object.keys(kAuditCatalogues.en.actions).map((name) => name.split('.')[0]));
    expect([...nouns].sort()).toEqual([...kAuditNouns].sort());
  });
});
