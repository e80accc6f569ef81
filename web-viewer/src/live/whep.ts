// SPDX-License-Identifier: MIT
import { now } from '../lib/clock';
import { readNothing, readText, send, type HttpError, type Outcome } from '../lib/http';
import type { WatchTicket } from '../lib/protocol';
import { Scope } from '../lib/scope';
import { readCounters, type Counters } from './stats';

/** The relay learns a viewer's addresses from its checks (peer-reflexive), so gathering is never waited for long. */
const kGatheringMs = 500;
const kProbeTimeoutMs = 3_000;

export interface WhepTransport {
  createPeer(): RTCPeerConnection;
  /** POST of the offer; the value is the answer. */
  post(ticket: WatchTicket, offer: string): Promise<Outcome<string>>;
  /** GET of a session: success while it lives, 404 afterwards. */
  probe(location: string, token: string): Promise<Outcome<true>>;
  /** DELETE of a session; must survive the page. */
  remove(location: string, token: string): void;
}

export type Vitality = 'alive' | 'gone' | 'unknown';

/** One WHEP resource at the relay and the peer connection that belongs to it. */
export class WhepSession {
  private readonly scope = new Scope();

  constructor(
    private readonly transport: WhepTransport,
    readonly peer: RTCPeerConnection,
    private readonly location: string,
    private readonly token: string,
  ) {
    this.scope.add(() => this.peer.close());
    this.scope.add(() => this.transport.remove(this.location, this.token));
  }

  get tracks(): readonly MediaStreamTrack[] {
    return this.peer.getReceivers().map((receiver) => receiver.track);
  }

  /** Does the relay still know this session? An outage on the way says nothing about it. */
  async vitality(): Promise<Vitality> {
    const outcome = await this.transport.probe(this.location, this.token);
    if (outcome.kind === 'success') return 'alive';
    return outcome.kind === 'error' && outcome.error.status === 404 ? 'gone' : 'unknown';
  }

  /** Total of decoded pictures; undefined while the browser does not tell. */
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

  /** Idempotent. */
  close(): void {
    this.scope.close();
  }
}

/** Makes the offer while the ticket is fetched, posts it and applies the answer. */
export async function openWhep(
  transport: WhepTransport,
  fetchTicket: () => Promise<Outcome<WatchTicket>>,
): Promise<Outcome<WhepSession>> {
  const prepared = await prepare(transport, fetchTicket);
  if (prepared === undefined) return failed('unsupported');
  const { peer, ticket, offer } = prepared;
  if (ticket.kind !== 'success') {
    peer.close();
    return ticket;
  }
  const answer = await transport.post(ticket.value, offer);
  if (answer.kind !== 'success') {
    peer.close();
    return answer;
  }
  return accept(transport, peer, ticket.value, answer);
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
  ticket: WatchTicket,
  answer: { value: string; headers: Headers },
): Promise<Outcome<WhepSession>> {
  const location = sessionPath(answer.headers.get('Location'), ticket.url);
  if (location === undefined) {
    peer.close();
    return failed('malformed');
  }
  const session = new WhepSession(transport, peer, location, ticket.token);
  try {
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
  await peer.setLocalDescription(offer);
  await gathered(peer);
  return peer.localDescription?.sdp ?? offer.sdp ?? '';
}

async function gathered(peer: RTCPeerConnection): Promise<void> {
  const scope = new Scope();
  await new Promise<void>((resolve) => {
    const check = (): void => {
      if (peer.iceGatheringState === 'complete') resolve();
    };
    scope.listen(peer, 'icegatheringstatechange', check);
    scope.timeout(kGatheringMs, resolve);
    check();
  });
  scope.close();
}

/** `Location` may be relative to the endpoint (RFC 9110 §10.2.2); only its path is kept, so it stays on this origin. */
function sessionPath(location: string | null, endpoint: string): string | undefined {
  if (location === null || location === '') return undefined;
  try {
    const url = new URL(location, new URL(endpoint, 'https://origin.invalid'));
    return url.pathname + url.search;
  } catch {
    return undefined;
  }
}

function failed(id: string): { kind: 'error'; error: HttpError } {
  return { kind: 'error', error: { id, status: 0, detail: '', retryAfterMs: undefined } };
}

/** WHEP over the page's own origin. */
export const kBrowserTransport: WhepTransport = {
  createPeer: () => new RTCPeerConnection({ bundlePolicy: 'max-bundle' }),
  post: (ticket, offer) => {
    const headers = { ...bearer(ticket.token), 'Content-Type': 'application/sdp', Accept: 'application/sdp' };
    return send({ method: 'POST', url: ticket.url, headers, body: offer }, readText);
  },
  probe: (location, token) =>
    send({ method: 'GET', url: location, headers: bearer(token), timeoutMs: kProbeTimeoutMs }, readNothing),
  remove: (location, token) =>
    void send({ method: 'DELETE', url: location, headers: bearer(token), keepalive: true }, readNothing),
};

function bearer(token: string): Record<string, string> {
  return { Authorization: `Bearer ${token}` };
}
