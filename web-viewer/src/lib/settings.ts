// SPDX-License-Identifier: MIT
import { Emitter } from './emitter';
import { kLanguageChoices, type LanguageChoice } from './strings';
import type { ThemeName } from './strings';

const kKey = 'classcast.settings';
export const kThemes: readonly ThemeName[] = ['auto', 'light', 'dark', 'contrast'];

export type Shortcuts = 'on' | 'off';

export const kSoundModes = ['one', 'mixed'] as const;
export type SoundMode = (typeof kSoundModes)[number];

export const kTourStops = ['pages', 'rooms'] as const;
export type TourStops = (typeof kTourStops)[number];
export const kTourSeconds: readonly number[] = [5, 10, 15, 30, 60];

interface Values {
  readonly theme: ThemeName;
  readonly language: LanguageChoice;
  readonly shortcuts: Shortcuts;
  readonly sound: SoundMode;
  readonly tourStops: TourStops;
  readonly tourSeconds: number;
}

/** This device's preferences; they outlive a session and hold nothing about rooms or people. */
export class Settings {
  readonly changed = new Emitter();
  private values: Values;

  constructor(private readonly storage: Storage | undefined) {
    const stored = read(storage);
    this.values = {
      theme: oneOf(kThemes, stored.theme, 'auto'),
      language: oneOf(kLanguageChoices, stored.language, 'auto'),
      shortcuts: oneOf(['on', 'off'] as const, stored.shortcuts, 'on'),
      sound: oneOf(kSoundModes, stored.sound, 'one'),
      tourStops: oneOf(kTourStops, stored.tourStops, 'pages'),
      tourSeconds: oneOf(kTourSeconds, stored.tourSeconds, 15),
    };
  }

  get theme(): ThemeName {
    return this.values.theme;
  }

  get language(): LanguageChoice {
    return this.values.language;
  }

  get shortcuts(): Shortcuts {
    return this.values.shortcuts;
  }

  get sound(): SoundMode {
    return this.values.sound;
  }

  get tourStops(): TourStops {
    return this.values.tourStops;
  }

  get tourSeconds(): number {
    return this.values.tourSeconds;
  }

  set(part: Partial<Values>): void {
    this.values = { ...this.values, ...part };
    try {
      this.storage?.setItem(kKey, JSON.stringify(this.values));
    } catch {
      // A full or forbidden storage only costs the memory of a preference.
    }
    this.changed.emit();
  }
}

function oneOf<T>(allowed: readonly T[], value: unknown, otherwise: T): T {
  return allowed.find((candidate) => candidate === value) ?? otherwise;
}

function read(storage: Storage | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(storage?.getItem(kKey) ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
