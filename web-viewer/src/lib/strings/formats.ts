// SPDX-License-Identifier: MIT

/** Forms of a counted thing by CLDR plural category; `{n}` stands for the number. */
export type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string };

type Unit = 'second' | 'minute' | 'hour' | 'day';
const kByteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Numbers, plurals and times as one language writes them. */
export class Formats {
  private readonly plurals: Intl.PluralRules;
  private readonly numbers: Intl.NumberFormat;
  private readonly relative: Intl.RelativeTimeFormat;
  private readonly dates: Intl.DateTimeFormat;
  private readonly units: Readonly<Record<Unit, Intl.NumberFormat>>;

  constructor(private readonly locale: string) {
    const unit = (name: Unit): Intl.NumberFormat =>
      new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' });
    this.plurals = new Intl.PluralRules(locale);
    this.numbers = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
    this.dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
    this.relative = new Intl.RelativeTimeFormat(locale);
    this.units = { second: unit('second'), minute: unit('minute'), hour: unit('hour'), day: unit('day') };
  }

  readonly count = (count: number, forms: Forms): string =>
    (forms[this.plurals.select(count)] ?? forms.other).replace('{n}', this.numbers.format(count));

  /** Date and time of a point in Unix milliseconds, in the device's own zone. */
  readonly dateTime = (ms: number): string => this.dates.format(ms);

  readonly number = (value: number): string => this.numbers.format(value);

  /** Two units at most: a wall is read from afar. */
  readonly duration = (ms: number): string => {
    const { amount, unit, minutes } = largest(ms);
    const text = this.units[unit].format(amount);
    return unit === 'hour' && minutes > 0 ? `${text} ${this.units.minute.format(minutes)}` : text;
  };

  /** In powers of a thousand, as disks are sold. */
  readonly bytes = (bytes: number): string => {
    const power = bytes < 1 ? 0 : Math.min(kByteUnits.length - 1, Math.floor(Math.log10(bytes) / 3));
    const value = bytes / 1_000 ** power;
    const maximumFractionDigits = value < 10 && power > 0 ? 1 : 0;
    const unit = kByteUnits[power] ?? 'byte';
    const style = { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits } as const;
    return new Intl.NumberFormat(this.locale, style).format(value);
  };

  readonly ago = (ms: number): string => {
    const { amount, unit } = largest(ms);
    return this.relative.format(-amount, unit);
  };
}

function largest(ms: number): { amount: number; unit: Unit; minutes: number } {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (seconds < 60) return { amount: seconds, unit: 'second', minutes: 0 };
  if (minutes < 60) return { amount: minutes, unit: 'minute', minutes };
  if (hours < 48) return { amount: hours, unit: 'hour', minutes: minutes % 60 };
  return { amount: Math.floor(hours / 24), unit: 'day', minutes: 0 };
}
