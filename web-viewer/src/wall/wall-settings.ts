// SPDX-License-Identifier: MIT
import { Emitter } from '../lib/emitter';
import type { RoomId } from '../lib/protocol';
import type { UserDocument } from '../lib/user-document';
import {
  kMostGroups,
  kMostLayouts,
  nameOf,
  readDocument,
  writeDocument,
  type Group,
  type Layout,
  type View,
  type WallDocument,
} from './view';

/** One user's view, groups and layouts; every change is kept at once. */
export class WallSettings {
  readonly changed = new Emitter();
  private kept: WallDocument;

  constructor(private readonly store: UserDocument) {
    this.kept = readDocument(store.load());
  }

  /** What is kept was changed elsewhere. */
  reload(): void {
    this.kept = readDocument(this.store.load());
    this.changed.emit();
  }

  get view(): View {
    return this.kept.view;
  }

  get groups(): readonly Group[] {
    return this.kept.groups;
  }

  get layouts(): readonly Layout[] {
    return this.kept.layouts;
  }

  /** undefined when the view shows all rooms, or its group is gone. */
  get group(): Group | undefined {
    return this.groups.find((group) => group.name === this.view.group);
  }

  setView(part: Partial<View>): void {
    this.keep({ view: { ...this.view, ...part } });
  }

  /** Replaces a group of the same name; false when there is no room for another, or it has no name. */
  saveGroup(label: string, rooms: readonly RoomId[]): boolean {
    const groups = withNamed(this.groups, { name: nameOf(label), rooms }, kMostGroups);
    if (groups !== undefined) this.keep({ groups });
    return groups !== undefined;
  }

  removeGroup(name: string): void {
    const groups = this.groups.filter((group) => group.name !== name);
    const view = this.view.group === name ? { ...this.view, group: '' } : this.view;
    this.keep({ groups, view });
  }

  /** Replaces a layout of the same name; false when there is no room for another, or it has no name. */
  saveLayout(label: string, open: readonly RoomId[]): boolean {
    const layouts = withNamed(this.layouts, { name: nameOf(label), view: this.view, open }, kMostLayouts);
    if (layouts !== undefined) this.keep({ layouts });
    return layouts !== undefined;
  }

  removeLayout(name: string): void {
    this.keep({ layouts: this.layouts.filter((layout) => layout.name !== name) });
  }

  private keep(part: Partial<WallDocument>): void {
    this.kept = { ...this.kept, ...part };
    this.store.save(writeDocument(this.kept));
    this.changed.emit();
  }
}

function withNamed<T extends { readonly name: string }>(
  list: readonly T[],
  item: T,
  most: number,
): readonly T[] | undefined {
  if (item.name === '') return undefined;
  const index = list.findIndex((other) => other.name === item.name);
  if (index >= 0) return list.map((other) => (other.name === item.name ? item : other));
  return list.length < most ? [...list, item] : undefined;
}
