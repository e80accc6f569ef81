// SPDX-License-Identifier: MIT
// Reading the members of a JSON message; every parser gives undefined for a message that it refuses.

/** Thrown by these readers and caught by parser(), never seen outside. */
export class Refused extends Error {}

export type Members = Readonly<Record<string, unknown>>;
export type Parser<T> = (json: unknown) => T | undefined;

export function parser<T>(read: (value: unknown) => T): Parser<T> {
  return (json) => {
    try {
      return read(json);
    } catch (error) {
      if (error instanceof Refused) return undefined;
      throw error;
    }
  };
}

export function members(value: unknown): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refused('object expected');
  return value as Members;
}

export function text(from: Members, name: string): string {
  const value = from[name];
  if (typeof value !== 'string') throw new Refused(name);
  return value;
}

export function optionalText(from: Members, name: string): string | undefined {
  return absent(from, name) ? undefined : text(from, name);
}

export function number(from: Members, name: string): number {
  const value = from[name];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Refused(name);
  return value;
}

export function optionalNumber(from: Members, name: string): number | undefined {
  return absent(from, name) ? undefined : number(from, name);
}

export function flag(from: Members, name: string): boolean {
  const value = from[name];
  if (typeof value !== 'boolean') throw new Refused(name);
  return value;
}

export function optionalFlag(from: Members, name: string): boolean {
  return absent(from, name) ? false : flag(from, name);
}

export function oneOf<T extends string>(from: Members, name: string, allowed: readonly T[]): T {
  const value = text(from, name);
  const known = allowed.find((candidate) => candidate === value);
  if (known === undefined) throw new Refused(name);
  return known;
}

export function list(from: Members, name: string): readonly unknown[] {
  const value = from[name];
  if (!Array.isArray(value)) throw new Refused(name);
  return value;
}

export function optional<T>(from: Members, name: string, read: (value: unknown) => T): T | undefined {
  return absent(from, name) ? undefined : read(from[name]);
}

/** Some libraries write an absent member as null. */
function absent(from: Members, name: string): boolean {
  return from[name] === undefined || from[name] === null;
}
