// SPDX-License-Identifier: MIT
import { en } from './en';
import type { Strings } from './strings';

export type { Strings, ThemeName, ToldCause } from './strings';

/** The catalogue of this page's language. */
export const strings: Strings = en;
