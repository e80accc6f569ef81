// SPDX-License-Identifier: MIT
// Settings as people read and write them: labels, units, and what is wrong with a value before it is sent.
import type { Setting } from '../lib/protocol/admin';
import { strings } from '../lib/strings';
import {
  kSettingGroups,
  kSettingPlaces,
  settingWords,
  type SettingGroup,
  type SettingKey,
  type SettingWords,
} from './setting-words';

export interface SettingField {
  readonly setting: Setting;
  readonly words: SettingWords;
  readonly group: SettingGroup;
  readonly unit: string;
  /** In the person's unit. */
  readonly value: string;
  readonly standard: string;
  readonly least: number | undefined;
  readonly most: number | undefined;
  readonly scale: number;
}

const isKnown = (key: string): key is SettingKey => key in kSettingPlaces;

/** The fields of a group. What has no words, such as a newer server's, is shown under its key. */
export function settingFields(settings: readonly Setting[]): readonly [SettingGroup, readonly SettingField[]][] {
  const fields = settings.filter(({ key }) => key !== 'setup.done').map(fieldOf);
  return kSettingGroups
    .map((group) => [group, fields.filter((one) => one.group === group)] as [SettingGroup, SettingField[]])
    .filter(([, some]) => some.length > 0);
}

function fieldOf(setting: Setting): SettingField {
  const { key, value, standard, least, most } = setting;
  const place = isKnown(key) ? kSettingPlaces[key] : { group: 'school' as const };
  const words = isKnown(key) ? settingWords().settings[key] : { label: key, hint: setting.explanation };
  const scale = place.scale ?? 1;
  const shown = (text: string): string => (scale === 1 || text === '' ? text : String(Number(text) / scale));
  return {
    setting,
    words,
    group: place.group,
    unit: place.unit === undefined ? '' : settingWords().units[place.unit],
    value: shown(value),
    standard: shown(standard),
    least: least === undefined ? undefined : least / scale,
    most: most === undefined ? undefined : most / scale,
    scale,
  };
}

/** As the server takes it. */
export function valueOf({ setting, scale }: SettingField, typed: string): string {
  return setting.kind === 'integer' && scale !== 1 && typed !== '' ? String(Math.round(Number(typed) * scale)) : typed;
}

/** What is wrong with it, for people; empty when nothing is. */
export function wrongWith(of: SettingField, typed: string): string {
  const { setting, words, least = 0, most = Number.MAX_SAFE_INTEGER, unit } = of;
  const t = settingWords();
  if (setting.kind === 'text') return typed === '' && least > 0 ? t.missing(words.label) : '';
  if (setting.kind !== 'integer') return '';
  const number = Number(valueOf(of, typed));
  const fits = typed !== '' && Number.isInteger(number) && number >= least * of.scale && number <= most * of.scale;
  if (fits || (setting.orZero && typed !== '' && number === 0)) return '';
  const say = setting.orZero ? t.wrongOrZero : t.wrong;
  return say(words.label, strings.stats.number(least), strings.stats.number(Math.floor(most)), unit).trim();
}
