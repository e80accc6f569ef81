// SPDX-License-Identifier: MIT
import type { Scope } from '../lib/scope';
import type { Settings } from '../lib/settings';
import { languageOf, useLanguage } from '../lib/strings';

/** Speaks the chosen or the device's language, tells the document, and follows when either changes. */
export function followLanguage(scope: Scope, settings: Settings): void {
  const apply = (): void => {
    const language = languageOf(settings.language, navigator.languages);
    useLanguage(language);
    document.documentElement.lang = language;
  };
  scope.listen(window, 'languagechange', () => settings.set({}));
  settings.changed.subscribe(scope, apply);
  apply();
}
