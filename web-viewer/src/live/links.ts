// SPDX-License-Identifier: MIT

/** The WHEP extension by which a viewer chooses an encoding; the relay names its address in a `Link` header. */
export const kLayerExtension = 'urn:ietf:params:whep:ext:core:layer';

/** The path of the link with this relation in a `Link` header (RFC 8288 §3), kept on the origin of `base`. */
export function linkPath(header: string | null, relation: string, base: string): string | undefined {
  for (const [, target, parameters] of (header ?? '').matchAll(/<([^<>]*)>([^<]*)/g)) {
    const rel = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i.exec(parameters ?? '');
    const names = (rel?.[1] ?? rel?.[2] ?? '').split(/\s+/);
    if (names.includes(relation)) return pathOf(target ?? '', base);
  }
  return undefined;
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
