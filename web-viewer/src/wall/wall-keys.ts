// SPDX-License-Identifier: MIT
import type { Step } from './grid';

export type WallCommand =
  | 'escape'
  | 'search'
  | 'sound'
  | 'stats'
  | 'record'
  | 'rewind'
  | 'step-back'
  | 'step-forward'
  | 'snapshot'
  | 'float'
  | 'open-all'
  | 'close-all'
  | 'mode'
  | 'hold'
  | 'full-screen'
  | 'tour-pause'
  | 'previous-page'
  | 'next-page';

const kSteps: Readonly<Record<string, Step>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
};

const kNamedKeys: Readonly<Record<string, WallCommand>> = {
  Escape: 'escape',
  PageUp: 'previous-page',
  PageDown: 'next-page',
};

/** Can be switched off (WCAG 2.1.4): speech input and shaking hands type single characters by accident. */
const kCharacterKeys: Readonly<Record<string, WallCommand>> = {
  '/': 'search',
  m: 'sound',
  i: 'stats',
  r: 'record',
  b: 'rewind',
  j: 'step-back',
  l: 'step-forward',
  s: 'snapshot',
  p: 'float',
  o: 'open-all',
  x: 'close-all',
  t: 'mode',
  h: 'hold',
  f: 'full-screen',
  ' ': 'tour-pause',
};

export function stepOf(event: KeyboardEvent): Step | undefined {
  return kSteps[event.key];
}

export function commandOf(event: KeyboardEvent, shortcuts: 'on' | 'off'): WallCommand | undefined {
  return kNamedKeys[event.key] ?? (shortcuts === 'on' ? kCharacterKeys[event.key.toLowerCase()] : undefined);
}

/** Not for the wall: browser's own combinations, typing, and open dialogs and menus, which keep their keys. */
export function isElsewhere(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return true;
  const { target } = event;
  return target instanceof Element && target.closest('input, select, textarea, dialog, [popover]') !== null;
}

/** The key does nothing else; some browsers press a button only when the space bar comes up again. */
export function swallow(event: KeyboardEvent): void {
  event.preventDefault();
  event.target?.addEventListener('keyup', (up) => up.preventDefault(), { once: true });
}

export function isRoomButton(target: EventTarget | null): boolean {
  return !(target instanceof Element) || target.closest('button:not(.stage-button, .row-button)') === null;
}
