// SPDX-License-Identifier: MIT
import { Emitter } from '../lib/emitter';
import type { RoomId } from '../lib/protocol';
import type { Scope } from '../lib/scope';
import type { WallModel } from '../wall/wall-model';
import type { LocalRecording } from './local-recording';

/** The recordings that run on this device, one for a room; their code is fetched with the first. */
export class LocalRecordings {
  readonly changed = new Emitter();
  /** Tells how one ended. */
  readonly ended = new Emitter<LocalRecording>();
  private readonly running = new Map<RoomId, LocalRecording>();

  constructor(
    private readonly scope: Scope,
    private readonly wall: WallModel,
  ) {
    scope.listen(window, 'beforeunload', (event: BeforeUnloadEvent) => this.warn(event));
  }

  of(room: RoomId): LocalRecording | undefined {
    return this.running.get(room);
  }

  get count(): number {
    return this.running.size;
  }

  stop(room: RoomId): void {
    this.running.get(room)?.stop();
  }

  /** Must follow a click or a key. */
  async start(room: RoomId): Promise<void> {
    const player = this.wall.player(room);
    if (player === undefined || this.running.has(room)) return;
    const { LocalRecording, kBrowserParts } = await import('./browser-parts');
    if (this.running.has(room) || this.scope.closed) return;
    const recording = new LocalRecording(room, kBrowserParts);
    const life = this.scope.child();
    this.running.set(room, recording);
    recording.changed.subscribe(life, () => this.follow(recording, life));
    this.wall.setNeeded(room, true);
    const { tracks } = player;
    player.changed.subscribe(life, () => player.tracks !== tracks && recording.stop('interrupted'));
    this.wall.changed.subscribe(life, () => this.wall.player(room) !== player && recording.stop());
    this.scope.add(() => recording.stop());
    await recording.start(tracks, life);
  }

  private follow(recording: LocalRecording, life: Scope): void {
    if (recording.phase === 'over') {
      this.running.delete(recording.room);
      this.wall.setNeeded(recording.room, false);
      life.close();
      this.ended.emit(recording);
    }
    this.changed.emit();
  }

  /** The browser asks in its own words whether the tab may go. */
  private warn(event: BeforeUnloadEvent): void {
    if (this.running.size > 0) event.preventDefault();
  }
}
