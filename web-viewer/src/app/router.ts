// SPDX-License-Identifier: MIT
import { Emitter } from '../lib/emitter';
import type { Scope } from '../lib/scope';

export type Screen = 'wall' | 'not-found';

const kScreens: readonly (readonly [path: RegExp, screen: Screen])[] = [[/^\/(index\.html)?$/, 'wall']];

export function screenOf(path: string): Screen {
  return kScreens.find(([pattern]) => pattern.test(path))?.[1] ?? 'not-found';
}

/** Which screen the address names. */
export class Router {
  readonly changed = new Emitter();

  constructor(scope: Scope) {
    scope.listen(window, 'popstate', () => this.changed.emit());
  }

  get screen(): Screen {
    return screenOf(location.pathname);
  }

  /** For links inside the viewer: no reload, unless another tab or window is asked for. */
  readonly follow = (event: MouseEvent): void => {
    const link = event.currentTarget;
    if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    history.pushState(null, '', link.href);
    this.changed.emit();
  };
}
