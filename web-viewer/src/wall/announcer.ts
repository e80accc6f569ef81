// SPDX-License-Identifier: MIT
import type { RoomId, RoomState } from '../lib/protocol';
import type { Scope } from '../lib/scope';
import { strings } from '../lib/strings';
import type { Shown } from './shown';
import type { WallModel } from './wall-model';

const kCheckMs = 2_000;
const kMostAtOnce = 3;

/** Tells screen readers what changed on the wall: few words, and none for a storm of changes. */
export class Announcer {
  private told = new Map<RoomId, RoomState>();
  private link = 'online';
  private asked: string;
  private heard: ReadonlySet<RoomId> = new Set();

  constructor(
    scope: Scope,
    private readonly wall: WallModel,
    private readonly shown: Shown,
    private readonly say: (text: string) => void,
  ) {
    this.asked = shown.asked;
    scope.interval(kCheckMs, () => this.check());
  }

  check(): void {
    const sentences: string[] = [];
    const seen = new Map<RoomId, RoomState>();
    for (const room of this.wall.rooms.sorted) {
      const condition = this.wall.condition(room);
      const before = this.told.get(room.id);
      seen.set(room.id, condition.state);
      if (before !== undefined && before !== condition.state) {
        sentences.push(strings.announce.room(room.name, condition.word, condition.sentence));
      }
    }
    this.told = seen;
    const words = sentences.length > kMostAtOnce ? [strings.announce.several(sentences.length)] : sentences;
    words.unshift(...this.linkChange(), ...this.soundChange(), ...this.findings());
    if (words.length > 0) this.say(words.join(' '));
  }

  /** How many rooms a new search or filter has found. */
  private findings(): string[] {
    const { asked, rooms } = this.shown;
    if (asked === this.asked) return [];
    this.asked = asked;
    return [strings.toolbar.shown(rooms.length, this.wall.rooms.sorted.length)];
  }

  private linkChange(): string[] {
    const { link } = this.wall.events;
    if (link === 'connecting' || link === this.link) return [];
    this.link = link;
    return [link === 'lost' ? strings.announce.linkLost : strings.announce.linkBack];
  }

  private soundChange(): string[] {
    const heard = new Set(this.wall.heard);
    const before = this.heard;
    this.heard = heard;
    const fresh = [...heard].filter((id) => !before.has(id)).flatMap((id) => this.wall.rooms.get(id) ?? []);
    if (fresh.length > 0) return fresh.map((room) => strings.announce.soundOn(room.name));
    return before.size > 0 && heard.size === 0 ? [strings.announce.soundOff] : [];
  }
}
