// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import type { Message } from '../lib/protocol/chat';
import { language, strings } from '../lib/strings';
import { icon } from '../ui/icons';
import type { Draft } from './outbox';
import { words } from './words';

/** Messages of one person so close together share one name. */
const kTogetherMs = 5 * 60_000;

export interface MessageActs {
  readonly edit: ((message: Message) => void) | undefined;
  readonly remove: ((message: Message) => void) | undefined;
  readonly pin: ((message: Message) => void) | undefined;
}

export interface MessageFace {
  readonly message: Message;
  readonly before: Message | undefined;
  readonly pinned: boolean;
  readonly own: boolean;
  readonly acts: MessageActs;
}

/** Text is always shown as text: whatever somebody writes never becomes part of the page. */
export function messageView(face: MessageFace): TemplateResult {
  const { message, before } = face;
  const together = before !== undefined && follows(message, before);
  return html`<div class="message-row" data-own=${String(face.own)} data-together=${String(together)}>
    ${together ? nothing : head(message.author.name, message.createdMs, face.own)}
    <div class="message-line">${text(message)} ${face.pinned ? icon('pin') : nothing} ${menu(face)}</div>
  </div>`;
}

export function draftView(draft: Draft, sendAgain: () => void, discard: () => void): TemplateResult {
  const t = words();
  const refused = draft.state === 'refused';
  return html`<div class="message-row" data-own="true" data-draft=${draft.state}>
    <div class="message-line">
      <p class="message-text">${draft.text}</p>
      ${draft.state === 'sending' ? html`<span class="message-mark">${t.sending}</span>` : nothing}
    </div>
    ${
      refused
        ? html`<p class="problem">
            ${t.refused}: ${strings.errors[draft.error ?? ''] ?? strings.errorOther}
            <button class="button" @click=${sendAgain}>${t.again}</button>
            <button class="button" @click=${discard}>${t.discard}</button>
          </p>`
        : nothing
    }
  </div>`;
}

function follows(message: Message, before: Message): boolean {
  const soon = message.createdMs - before.createdMs < kTogetherMs;
  return soon && message.author.id === before.author.id && sameDay(message.createdMs, before.createdMs);
}

export function sameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

function head(name: string, atMs: number, own: boolean): TemplateResult {
  return html`<p class="message-head">
    <strong class="message-author" ?data-own=${own}>${name}</strong>
    <time datetime=${new Date(atMs).toISOString()} title=${strings.dateTime(atMs)}>${clock(atMs)}</time>
  </p>`;
}

function text(message: Message): TemplateResult {
  const t = words();
  if (message.deletedMs !== undefined) {
    const trace = message.deletedBy === undefined ? t.deleted : t.deletedBy(message.deletedBy);
    return html`<p class="message-text" data-deleted>${trace}</p>`;
  }
  return html`<p class="message-text">${message.text}</p>
    ${
      message.editedMs === undefined
        ? nothing
        : html`<span class="message-mark" title=${strings.dateTime(message.editedMs)}>${t.edited}</span>`
    }`;
}

function menu({ message, pinned, acts }: MessageFace): TemplateResult | typeof nothing {
  const t = words();
  const { edit, remove, pin } = acts;
  if (message.deletedMs !== undefined || (edit ?? remove ?? pin) === undefined) return nothing;
  return html`<details class="message-acts" @focusout=${closeBehind}>
    <summary class="icon-button" aria-label=${t.acts(message.author.name)} title=${t.acts(message.author.name)}>
      ${icon('dots')}
    </summary>
    <div class="message-menu">
      ${act('edit', t.edit, edit, message)} ${act('pin', pinned ? t.unpin : t.pin, pin, message)}
      ${act('delete', t.delete, remove, message)}
    </div>
  </details>`;
}

function act(
  name: string,
  label: string,
  run: ((message: Message) => void) | undefined,
  message: Message,
): TemplateResult | typeof nothing {
  if (run === undefined) return nothing;
  const click = (event: Event): void => {
    if (event.target instanceof Element) event.target.closest('details')?.removeAttribute('open');
    run(message);
  };
  return html`<button class="button" data-act=${name} @click=${click}>${label}</button>`;
}

/** Whoever leaves an open menu closes it. */
function closeBehind(event: FocusEvent): void {
  const menu = event.currentTarget;
  if (!(menu instanceof HTMLDetailsElement)) return;
  if (!(event.relatedTarget instanceof Node && menu.contains(event.relatedTarget))) menu.open = false;
}

const kClocks = new Map<string, Intl.DateTimeFormat>();

function clock(ms: number): string {
  let format = kClocks.get(language);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' });
    kClocks.set(language, format);
  }
  return format.format(ms);
}

export function dayText(ms: number): string {
  if (sameDay(ms, Date.now())) return words().today;
  return new Intl.DateTimeFormat(language, { dateStyle: 'full' }).format(ms);
}
