// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { kCatalogues, kLanguages, languageOf, strings, useLanguage, type Language } from '../src/lib/strings';
import { Formats } from '../src/lib/strings/formats';

type Leaf = string | ((...values: never[]) => string);

/** Every sentence by its path; lists count by position. */
function leaves(node: unknown, path = ''): Map<string, Leaf> {
  if (typeof node === 'string' || typeof node === 'function') return new Map([[path, node as Leaf]]);
  const entries = Object.entries(node as Record<string, unknown>);
  return new Map(entries.flatMap(([name, value]) => [...leaves(value, `${path}.${name}`)]));
}

/** Texts go in as marks and numbers as a figure that nothing else contains; which of them come out again? */
function placeholders(leaf: Leaf): string[] {
  if (typeof leaf === 'string') return [];
  const speak = leaf as (...values: unknown[]) => string;
  const marks = Array.from({ length: leaf.length }, (_, index) => `⟦${index}⟧`);
  const spoken = tryAll(() => speak(...marks));
  const found = marks.filter((mark) => spoken.includes(mark));
  if (found.length > 0) return found;
  return /[73]/.test(speak(...marks.map(() => 7_000 * 60))) ? ['number'] : [];
}

function tryAll(speak: () => string): string {
  try {
    return speak();
  } catch {
    return '';
  }
}

const kOthers = (Object.keys(kLanguages) as Language[]).filter((language) => language !== 'en');

describe.each(kOthers)('the catalogue %s', (language) => {
  const english = leaves(kCatalogues.en);
  const own = leaves(kCatalogues[language]);

  it('has exactly the sentences of the English one', () => {
    expect([...own.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('leaves no sentence empty', () => {
    expect([...own].filter(([, leaf]) => leaf === '').map(([path]) => path)).toEqual([]);
  });

  it('puts the same values into the same sentences', () => {
    const of = (all: Map<string, Leaf>): Record<string, string[]> =>
      Object.fromEntries([...all].map(([path, leaf]) => [path, placeholders(leaf)]));
    expect(of(own)).toEqual(of(english));
  });

  it('is translated', () => {
    const copied = [...own].filter(([path, leaf]) => typeof leaf === 'string' && leaf === english.get(path));
    const shared = /^\.(product|help\.keys\.\d+\.0)$/;
    expect(copied.map(([path]) => path).filter((path) => !shared.test(path))).toEqual([]);
  });
});

describe('languages', () => {
  it('follow the choice, then the device, then English', () => {
    expect(languageOf('th', ['es'])).toBe('th');
    expect(languageOf('auto', ['fr-CH', 'es-MX', 'th'])).toBe('es');
    expect(languageOf('auto', ['fr'])).toBe('en');
  });

  it('change every sentence at once', () => {
    useLanguage('es');
    expect(strings.signIn.submit).toBe('Iniciar sesión');
    useLanguage('en');
    expect(strings.signIn.submit).toBe('Sign in');
  });

  it('count and tell times in their own way', () => {
    expect(kCatalogues.en.tile.viewers(1)).toBe('1 viewer');
    expect(kCatalogues.en.tile.viewers(2)).toBe('2 viewers');
    expect(kCatalogues.es.tile.viewers(1)).toBe('1 espectador');
    expect(kCatalogues.th.tile.viewers(3)).toBe('ผู้ชม 3 คน');
    expect(kCatalogues.es.pictureStopped(5_000)).toBe('La imagen se detuvo hace 5 segundos.');
    const { duration } = new Formats('en');
    expect([900, 59_000, 61_000, 3_600_000, 3_900_000, 50 * 3_600_000].map(duration)).toEqual([
      '0 sec',
      '59 sec',
      '1 min',
      '1 hr',
      '1 hr 5 min',
      '2 days',
    ]);
  });
});
