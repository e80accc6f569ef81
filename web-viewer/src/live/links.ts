// SPDX-License-Identifier: MIT

/** The WHEP extension by which a viewer chooses an encoding; the relay names its address in a `Link` header. */
export const kLayerExtension = 'urn:ietf:params:whep:ext:core:layer';

/** More would slow the browser's search for a path down (Chromium warns from five on). */
const kMaxIceServers = 4;

/** The path of the link with this relation in a `Link` header (RFC 8288 §3), kept on the origin of `base`. */
export function linkPath(header: string | null, relation: string, base: string): string | undefined {
  const [first] = linksOf(header, relation);
  return first === undefined ? undefined : pathOf(first.target, base);
}

/** TURN and STUN servers that an answer names, with how to sign in there (RFC 9725 §4.6). */
export function iceServers(header: string | null): RTCIceServer[] {
  const servers = linksOf(header, 'ice-server').filter(({ target }) => /^(?:turns?|stuns?):[^\s]+$/i.test(target));
  return servers.slice(0, kMaxIceServers).map(({ target, parameters }) => {
    const username = parameter(parameters, 'username');
    const credential = parameter(parameters, 'credential');
    return { urls: target, ...(username === '' || credential === '' ? {} : { username, credential }) };
  });
}

function linksOf(header: string | null, relation: string): { target: string; parameters: string }[] {
  const links = [...(header ?? '').matchAll(/<([^<>]*)>([^<]*)/g)];
  return links
    .map(([, target, parameters]) => ({ target: target ?? '', parameters: parameters ?? '' }))
    .filter(({ parameters }) => parameter(parameters, 'rel').split(/\s+/).includes(relation));
}

function parameter(parameters: string, name: string): string {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^\\s;,"]+))`, 'i').exec(parameters);
  return found?.[1] ?? found?.[2] ?? '';
}

/** A reference may be relative to its endpoint (RFC 9110 §10.2.2); only its path is kept, so it stays on this origin. */
export function pathOf(reference: string | null, base: string): string | undefined {
  if (reference === null || reference === '') return undefined;
  try {
    const url = new URL(reference, new URL(base, 'https://origin.invalid'));
    return url.pathname + url.search;
  } catch {
    return undefined;
  }
}
