// SPDX-License-Identifier: MIT
import { describe, expect, it, vi } from 'vitest';
import { localDocument } from '../src/lib/user-document';
import { Settings } from '../src/lib/settings';
import { kDefaultView, kMostGroups, kMostLayouts } from '../src/wall/view';
import { WallSettings } from '../src/wall/wall-settings';
import { roomOf } from './fixtures';
import { memoryDocument } from './wall-fixtures';

const kRoom = roomOf().id;

function memoryStorage(content: Record<string, string> = {}): Storage {
  const map = new Map(Object.entries(content));
  return {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
  } as Storage;
}

describe('a user’s settings of the wall', () => {
  it('are the same after they were written and read again', () => {
    const store = memoryDocument();
    const before = new WallSettings(store);
    before.saveGroup(' Science ', [kRoom]);
    before.setView({ group: 'Science', filter: 'trouble', perPage: 9, mode: 'table' });
    before.saveLayout('Morning', [kRoom]);
    const after = new WallSettings(store);
    expect([after.view, after.groups, after.layouts]).toEqual([before.view, before.groups, before.layouts]);
    expect(after.group).toEqual({ name: 'Science', rooms: [kRoom] });
    expect(after.layouts).toEqual([{ name: 'Morning', view: before.view, open: [kRoom] }]);
  });

  it.each([
    ['nothing', undefined],
    ['text', 'x'],
    ['a list', []],
    ['wrong types', { view: { mode: 7, perPage: '9', filter: null, group: {} }, groups: 'x', layouts: [1, null, {}] }],
  ])('fall back to their defaults when the document is %s', (_, kept) => {
    const settings = new WallSettings(memoryDocument(kept));
    expect([settings.view, settings.groups, settings.layouts]).toEqual([kDefaultView, [], []]);
  });

  it('keep what is right beside what is wrong', () => {
    const kept = { view: { sort: 'trouble', perPage: 5 }, groups: [{ name: 'A', rooms: ['room-1', '../x', 3] }] };
    const settings = new WallSettings(memoryDocument(kept));
    expect(settings.view).toEqual({ ...kDefaultView, sort: 'trouble' });
    expect(settings.groups).toEqual([{ name: 'A', rooms: ['room-1'] }]);
  });

  it('replace what has the same name, refuse what has none, and have limits', () => {
    const settings = new WallSettings(memoryDocument());
    expect(settings.saveGroup('  ', [])).toBe(false);
    for (let index = 0; index < kMostGroups; index += 1) expect(settings.saveGroup(`G${index}`, [])).toBe(true);
    expect(settings.saveGroup('one more', [])).toBe(false);
    expect(settings.saveGroup('G0', [kRoom])).toBe(true);
    expect(settings.groups[0]).toEqual({ name: 'G0', rooms: [kRoom] });
    for (let index = 0; index < kMostLayouts; index += 1) settings.saveLayout(`L${index}`, []);
    expect(settings.saveLayout('one more', [])).toBe(false);
  });
});

describe('the document on this device', () => {
  it('belongs to one user', () => {
    const storage = memoryStorage();
    localDocument(storage, 1).save({ a: 1 });
    expect([localDocument(storage, 1).load(), localDocument(storage, 2).load()]).toEqual([{ a: 1 }, undefined]);
  });

  it('is none where storage is missing, broken or full', () => {
    expect(localDocument(undefined, 1).load()).toBeUndefined();
    expect(localDocument(memoryStorage({ 'classcast.user.1': '{' }), 1).load()).toBeUndefined();
    const full = memoryStorage();
    full.setItem = vi.fn(() => {
      throw new Error('full');
    });
    localDocument(full, 1).save({});
    expect(full.setItem).toHaveBeenCalled();
  });
});

describe('this device’s preferences', () => {
  it('outlive the page; what is not understood is the default', () => {
    const storage = memoryStorage({ 'classcast.settings': '{"theme":"dark","sound":"loud","tourSeconds":7}' });
    const settings = new Settings(storage);
    expect([settings.theme, settings.sound, settings.tourSeconds]).toEqual(['dark', 'one', 15]);
    settings.set({ language: 'th', sound: 'mixed', tourStops: 'rooms', tourSeconds: 30 });
    const again = new Settings(storage);
    expect([again.theme, again.language, again.sound, again.tourStops, again.tourSeconds]).toEqual([
      'dark',
      'th',
      'mixed',
      'rooms',
      30,
    ]);
  });
});
