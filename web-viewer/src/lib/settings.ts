// SPDX-License-Identifier: MIT
import { Emitter } from './emitter';
import type { ThemeName } from './strings';

const kKey = 'classcast.settings';
export const kThemes: readonly ThemeName[] = ['auto', 'light', 'dark', 'contrast'];

export type Shortcuts = 'on' | 'off';

/** This device's preferences; they outlive a session and hold nothing about rooms or people. */
export class Settings {
  readonly changed = new Emitter();
  theme: ThemeName = 'auto';
  shortcuts: Shortcuts = 'on';

  constructor(private readonly storage: Storage | undefined) {
    const stored = read(storage);
    this.theme = kThemes.find((theme) => theme === stored.theme) ?? 'auto';
    this.shortcuts = stored.shortcuts === 'off' ? 'off' : 'on';
  }

  setTheme(theme: ThemeName): void {
    this.theme = theme;
    this.save();
  }

  setShortcuts(shortcuts: Shortcuts): void {
    this.shortcuts = shortcuts;
    this.save();
  }

  private save(): void {
    try {
      this.storage?.setItem(kKey, JSON.stringify({ theme: this.theme, shortcuts: this.shortcuts }));
    } catch {
      // A full or forbidden storage only costs the memory of a preference.
    }
    this.changed.emit();
  }
}

function read(storage: Storage | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(storage?.getItem(kKey) ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
