// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Message } from '../lib/protocol/chat';
import { confirmed } from '../ui/confirm';
import { icon } from '../ui/icons';
import { LightElement } from '../ui/light-element';
import { linesSkeleton } from '../ui/skeleton';
import { strings } from '../lib/strings';
import { SayEvent } from '../ui/say-event';
import './chat.css';
import type { ChatModel } from './chat-model';
import './composer';
import { dayText, draftView, messageView, sameDay, type MessageActs } from './message-view';
import { Reading } from './reading';
import { words } from './words';

/** So far from its top the list asks for older messages. */
const kOlderPx = 200;

/** The chat of one room: the log, what is on its way, and where one writes. */
@customElement('cc-chat')
export class ChatView extends LightElement {
  @property({ attribute: false }) chat!: ChatModel;
  @property({ type: Boolean }) mayWrite = false;
  @property({ type: Boolean }) mayModerate = false;

  @state() private editing: number | undefined;
  /** The newest message that was under the reader's eyes. */
  @state() private seenId = 0;

  private readonly reading = new Reading();
  private spokenId = 0;

  private get list(): HTMLElement | null {
    return this.querySelector('.messages');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.chat.changed.subscribe(this.scope, () => this.requestUpdate());
    this.scope.listen(document, 'visibilitychange', () => this.look());
    const observer = new ResizeObserver(() => this.list && this.reading.restore(this.list));
    observer.observe(this);
    this.scope.add(() => observer.disconnect());
  }

  override render(): TemplateResult {
    const t = words();
    const { chat } = this;
    if (chat.phase === 'gone') return html`<p class="panel-note">${t.notAllowed}</p>`;
    return html`${chat.online ? nothing : html`<p class="chat-offline" role="status" data-offline>${t.offline}</p>`}
      ${this.pinned()}
      <div
        class="messages"
        role="log"
        aria-live="off"
        aria-label=${t.log}
        tabindex="0"
        @scroll=${this.scrolled}
        aria-busy=${String(chat.phase === 'loading')}
      >
        ${this.top()} ${this.rows()}
      </div>
      ${this.jump()}
      <p class="typing" data-typing>${t.typing(chat.presence.typing)}</p>
      <p class="problem" role="alert" ?hidden=${chat.problem === undefined}>
        ${chat.problem === undefined ? '' : (strings.errors[chat.problem] ?? strings.errorOther)}
      </p>
      ${this.foot()}`;
  }

  protected override willUpdate(): void {
    if (this.list !== null) this.reading.remember(this.list);
  }

  protected override updated(): void {
    if (this.list === null) return;
    this.reading.restore(this.list);
    this.look();
    this.speak();
  }

  private top(): TemplateResult | typeof nothing {
    const t = words();
    const { chat } = this;
    if (chat.phase === 'loading') return linesSkeleton(t.loading);
    if (chat.log.older) {
      return html`<button class="button older" ?disabled=${chat.loadingOlder} @click=${() => chat.loadOlder()}>
        ${t.older}
      </button>`;
    }
    const empty = chat.log.messages.length === 0 && chat.drafts.length === 0;
    return empty ? html`<p class="panel-note">${t.empty}</p>` : nothing;
  }

  private rows(): TemplateResult {
    const { messages } = this.chat.log;
    const fresh = this.firstUnread();
    return html`${repeat(
      messages,
      (message) => message.id,
      (message, index) =>
        html`<div class="message-cell" data-key=${message.id} data-message=${message.id}>
          ${this.day(message, messages[index - 1])}
          ${message.id === fresh ? html`<p class="unread-line" data-unread>${words().unread}</p>` : nothing}
          ${this.editing === message.id ? this.editor(message) : this.message(message, messages[index - 1], fresh)}
        </div>`,
    )}
    ${repeat(
      this.chat.drafts,
      (draft) => draft.clientId,
      (draft) =>
        draftView(
          draft,
          () => this.chat.sendAgain(draft.clientId),
          () => this.chat.discard(draft.clientId),
        ),
    )}`;
  }

  private message(message: Message, before: Message | undefined, fresh: number | undefined): TemplateResult {
    const own = message.author.id === this.chat.me.id;
    const pinned = this.chat.pinned?.id === message.id;
    return messageView({
      message,
      before: message.id === fresh ? undefined : before,
      pinned,
      own,
      acts: this.actsFor(own, pinned),
    });
  }

  private actsFor(own: boolean, pinned: boolean): MessageActs {
    const edit = (message: Message): void => {
      this.editing = message.id;
    };
    return {
      edit: own && this.mayWrite ? edit : undefined,
      remove: (own && this.mayWrite) || this.mayModerate ? (message) => void this.discard(message) : undefined,
      pin: this.mayModerate ? (message) => void this.tried(this.chat.setPinned(message.id, !pinned)) : undefined,
    };
  }

  private editor(message: Message): TemplateResult {
    const leave = (): void => {
      this.editing = undefined;
    };
    const save = (text: string): boolean => {
      void this.tried(this.chat.edit(message.id, text));
      leave();
      return true;
    };
    return html`<cc-composer
      .name=${`edit-${message.id}`}
      .label=${words().editing}
      .text=${message.text}
      .send=${save}
      .cancel=${leave}
    ></cc-composer>`;
  }

  private day(message: Message, before: Message | undefined): TemplateResult | typeof nothing {
    if (before !== undefined && sameDay(before.createdMs, message.createdMs)) return nothing;
    return html`<p class="day">${dayText(message.createdMs)}</p>`;
  }

  private pinned(): TemplateResult | typeof nothing {
    const { pinned } = this.chat;
    if (pinned === undefined) return nothing;
    const t = words();
    return html`<div class="pinned" data-pinned>
      ${icon('pin')}
      <p><span class="visually-hidden">${t.pinned}: </span><strong>${pinned.author.name}</strong> ${pinned.text}</p>
      ${
        this.mayModerate
          ? html`<button
              class="icon-button"
              aria-label=${t.unpin}
              title=${t.unpin}
              @click=${() => void this.tried(this.chat.setPinned(pinned.id, false))}
            >
              ${icon('close')}
            </button>`
          : nothing
      }
    </div>`;
  }

  /** For a reader of older messages: how many came meanwhile. */
  private jump(): TemplateResult | typeof nothing {
    if (this.reading.atEnd) return nothing;
    const fresh = this.chat.log.messages.filter(({ id }) => id > this.seenId).length;
    if (fresh === 0) return nothing;
    return html`<button class="button primary jump" data-act="jump" @click=${() => this.toEnd()}>
      ${words().fresh(fresh)}${icon('descending')}
    </button>`;
  }

  private foot(): TemplateResult {
    const t = words();
    if (!this.mayWrite) return html`<p class="panel-note">${t.readOnly}</p>`;
    const send = (text: string): boolean => {
      const sent = this.chat.send(text);
      if (sent) this.toEnd();
      return sent;
    };
    return html`<cc-composer
      .name=${this.chat.room}
      .label=${t.write}
      .send=${send}
      .typing=${() => this.chat.typing()}
    ></cc-composer>`;
  }

  private toEnd(): void {
    if (this.list !== null) this.reading.toEnd(this.list);
    this.look();
  }

  private scrolled(): void {
    const { list } = this;
    if (list === null) return;
    const before = this.reading.atEnd;
    this.reading.scrolled(list);
    if (list.scrollTop < kOlderPx && !this.reading.atEnd) this.chat.loadOlder();
    this.look();
    if (before !== this.reading.atEnd) this.requestUpdate();
  }

  /** What is at the end of the list, in a tab that is looked at, has been read. */
  private look(): void {
    const newest = this.chat.log.messages.at(-1)?.id ?? 0;
    if (!this.reading.atEnd || document.visibilityState !== 'visible' || newest === 0) return;
    this.seenId = newest;
    this.chat.readAll();
  }

  private firstUnread(): number | undefined {
    const { unreadAfter, me, log } = this.chat;
    if (unreadAfter === undefined) return undefined;
    return log.messages.find((message) => message.id > unreadAfter && message.author.id !== me.id)?.id;
  }

  /** Reads a new message of somebody else out. */
  private speak(): void {
    const newest = this.chat.log.messages.at(-1);
    if (newest === undefined || newest.id <= this.spokenId) return;
    const first = this.spokenId === 0;
    this.spokenId = newest.id;
    if (first || newest.author.id === this.chat.me.id || newest.text === '') return;
    this.dispatchEvent(new SayEvent(words().says(newest.author.name, newest.text), 'spoken'));
  }

  private async discard(message: Message): Promise<void> {
    const t = words();
    const agreed = await confirmed({ title: t.deleteTitle, text: t.deleteText, verb: t.delete });
    if (agreed) await this.tried(this.chat.remove(message.id));
  }

  private async tried(change: Promise<string | undefined>): Promise<void> {
    this.chat.problem = await change;
    this.requestUpdate();
  }
}
