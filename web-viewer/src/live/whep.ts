// SPDX-License-Identifier: MIT
import { now } from '../lib/clock';
import type { HttpError, Outcome } from '../lib/http';
import type { WatchTicket } from '../lib/protocol';
import { Scope } from '../lib/scope';
import { iceServers, kLayerExtension, linkPath, pathOf } from './links';
import type { Layer, LiveSession, Vitality } from './session';
import { readCounters, type Counters } from './stats';

export interface WhepTransport {
  createPeer(): RTCPeerConnection;
  /** POST of the offer; the value is the answer. */
  post(ticket: WatchTicket, offer: string, layer: Layer): Promise<Outcome<string>>;
  /** POST of the layer that is wanted from now on. */
  choose(address: string, token: string, layer: Layer): Promise<Outcome<true>>;
  /** GET of a session: success while it lives, 404 afterwards. */
  probe(location: string, token: string): Promise<Outcome<true>>;
  /** DELETE of a session; must survive the page. */
  remove(location: string, token: string): void;
}

interface Place {
  readonly location: string;
  /** Where a layer is chosen; undefined at a relay that has no layers. */
  readonly layers: string | undefined;
  readonly token: string;
}

/** One WHEP resource at the relay and the peer connection that belongs to it. */
export class WhepSession implements LiveSession {
  readonly tracks: readonly MediaStreamTrack[];
  private readonly scope = new Scope();

  constructor(
    private readonly transport: WhepTransport,
    private readonly peer: RTCPeerConnection,
    private readonly place: Place,
    private chosen: Layer,
  ) {
    this.tracks = peer.getReceivers().map((receiver) => receiver.track);
    this.scope.add(() => this.peer.close());
    this.scope.add(() => this.transport.remove(place.location, place.token));
  }

  get layer(): Layer {
    return this.chosen;
  }

  get link(): LiveSession['link'] {
    const state = this.peer.connectionState;
    return state === 'connected' ? 'up' : state === 'failed' || state === 'closed' ? 'over' : 'connecting';
  }

  watch(changed: () => void, signal: AbortSignal): void {
    this.peer.addEventListener('connectionstatechange', changed, { signal });
  }

  async chooseLayer(layer: Layer): Promise<Outcome<true>> {
    const { layers, token } = this.place;
    if (layers === undefined) return failed('unsupported');
    const outcome = await this.transport.choose(layers, token, layer);
    if (outcome.kind === 'success') this.chosen = layer;
    return outcome;
  }

  async vitality(): Promise<Vitality> {
    const outcome = await this.transport.probe(this.place.location, this.place.token);
    if (outcome.kind === 'success') return 'alive';
    return outcome.kind === 'error' && outcome.error.status === 404 ? 'gone' : 'unknown';
  }

  async framesDecoded(): Promise<number | undefined> {
    const report = await this.peer.getStats();
    let total: number | undefined;
    report.forEach((entry: { type?: string; kind?: string; framesDecoded?: number }) => {
      if (entry.type === 'inbound-rtp' && entry.kind === 'video') total = entry.framesDecoded;
    });
    return total;
  }

  async counters(): Promise<Counters> {
    const report = await this.peer.getStats();
    const entries: [string, Readonly<Record<string, unknown>>][] = [];
    report.forEach((entry: Readonly<Record<string, unknown>>, id: string) => entries.push([id, entry]));
    return readCounters(entries, now());
  }

  close(): void {
    this.scope.close();
  }
}

/**
 * Makes the offer while the ticket is fetched, posts it and applies the answer. Addresses are gathered after the answer, which may name
 * TURN servers; the offer holds none, for the relay learns a viewer's from its checks (peer-reflexive).
 */
export async function openWhep(
  transport: WhepTransport,
  fetchTicket: () => Promise<Outcome<WatchTicket>>,
  layer: Layer = 'auto',
): Promise<Outcome<WhepSession>> {
  const prepared = await prepare(transport, fetchTicket);
  if (prepared === undefined) return failed('unsupported');
  const { peer, ticket, offer } = prepared;
  if (ticket.kind !== 'success') {
    peer.close();
    return ticket;
  }
  const answer = await transport.post(ticket.value, offer, layer);
  if (answer.kind !== 'success') {
    peer.close();
    return answer;
  }
  return accept(transport, peer, ticket.value, { offer, answer }, layer);
}

/** undefined: this browser makes no WebRTC offer (switched off by policy, or too old). */
async function prepare(
  transport: WhepTransport,
  fetchTicket: () => Promise<Outcome<WatchTicket>>,
): Promise<{ peer: RTCPeerConnection; ticket: Outcome<WatchTicket>; offer: string } | undefined> {
  let peer: RTCPeerConnection | undefined;
  try {
    peer = transport.createPeer();
    const [ticket, offer] = await Promise.all([fetchTicket(), makeOffer(peer)]);
    return { peer, ticket, offer };
  } catch {
    peer?.close();
    return undefined;
  }
}

async function accept(
  transport: WhepTransport,
  peer: RTCPeerConnection,
  { url, token }: WatchTicket,
  { offer, answer }: { offer: string; answer: { value: string; headers: Headers } },
  layer: Layer,
): Promise<Outcome<WhepSession>> {
  const location = pathOf(answer.headers.get('Location'), url);
  if (location === undefined) {
    peer.close();
    return failed('malformed');
  }
  const layers = linkPath(answer.headers.get('Link'), kLayerExtension, url);
  const session = new WhepSession(transport, peer, { location, layers, token }, layer);
  try {
    await join(peer, offer, iceServers(answer.headers.get('Link')));
    await peer.setRemoteDescription({ type: 'answer', sdp: answer.value });
  } catch {
    session.close();
    return failed('malformed');
  }
  return { kind: 'success', value: session, headers: answer.headers };
}

async function makeOffer(peer: RTCPeerConnection): Promise<string> {
  peer.addTransceiver('video', { direction: 'recvonly' });
  peer.addTransceiver('audio', { direction: 'recvonly' });
  const offer = await peer.createOffer();
  return offer.sdp ?? '';
}

/** Gathering starts with the local description, by the servers that are known then. */
async function join(peer: RTCPeerConnection, offer: string, servers: RTCIceServer[]): Promise<void> {
  if (servers.length > 0) peer.setConfiguration({ ...peer.getConfiguration(), iceServers: servers });
  await peer.setLocalDescription({ type: 'offer', sdp: offer });
}

function failed(id: string): { kind: 'error'; error: HttpError } {
  return { kind: 'error', error: { id, status: 0, detail: '', retryAfterMs: undefined } };
}
