// SPDX-License-Identifier: MIT
import type { Scope } from '../lib/scope';
import type { Settings } from '../lib/settings';

/** Puts the chosen or the device's appearance on the document, and follows when either changes. */
export function followTheme(scope: Scope, settings: Settings): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const contrast = matchMedia('(prefers-contrast: more)');
  const apply = (): void => {
    const device = contrast.matches ? 'contrast' : dark.matches ? 'dark' : 'light';
    document.documentElement.dataset.theme = settings.theme === 'auto' ? device : settings.theme;
  };
  scope.listen(dark, 'change', apply);
  scope.listen(contrast, 'change', apply);
  settings.changed.subscribe(scope, apply);
  apply();
}
