// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Emitter } from '../src/lib/emitter';
import type { RoomId } from '../src/lib/protocol';
import { Scope } from '../src/lib/scope';
import { ChatModel, type ChatChannel } from '../src/room/chat-model';
import { kMostKept } from '../src/room/chat-log';
import { isTooLong, lengthOf } from '../src/room/outbox';

const kRoom = 'room-101' as RoomId;
const kMe = { id: 7, name: 'Anna' };
const kOther = { id: 8, name: 'Ben' };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

type Sent = Record<string, unknown>;

class FakeChannel implements ChatChannel {
  readonly chat = new Emitter<unknown>();
  readonly connected = new Emitter();
  readonly changed = new Emitter();
  link: 'online' | 'lost' = 'online';
  sent: Sent[] = [];

  send(request: object): boolean {
    if (this.link === 'lost') return false;
    this.sent.push(request as Sent);
    return true;
  }

  last(type: string): Sent | undefined {
    return this.sent.filter((request) => request.type === type).at(-1);
  }

  tell(event: object): void {
    this.chat.emit({ room: kRoom, ...event });
  }
}

function message(id: number, part: object = {}): object {
  return { id, seq: id, author: kOther, client_id: `c${id}`, text: `text ${id}`, created_ms: id * 1_000, ...part };
}

function subscribed(part: object = {}): object {
  return { type: 'subscribed', seq: 2, read: 1, more: false, messages: [message(1), message(2)], count: 1, ...part };
}

function setUp() {
  const scope = new Scope();
  const channel = new FakeChannel();
  const chat = new ChatModel(scope, channel, kRoom, kMe);
  const answer = (event: object): void => channel.tell({ ref: channel.last('subscribe')?.ref, ...event });
  const ids = (): number[] => chat.log.messages.map(({ id }) => id);
  return { scope, channel, chat, answer, ids };
}

describe('ChatModel', () => {
  it('subscribes, shows the newest and marks what is unread', () => {
    const { channel, chat, answer, ids } = setUp();
    expect(channel.last('subscribe')).not.toHaveProperty('after');
    answer(subscribed());
    expect(chat.phase).toBe('ready');
    expect(ids()).toEqual([1, 2]);
    expect(chat.unreadAfter).toBe(1);
  });

  it('takes each message once, in its place, and the newer change of one', () => {
    const { channel, chat, answer, ids } = setUp();
    answer(subscribed());
    channel.tell({ type: 'messages', messages: [message(4), message(3)] });
    channel.tell({ type: 'messages', messages: [message(3), message(2, { seq: 5, text: 'edited' })] });
    channel.tell({ type: 'messages', messages: [message(2, { seq: 2 })] });
    expect(ids()).toEqual([1, 2, 3, 4]);
    expect(chat.log.get(2)?.text).toBe('edited');
  });

  it('asks only for what changed after a reconnection, page by page', () => {
    const { channel, chat, answer, ids } = setUp();
    answer(subscribed());
    channel.connected.emit();
    expect(channel.last('subscribe')).toMatchObject({ after: 2 });
    answer({ type: 'subscribed', seq: 5, more: true, messages: [message(3), message(4)] });
    expect(channel.last('subscribe')).toMatchObject({ after: 4 });
    answer({ type: 'subscribed', seq: 5, more: false, messages: [message(5)] });
    expect(ids()).toEqual([1, 2, 3, 4, 5]);
    expect(chat.log.seq).toBe(5);
  });

  it('sends at once, shows it while it is on its way, and shows it once', () => {
    const { channel, chat, answer, ids } = setUp();
    answer(subscribed());
    expect(chat.send('  Hello  ')).toBe(true);
    const request = channel.last('send');
    expect(request).toMatchObject({ text: 'Hello' });
    expect(chat.drafts).toMatchObject([{ text: 'Hello', state: 'sending' }]);
    channel.tell({ type: 'ack', ref: request?.ref, id: 3, seq: 3, client_id: request?.client_id });
    expect(chat.drafts).toMatchObject([{ state: 'stored' }]);
    channel.tell({ type: 'messages', messages: [message(3, { author: kMe, client_id: request?.client_id })] });
    expect(chat.drafts).toEqual([]);
    expect(ids()).toEqual([1, 2, 3]);
  });

  it('sends again under the same id what was not stored when the connection was lost', () => {
    const { channel, chat, answer } = setUp();
    answer(subscribed());
    channel.link = 'lost';
    chat.send('while offline');
    expect(channel.last('send')).toBeUndefined();
    channel.link = 'online';
    channel.connected.emit();
    answer({ type: 'subscribed', seq: 2, more: false, messages: [] });
    const first = channel.last('send');
    channel.connected.emit();
    answer({ type: 'subscribed', seq: 2, more: false, messages: [] });
    const again = channel.last('send');
    expect(again?.ref).not.toBe(first?.ref);
    expect(again?.client_id).toBe(first?.client_id);
    expect(channel.sent.filter(({ type }) => type === 'send')).toHaveLength(2);
  });

  it('says why a message was refused, and can send it again', () => {
    const { channel, chat, answer } = setUp();
    answer(subscribed());
    chat.send('no');
    channel.tell({ type: 'error', ref: channel.last('send')?.ref, error: 'forbidden', detail: '' });
    expect(chat.drafts).toMatchObject([{ state: 'refused', error: 'forbidden' }]);
    chat.sendAgain(chat.drafts[0]?.clientId ?? '');
    expect(channel.sent.filter(({ type }) => type === 'send')).toHaveLength(2);
  });

  it('waits as long as a busy server asks', async () => {
    const { channel, chat, answer } = setUp();
    answer(subscribed());
    chat.send('quick');
    const refusal = { type: 'error', error: 'too-many-requests', detail: '', retry_ms: 3_000 };
    channel.tell({ ...refusal, ref: channel.last('send')?.ref });
    await vi.advanceTimersByTimeAsync(2_900);
    expect(channel.sent.filter(({ type }) => type === 'send')).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(channel.sent.filter(({ type }) => type === 'send')).toHaveLength(2);
  });

  it('never cuts a message and counts what people see as characters', () => {
    const { channel, chat, answer } = setUp();
    answer(subscribed());
    expect(lengthOf(' 👩🏽 ')).toBe(2);
    expect(isTooLong('x'.repeat(2_000))).toBe(false);
    expect(chat.send('x'.repeat(2_001))).toBe(false);
    expect(chat.send('   ')).toBe(false);
    expect(channel.last('send')).toBeUndefined();
  });

  it('pages back through the history without gaps or doubles', () => {
    const { channel, chat, answer, ids } = setUp();
    answer(subscribed({ messages: [message(9), message(10)], seq: 10, more: true }));
    chat.loadOlder();
    chat.loadOlder();
    const asked = channel.sent.filter(({ type }) => type === 'history');
    expect(asked).toMatchObject([{ before: 9 }]);
    channel.tell({ type: 'history', ref: asked[0]?.ref, messages: [message(7), message(8)], more: false });
    expect(ids()).toEqual([7, 8, 9, 10]);
    expect(chat.log.older).toBe(false);
    chat.loadOlder();
    expect(channel.sent.filter(({ type }) => type === 'history')).toHaveLength(1);
  });

  it('does not show a change of a message whose neighbours are not known', () => {
    const { channel, answer, ids } = setUp();
    answer(subscribed({ messages: [message(9), message(10)], seq: 10, more: true }));
    channel.tell({ type: 'messages', messages: [message(3, { seq: 11, text: 'edited long ago' })] });
    expect(ids()).toEqual([9, 10]);
  });

  it('keeps a bounded number of messages while the newest are read', () => {
    const { channel, chat, answer } = setUp();
    answer(subscribed());
    const many = Array.from({ length: kMostKept }, (_, index) => message(index + 3));
    channel.tell({ type: 'messages', messages: many });
    chat.readAll();
    expect(chat.log.messages.length).toBeLessThan(kMostKept);
    expect(chat.log.messages.at(-1)?.id).toBe(kMostKept + 2);
    expect(chat.log.older).toBe(true);
  });

  it('follows the pinned message, also one before what is shown', () => {
    const { channel, chat, answer } = setUp();
    answer(subscribed({ pinned: message(1, { pinned: true }) }));
    expect(chat.pinned?.id).toBe(1);
    channel.tell({ type: 'messages', messages: [message(2, { seq: 3, pinned: true })] });
    expect(chat.pinned?.id).toBe(2);
    channel.tell({ type: 'messages', messages: [message(2, { seq: 4 })] });
    expect(chat.pinned).toBeUndefined();
  });

  it('shows for a moment who types, and who is there', async () => {
    const { channel, chat, answer } = setUp();
    answer(subscribed({ people: [kMe], count: 1 }));
    channel.tell({ type: 'presence', count: 2, joined: [kOther], left: [] });
    channel.tell({ type: 'typing', user: kOther });
    channel.tell({ type: 'typing', user: kMe });
    expect(chat.presence.people).toEqual([kMe, kOther]);
    expect(chat.presence.typing).toEqual(['Ben']);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(chat.presence.typing).toEqual([]);
    channel.tell({ type: 'presence', count: 1, joined: [], left: [8] });
    expect(chat.presence.people).toEqual([kMe]);
  });

  it('tells what was read, and typing, no more often than needed', async () => {
    const { channel, chat, answer } = setUp();
    answer(subscribed());
    chat.readAll();
    chat.readAll();
    channel.tell({ type: 'messages', messages: [message(3)] });
    chat.readAll();
    expect(channel.sent.filter(({ type }) => type === 'read')).toMatchObject([{ seq: 2 }]);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(channel.last('read')).toMatchObject({ seq: 3 });
    chat.typing();
    chat.typing();
    expect(channel.sent.filter(({ type }) => type === 'typing')).toHaveLength(1);
  });

  it('says so when the right to read is gone, and hangs up with its scope', () => {
    const { scope, channel, chat, answer } = setUp();
    answer(subscribed());
    channel.tell({ type: 'unsubscribed' });
    expect(chat.phase).toBe('gone');
    scope.close();
    expect(channel.last('unsubscribe')).toMatchObject({ room: kRoom });
    expect(vi.getTimerCount()).toBe(0);
  });
});
