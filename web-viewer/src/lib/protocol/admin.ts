// SPDX-License-Identifier: MIT
// What the administration and account pages read: docs/ref/openapi.json.
import { kRoles, roomId, type Named, type Role, type RoomId } from '../protocol';
import { pageOf } from './people';
import {
  flag,
  list,
  members,
  number,
  oneOf,
  optional,
  optionalFlag,
  optionalNumber,
  optionalText,
  parser,
  Refused,
  text,
  type Members,
} from './read';

export interface User extends Named {
  readonly role: Role;
  readonly disabled: boolean;
  readonly totp: boolean;
  readonly email: string;
  readonly seenMs: number | undefined;
}

export interface Account extends Named {
  readonly role: Role;
  readonly totp: boolean;
  readonly email: string;
}

export interface SessionRow {
  readonly id: string;
  readonly createdMs: number;
  readonly seenMs: number;
  readonly current: boolean;
  readonly address: string;
  readonly browser: string;
}

export interface ApiToken extends Named {
  readonly readOnly: boolean;
  readonly expiresMs: number;
  readonly seenMs: number | undefined;
}

export interface Invitation {
  readonly id: number;
  readonly role: Role;
  readonly usesLeft: number;
  readonly expiresMs: number;
  readonly rooms: readonly string[];
  readonly note: string;
}

export interface Part {
  readonly state: string;
  readonly cause: string;
}

export const kDeviceParts = ['camera', 'microphone', 'uplink'] as const;
export type DevicePart = (typeof kDeviceParts)[number];

export interface Device {
  readonly room: RoomId;
  readonly name: string;
  readonly connected: boolean;
  readonly host: string;
  readonly software: string;
  readonly address: string;
  readonly seenMs: number | undefined;
  readonly parts: Readonly<Record<DevicePart, Part | undefined>>;
  /** Numbers by name, as the PC reports them. */
  readonly resources: ReadonlyMap<string, number>;
}

export interface EnrolmentToken {
  readonly id: number;
  readonly usesLeft: number;
  readonly expiresMs: number;
}

export const kSettingKinds = ['choice', 'integer', 'text'] as const;

export interface Setting {
  readonly key: string;
  readonly value: string;
  readonly standard: string;
  readonly kind: (typeof kSettingKinds)[number];
  readonly explanation: string;
  readonly choices: readonly string[];
  readonly least: number | undefined;
  readonly most: number | undefined;
  /** 0 is good too, and means for ever. */
  readonly orZero: boolean;
}

export interface AuditRow {
  readonly id: number;
  readonly atMs: number;
  readonly actor: string;
  readonly action: string;
  readonly detail: string;
  readonly address: string;
  readonly room: string;
}

function named(from: Members): Named {
  return { id: number(from, 'id'), name: text(from, 'name') };
}

function texts(from: Members, name: string): readonly string[] {
  if (from[name] === undefined) return [];
  return list(from, name).map((value) => {
    if (typeof value !== 'string') throw new Refused(name);
    return value;
  });
}

export function user(value: unknown): User {
  const from = members(value);
  return {
    ...named(from),
    role: oneOf(from, 'role', kRoles),
    disabled: flag(from, 'disabled'),
    totp: flag(from, 'totp'),
    email: optionalText(from, 'email') ?? '',
    seenMs: optionalNumber(from, 'seen_ms'),
  };
}

function sessionRow(value: unknown): SessionRow {
  const from = members(value);
  return {
    id: text(from, 'id'),
    createdMs: number(from, 'created_ms'),
    seenMs: number(from, 'seen_ms'),
    current: flag(from, 'current'),
    address: optionalText(from, 'address') ?? '',
    browser: optionalText(from, 'browser') ?? '',
  };
}

function apiToken(value: unknown): ApiToken {
  const from = members(value);
  return {
    ...named(from),
    readOnly: flag(from, 'read_only'),
    expiresMs: number(from, 'expires_ms'),
    seenMs: optionalNumber(from, 'seen_ms'),
  };
}

function invitation(value: unknown): Invitation {
  const from = members(value);
  return {
    id: number(from, 'id'),
    role: oneOf(from, 'role', kRoles),
    usesLeft: number(from, 'uses_left'),
    expiresMs: number(from, 'expires_ms'),
    rooms: texts(from, 'rooms'),
    note: optionalText(from, 'note') ?? '',
  };
}

function part(value: unknown): Part {
  const from = members(value);
  return { state: text(from, 'state'), cause: text(from, 'cause') };
}

function numbers(value: unknown): ReadonlyMap<string, number> {
  const entries = Object.entries(members(value));
  return new Map(entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}

function device(value: unknown): Device {
  const from = members(value);
  return {
    room: roomId(from, 'room'),
    name: text(from, 'name'),
    connected: flag(from, 'connected'),
    host: optionalText(from, 'host') ?? '',
    software: optionalText(from, 'software') ?? '',
    address: optionalText(from, 'address') ?? '',
    seenMs: optionalNumber(from, 'seen_ms'),
    parts: {
      camera: optional(from, 'camera', part),
      microphone: optional(from, 'microphone', part),
      uplink: optional(from, 'uplink', part),
    },
    resources: optional(from, 'resources', numbers) ?? new Map<string, number>(),
  };
}

function enrolmentToken(value: unknown): EnrolmentToken {
  const from = members(value);
  return { id: number(from, 'id'), usesLeft: number(from, 'uses_left'), expiresMs: number(from, 'expires') * 1_000 };
}

function setting(value: unknown): Setting {
  const from = members(value);
  return {
    key: text(from, 'key'),
    value: text(from, 'value'),
    standard: text(from, 'default'),
    kind: oneOf(from, 'kind', kSettingKinds),
    explanation: text(from, 'explanation'),
    choices: texts(from, 'choices'),
    least: optionalNumber(from, 'least'),
    most: optionalNumber(from, 'most'),
    orZero: optionalFlag(from, 'or_zero'),
  };
}

function auditRow(value: unknown): AuditRow {
  const from = members(value);
  return {
    id: number(from, 'id'),
    atMs: number(from, 'at_ms'),
    actor: text(from, 'actor'),
    action: text(from, 'action'),
    detail: text(from, 'detail'),
    address: text(from, 'address'),
    room: optionalText(from, 'room') ?? '',
  };
}

function all<T>(name: string, read: (value: unknown) => T) {
  return parser((value) => list(members(value), name).map(read));
}

/** One secret that is shown this once. */
function secret(name: string) {
  return parser((value) => {
    const from = members(value);
    const seconds = optionalNumber(from, 'expires');
    const expiresMs = seconds === undefined ? optionalNumber(from, 'expires_ms') : seconds * 1_000;
    // Only an invitation that was to be mailed says whether it is on its way.
    const mailed = 'mailed' in from ? flag(from, 'mailed') : undefined;
    return { value: text(from, name), expiresMs, mailed };
  });
}

/** What came of an attempt to send a mail; `reason` is in the mail server's words. */
export interface MailTrial {
  readonly sent: boolean;
  readonly reason: string;
}

export const parseUser = parser(user);
export const parseUsers = parser(pageOf('users', user));
export const parseNewUser = parser((value) => {
  const from = members(value);
  return { user: user(from.user), password: optionalText(from, 'password') };
});
export const parseSessions = all('sessions', sessionRow);
export const parseTokens = all('tokens', apiToken);
export const parseInvitations = all('invitations', invitation);
export const parseDevices = all('devices', device);
export const parseEnrolmentTokens = all('tokens', enrolmentToken);
export const parseSettings = all('settings', setting);
export const parseAudit = parser(pageOf('entries', auditRow));
export const parseCode = secret('code');
export const parseToken = secret('token');
export const parseRecoveryPath = secret('path');
export const parseMailTrial = parser((value): MailTrial => {
  const from = members(value);
  return { sent: flag(from, 'sent'), reason: optionalText(from, 'reason') ?? '' };
});
export const parseTotp = parser((value) => {
  const from = members(value);
  return { secret: text(from, 'secret'), uri: text(from, 'uri') };
});
export const parseAccount = parser((value): Account => {
  const from = members(value);
  return {
    ...named(from),
    role: oneOf(from, 'role', kRoles),
    totp: flag(from, 'totp'),
    email: optionalText(from, 'email') ?? '',
  };
});
export const parseResult = parser((value) => {
  const from = members(value);
  return { ok: flag(from, 'ok'), text: text(from, 'text') };
});
