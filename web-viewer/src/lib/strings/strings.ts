// SPDX-License-Identifier: MIT
import type { Cause, RoomState } from '../protocol';
import type { Layer } from '../../live/session';
import type { SoundMode, TourStops } from '../settings';

type Durations = (ms: number) => string;
type Counts = (count: number) => string;
type OfRoom = (room: string) => string;

/** Causes that people are told about: the server's, and two that only this page can know. */
export type ToldCause = Exclude<Cause, 'none'> | 'server' | 'browser';
export type ThemeName = 'auto' | 'light' | 'dark' | 'contrast';

/** Every sentence of the viewer. One catalogue per language implements it, so a missing sentence does not compile. */
export interface Strings {
  readonly product: string;
  readonly close: string;
  readonly cancel: string;
  readonly save: string;
  readonly saved: string;
  readonly remove: string;
  readonly copy: string;
  readonly copied: string;
  readonly more: string;
  readonly nothing: string;
  /** By error id, for requests that somebody waits for. */
  readonly errors: Readonly<Record<string, string>>;
  readonly errorOther: string;
  readonly dateTime: Durations;
  /** An amount of data. */
  readonly bytes: (bytes: number) => string;
  readonly ago: Durations;
  readonly role: Readonly<Record<string, string>>;
  readonly screens: Texts<
    | 'library'
    | 'account'
    | 'admin'
    | 'signUp'
    | 'recover'
    | 'setUp'
    | 'loading'
    | 'failedTitle'
    | 'failed'
    | 'reload'
    | 'notAllowedTitle'
    | 'notAllowed'
  >;
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
  readonly stats: StatsStrings;
  /** By error id. */
  readonly problem: Readonly<Record<string, string>>;
  readonly problemOther: string;
  readonly wall: Texts<'title' | 'summary' | 'loading' | 'emptyTitle' | 'emptyAdmin' | 'emptyOther'>;
  readonly toolbar: ToolbarStrings;
  readonly tour: TourStrings;
  readonly layouts: LayoutStrings;
  readonly groups: GroupStrings;
  readonly table: TableStrings;
  readonly link: Texts<'online' | 'connecting' | 'lost' | 'lostDetail'> & { lostFor: Durations };
  readonly signIn: SignInStrings;
  readonly start: Texts<
    'checking' | 'unreachableTitle' | 'unreachable' | 'again' | 'notFoundTitle' | 'notFound' | 'toWall'
  >;
  readonly header: HeaderStrings;
  readonly help: Texts<'title' | 'mouse'> & { keys: readonly (readonly [key: string, what: string])[] };
  readonly recording: RecordingStrings;
  readonly rewind: RewindStrings;
  readonly addRoom: AddRoomStrings;
  readonly announce: AnnounceStrings;
}

type Texts<Names extends string> = Readonly<Record<Names, string>>;

export interface TileStrings extends Texts<'levelUnknown' | 'watchShort' | 'connecting' | 'retrying'> {
  readonly viewers: Counts;
  readonly unread: Counts;
  readonly open: OfRoom;
  readonly level: OfRoom;
  readonly levelValue: (dbfs: number) => string;
  readonly watch: OfRoom;
  readonly enlarge: OfRoom;
  readonly reduce: OfRoom;
  readonly close: OfRoom;
  readonly soundOn: OfRoom;
  readonly soundOff: OfRoom;
  readonly picture: OfRoom;
  readonly stats: OfRoom;
  readonly hideStats: OfRoom;
  readonly pictureInPicture: OfRoom;
  readonly snapshot: OfRoom;
  readonly volume: OfRoom;
  readonly layer: OfRoom;
  readonly layers: Readonly<Record<Layer, string>>;
  readonly stillTaken: Durations;
  readonly volumeValue: (percent: number) => string;
}

/** What is told of a playing picture; `hint` says what the delay leaves out. */
export type StatsStrings = Texts<
  | 'title'
  | 'resolution'
  | 'frameRate'
  | 'bitrate'
  | 'loss'
  | 'jitter'
  | 'roundTrip'
  | 'dropped'
  | 'codec'
  | 'delay'
  | 'hint'
  | 'unknown'
> & {
  readonly number: (value: number) => string;
};

export interface ToolbarStrings extends Texts<
  | 'label'
  | 'search'
  | 'filter'
  | 'all'
  | 'trouble'
  | 'view'
  | 'sort'
  | 'byName'
  | 'troubleFirst'
  | 'group'
  | 'allRooms'
  | 'editGroups'
  | 'perPage'
  | 'asManyAsFit'
  | 'tiles'
  | 'table'
  | 'previous'
  | 'next'
  | 'openAll'
  | 'closeAll'
  | 'hold'
  | 'held'
  | 'outdated'
  | 'fullScreen'
  | 'leaveFullScreen'
  | 'noneTitle'
  | 'none'
  | 'showAll'
> {
  readonly page: (page: number, pages: number) => string;
  readonly shown: (shown: number, total: number) => string;
  readonly openedSome: (opened: number, total: number) => string;
}

export interface TourStrings extends Texts<'title' | 'lead' | 'every' | 'start' | 'pause' | 'resume' | 'stop'> {
  readonly stops: Readonly<Record<TourStops, string>>;
}

export interface LayoutStrings extends Texts<'title' | 'lead' | 'none' | 'name' | 'save' | 'full' | 'missing'> {
  readonly use: OfRoom;
  readonly remove: OfRoom;
  readonly rooms: Counts;
}

export type GroupStrings = Texts<
  'title' | 'lead' | 'which' | 'fresh' | 'name' | 'rooms' | 'save' | 'remove' | 'full' | 'missing'
>;

export interface TableStrings extends Texts<'caption' | 'actions' | 'unknown' | 'open'> {
  /** By column. */
  readonly columns: Readonly<Record<string, string>>;
  readonly sortBy: (column: string) => string;
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
  | 'code'
  | 'codeHint'
  | 'codeWrong'
  | 'signUp'
  | 'recover'
  | 'first'
> {
  readonly throttled: (seconds: number | undefined) => string;
}

export interface HeaderStrings extends Texts<
  'help' | 'menu' | 'theme' | 'language' | 'asDevice' | 'sound' | 'signOut' | 'signOutFailed'
> {
  readonly sounds: Readonly<Record<SoundMode, string>>;
  readonly themes: Readonly<Record<ThemeName, string>>;
}

/** What tiles and the live region say of recordings; the rest is fetched with their screens. */
export interface RecordingStrings extends Texts<'waiting' | 'failed' | 'localFailed' | 'localMark'> {
  /** By state of a running one. */
  readonly marks: Readonly<Record<'recording' | 'waiting' | 'failed', string>>;
  readonly since: Durations;
  readonly open: OfRoom;
  readonly started: OfRoom;
  readonly local: (clock: string, size: string) => string;
  readonly localSaved: (file: string) => string;
  readonly localInterrupted: (file: string) => string;
}

/** A tile that shows the past, or the present by the slower way. */
export interface RewindStrings extends Texts<'mark' | 'delayedMark' | 'delayed' | 'toLive' | 'tryLive' | 'liveAgain'> {
  readonly open: OfRoom;
  readonly close: OfRoom;
  readonly behind: Durations;
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

export interface AnnounceStrings extends Texts<'linkLost' | 'linkBack' | 'soundOff' | 'snapshotFailed'> {
  readonly snapshot: (file: string) => string;
  readonly room: (room: string, state: string, cause: string) => string;
  readonly several: Counts;
  readonly soundOn: OfRoom;
}
