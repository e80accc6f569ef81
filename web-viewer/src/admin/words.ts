// SPDX-License-Identifier: MIT
import { catalogue } from '../lib/strings';
import { en } from './words-en';
import { es } from './words-es';
import { th } from './words-th';

export const kAdminCatalogues = { en, th, es };
export const words = catalogue(kAdminCatalogues);
