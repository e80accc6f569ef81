// SPDX-License-Identifier: MIT
import type { Cause, RoomState } from '../protocol';

type Durations = (ms: number) => string;
type Counts = (count: number) => string;
type OfRoom = (room: string) => string;

/** Causes that people are told about: the server's, and two that only this page can know. */
export type ToldCause = Exclude<Cause, 'none'> | 'server' | 'browser';
export type ThemeName = 'auto' | 'light' | 'dark' | 'contrast';

/** Every sentence of the viewer. One catalogue per language implements it, so a missing sentence does not compile. */
export interface Strings {
  readonly product: string;
  readonly skip: string;
  readonly state: Readonly<Record<RoomState, string>>;
  /** What a state means, when the server gives no cause. */
  readonly explain: Readonly<Record<RoomState, string>>;
  readonly cause: Readonly<Record<ToldCause, string>>;
  readonly duration: Durations;
  readonly since: Durations;
  readonly pictureStopped: Durations;
  readonly noPicture: string;
  readonly tile: TileStrings;
  /** By error id. */
  readonly problem: Readonly<Record<string, string>>;
  readonly problemOther: string;
  readonly wall: Texts<'title' | 'summary' | 'loading' | 'emptyTitle' | 'emptyAdmin' | 'emptyOther'>;
  readonly link: Texts<'online' | 'connecting' | 'lost' | 'lostDetail'> & { lostFor: Durations };
  readonly signIn: SignInStrings;
  readonly start: Texts<
    'checking' | 'unreachableTitle' | 'unreachable' | 'again' | 'notFoundTitle' | 'notFound' | 'toWall'
  >;
  readonly header: HeaderStrings;
  readonly help: Texts<'title' | 'close' | 'mouse'> & { keys: readonly (readonly [key: string, what: string])[] };
  readonly addRoom: AddRoomStrings;
  readonly announce: AnnounceStrings;
}

type Texts<Names extends string> = Readonly<Record<Names, string>>;

export interface TileStrings extends Texts<'levelUnknown' | 'watchShort' | 'connecting' | 'retrying'> {
  readonly viewers: Counts;
  readonly level: OfRoom;
  readonly levelValue: (dbfs: number) => string;
  readonly watch: OfRoom;
  readonly enlarge: OfRoom;
  readonly reduce: OfRoom;
  readonly close: OfRoom;
  readonly soundOn: OfRoom;
  readonly soundOff: OfRoom;
  readonly picture: OfRoom;
}

export interface SignInStrings extends Texts<
  | 'title'
  | 'lead'
  | 'name'
  | 'password'
  | 'show'
  | 'hide'
  | 'submit'
  | 'busy'
  | 'ended'
  | 'missing'
  | 'wrong'
  | 'unreachable'
  | 'other'
> {
  readonly throttled: (seconds: number | undefined) => string;
}

export interface HeaderStrings extends Texts<'help' | 'menu' | 'theme' | 'signOut' | 'signOutFailed'> {
  /** By the server's role name. */
  readonly role: Readonly<Record<string, string>>;
  readonly themes: Readonly<Record<ThemeName, string>>;
}

export type AddRoomStrings = Texts<
  | 'open'
  | 'title'
  | 'name'
  | 'nameHint'
  | 'id'
  | 'idHint'
  | 'submit'
  | 'cancel'
  | 'done'
  | 'invalid'
  | 'taken'
  | 'forbidden'
  | 'failed'
  | 'keyTitle'
  | 'keyLead'
  | 'keyFailed'
  | 'copy'
  | 'copied'
  | 'tryAgain'
>;

export interface AnnounceStrings extends Texts<'linkLost' | 'linkBack' | 'soundOff'> {
  readonly room: (room: string, state: string, cause: string) => string;
  readonly several: Counts;
  readonly soundOn: OfRoom;
}
