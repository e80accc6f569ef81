// SPDX-License-Identifier: MIT
import { readNothing, readText, send } from '../lib/http';
import type { WhepTransport } from './whep';

const kProbeTimeoutMs = 3_000;

/** WHEP over the page's own origin. */
export const kBrowserTransport: WhepTransport = {
  createPeer: () => new RTCPeerConnection({ bundlePolicy: 'max-bundle' }),
  post: (ticket, offer, layer) => {
    const headers = { ...bearer(ticket.token), 'Content-Type': 'application/sdp', Accept: 'application/sdp' };
    return send({ method: 'POST', url: withLayer(ticket.url, layer), headers, body: offer }, readText);
  },
  choose: (url, token, layer) => {
    const headers = { ...bearer(token), 'Content-Type': 'application/json' };
    return send({ method: 'POST', url, headers, body: JSON.stringify({ encodingId: layer }) }, readNothing);
  },
  probe: (location, token) =>
    send({ method: 'GET', url: location, headers: bearer(token), timeoutMs: kProbeTimeoutMs }, readNothing),
  remove: (location, token) =>
    void send({ method: 'DELETE', url: location, headers: bearer(token), keepalive: true }, readNothing),
};

function withLayer(url: string, layer: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}layer=${layer}`;
}

function bearer(token: string): Record<string, string> {
  return { Authorization: `Bearer ${token}` };
}
