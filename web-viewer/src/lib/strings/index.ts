// SPDX-License-Identifier: MIT
import { en } from './en';
import { es } from './es';
import type { Strings } from './strings';
import { th } from './th';

export type { Strings, ThemeName } from './strings';

/** Each is named in its own language. */
export const kLanguages = { en: 'English', th: 'ไทย', es: 'Español' } as const;
export type Language = keyof typeof kLanguages;
export type LanguageChoice = Language | 'auto';
export const kLanguageChoices: readonly LanguageChoice[] = ['auto', 'en', 'th', 'es'];

export const kCatalogues: Readonly<Record<Language, Strings>> = { en, th, es };

/** The catalogue of this page's language; a new one takes its place when the language changes. */
export let strings: Strings = en;

/** The server's own sentences are English; in another language a translated cause says more. */
export let language: Language = 'en';

export function useLanguage(next: Language): void {
  language = next;
  strings = kCatalogues[next];
}

/** The first of the device's languages that there is a catalogue for. */
export function languageOf(choice: LanguageChoice, device: readonly string[]): Language {
  if (choice !== 'auto') return choice;
  const known = device.map((tag) => tag.toLowerCase().split('-')[0]);
  const found = known.find((tag): tag is Language => tag !== undefined && tag in kLanguages);
  return found ?? 'en';
}

/** The sentences of a screen that is fetched on demand, in this page's language at the time of asking. */
export function catalogue<T>(all: Readonly<Record<Language, T>>): () => T {
  return () => all[language];
}
