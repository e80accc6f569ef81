// SPDX-License-Identifier: MIT
import type { HttpError, Outcome } from '../src/lib/http';
import type { WatchTicket } from '../src/lib/protocol';
import type { Layer } from '../src/live/session';
import type { WhepTransport } from '../src/live/whep';

export class FakePeer extends EventTarget {
  connectionState: RTCPeerConnectionState = 'new';
  local = '';
  remote = '';
  /** As they were when gathering began. */
  iceServers: RTCIceServer[] = [];
  private configuration: RTCConfiguration = { bundlePolicy: 'max-bundle' };
  kinds: string[] = [];
  closed = false;
  framesDecoded = 0;

  addTransceiver(kind: string, init: { direction: string }): void {
    this.kinds.push(`${kind} ${init.direction}`);
  }

  createOffer(): Promise<{ type: string; sdp: string }> {
    return Promise.resolve({ type: 'offer', sdp: 'v=0 offer' });
  }

  setLocalDescription(offer: { sdp: string }): Promise<void> {
    this.local = offer.sdp;
    this.iceServers = this.configuration.iceServers ?? [];
    return Promise.resolve();
  }

  getConfiguration(): RTCConfiguration {
    return this.configuration;
  }

  setConfiguration(configuration: RTCConfiguration): void {
    if (configuration.bundlePolicy !== this.configuration.bundlePolicy) throw new Error('InvalidModificationError');
    this.configuration = configuration;
  }

  setRemoteDescription(answer: { sdp: string }): Promise<void> {
    if (answer.sdp === 'nonsense') return Promise.reject(new Error('bad SDP'));
    this.remote = answer.sdp;
    return Promise.resolve();
  }

  getReceivers(): { track: { kind: string } }[] {
    return [{ track: { kind: 'video' } }, { track: { kind: 'audio' } }];
  }

  getStats(): Promise<Map<string, object>> {
    const entry = { type: 'inbound-rtp', kind: 'video', framesDecoded: this.framesDecoded };
    return Promise.resolve(new Map([['video', entry]]));
  }

  close(): void {
    this.closed = true;
    this.connectionState = 'closed';
  }

  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.dispatchEvent(new Event('connectionstatechange'));
  }
}

export function failure(id: string, status: number, retryAfterMs?: number): { kind: 'error'; error: HttpError } {
  return { kind: 'error', error: { id, status, detail: '', retryAfterMs } };
}

export function success<T>(value: T, headers: Record<string, string> = {}): Outcome<T> {
  return { kind: 'success', value, headers: new Headers(headers) };
}

/** A relay and the way to it, as a player sees them. */
export class FakeRelay implements WhepTransport {
  peers: FakePeer[] = [];
  offers: string[] = [];
  probes = 0;
  removed: string[] = [];
  /** Layers by which sessions were opened, and those chosen later with their address. */
  opened: Layer[] = [];
  chosen: string[] = [];
  /** Next answers to the choice of a layer; success when empty. */
  choices: Outcome<true>[] = [];
  /** `Link` of every answer. */
  link = '';
  ticketsAsked = 0;
  /** Next answers to a POST; a plain 201 when empty. */
  answers: Outcome<string>[] = [];
  /** What a GET of any session says. */
  health: Outcome<true> = success(true);

  get last(): FakePeer {
    const peer = this.peers[this.peers.length - 1];
    if (peer === undefined) throw new Error('no peer yet');
    return peer;
  }

  ticket(expiresInS = 600): Promise<Outcome<WatchTicket>> {
    this.ticketsAsked += 1;
    return Promise.resolve(success({ url: '/whep/room-101', token: 't', expires: Date.now() / 1_000 + expiresInS }));
  }

  createPeer(): RTCPeerConnection {
    const peer = new FakePeer();
    this.peers.push(peer);
    return peer as unknown as RTCPeerConnection;
  }

  post(_ticket: WatchTicket, offer: string, layer: Layer): Promise<Outcome<string>> {
    this.offers.push(offer);
    this.opened.push(layer);
    const location = `/whep/room-101/s${this.offers.length}`;
    const headers = { Location: location, ...(this.link === '' ? {} : { Link: this.link }) };
    return Promise.resolve(this.answers.shift() ?? success('v=0 answer', headers));
  }

  choose(address: string, _token: string, layer: Layer): Promise<Outcome<true>> {
    this.chosen.push(`${address} ${layer}`);
    return Promise.resolve(this.choices.shift() ?? success(true));
  }

  probe(): Promise<Outcome<true>> {
    this.probes += 1;
    return Promise.resolve(this.health);
  }

  remove(location: string): void {
    this.removed.push(location);
  }
}
