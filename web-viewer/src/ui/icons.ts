// SPDX-License-Identifier: MIT
import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import type { RoomState } from '../lib/protocol';

const kStroke = svg`<path d="M4 4l16 16" class="cut"/><path d="M4 4l16 16"/>`;

/** One shape per state, told apart without colour: disc, pause, triangle, microphone, eye, cross. */
const kStateShapes: Readonly<Record<RoomState, SVGTemplateResult>> = {
  live: svg`<circle cx="12" cy="12" r="7" class="solid"/>`,
  standby: svg`<circle cx="12" cy="12" r="9"/><path d="M9.5 8.5v7M14.5 8.5v7"/>`,
  stale: svg`<path d="M12 3.5 22 20.5H2z"/><path d="M12 10v5M12 17.6v.2"/>`,
  no_audio: svg`<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>${kStroke}`,
  privacy: svg`<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/><circle cx="12" cy="12" r="2.8"/>${kStroke}`,
  offline: svg`<rect x="3" y="3" width="18" height="18" rx="2"/><path d="M8 8l8 8M16 8l-8 8"/>`,
};

const kShapes = {
  record: svg`<circle cx="12" cy="12" r="9"/><circle cx="12" cy="12" r="4.5" class="solid"/>`,
  stop: svg`<rect x="6.5" y="6.5" width="11" height="11" rx="1.5" class="solid"/>`,
  rewind: svg`<path d="M4.5 12a7.5 7.5 0 1 0 2.4-5.5M4.5 3.5v4h4M12 8v4.5l3 2"/>`,
  back: svg`<path d="M11 6.5v11L3.5 12zM20 6.5v11L12.5 12z" class="solid"/>`,
  forward: svg`<path d="M4 6.5v11l7.5-5.5zM13 6.5v11l7.5-5.5z" class="solid"/>`,
  library: svg`<path d="M4 5.5h16M4 9.5h16M4 13.5h9M4 17.5h9"/><path d="M15.5 13v6.5l5-3.2z" class="solid"/>`,
  download: svg`<path d="M12 4v11M7 10.5l5 5 5-5M4.5 20h15"/>`,
  shield: svg`<path d="M12 3.5l7.5 3v5.5c0 4-3 7-7.5 8.5-4.5-1.5-7.5-4.500-7.500-8.500v-5.500z"/>`,
  play: svg`<path d="M8 5.5v13l10.5-6.5z" class="solid"/>`,
  viewers: svg`<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 19.5c.6-3.6 3.2-5.5 6.5-5.5s5.9 1.9 6.5 5.5M15.5 5.3a3.5 3.5 0 0 1 0 6.4M18 14.6c2 .8 3.2 2.5 3.5 4.9"/>`,
  soundOn: svg`<path d="M4 9.5v5h3.5l4.5 4v-13l-4.5 4z"/><path d="M15.5 9a4.2 4.2 0 0 1 0 6M18.3 6.3a8 8 0 0 1 0 11.4"/>`,
  soundOff: svg`<path d="M4 9.5v5h3.5l4.5 4v-13l-4.5 4z"/><path d="M16 9.5l5 5M21 9.5l-5 5"/>`,
  enlarge: svg`<path d="M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5"/>`,
  reduce: svg`<path d="M9 4v5H4M20 9h-5V4M15 20v-5h5M4 15h5v5"/>`,
  close: svg`<path d="M6 6l12 12M18 6L6 18"/>`,
  help: svg`<circle cx="12" cy="12" r="9"/><path d="M9.4 9.3a2.7 2.7 0 1 1 3.8 2.5c-.8.4-1.2 1-1.2 2M12 16.8v.2"/>`,
  person: svg`<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c.8-4 3.6-6 7.5-6s6.7 2 7.5 6"/>`,
  plus: svg`<path d="M12 5v14M5 12h14"/>`,
  eye: svg`<path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"/><circle cx="12" cy="12" r="2.8"/>`,
  microphone: svg`<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>`,
  table: svg`<rect x="3" y="4.5" width="18" height="15" rx="2"/><path d="M3 9.5h18M3 14.5h18M9.5 9.5v10"/>`,
  tiles: svg`<rect x="3.5" y="4.5" width="7" height="6" rx="1.2"/><rect x="13.5" y="4.5" width="7" height="6" rx="1.2"/><rect x="3.5" y="13.5" width="7" height="6" rx="1.2"/><rect x="13.5" y="13.5" width="7" height="6" rx="1.2"/>`,
  view: svg`<path d="M4 7h9M19 7h1M4 17h1M11 17h9"/><circle cx="16" cy="7" r="2.5"/><circle cx="8" cy="17" r="2.5"/>`,
  previous: svg`<path d="M15 5l-7 7 7 7"/>`,
  next: svg`<path d="M9 5l7 7-7 7"/>`,
  openAll: svg`<rect x="3" y="4" width="18" height="16" rx="2"/><path d="M9.5 8.5v7l6-3.5z" class="solid"/>`,
  closeAll: svg`<rect x="3" y="4" width="18" height="16" rx="2"/><path d="M9 9l6 6M15 9l-6 6"/>`,
  hold: svg`<rect x="5" y="11" width="14" height="9.5" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>`,
  tour: svg`<circle cx="12" cy="13" r="8"/><path d="M12 8.5V13l3 2M9.5 2.5h5"/>`,
  pause: svg`<path d="M8.5 5.5v13M15.5 5.5v13"/>`,
  layouts: svg`<path d="M6 3.5h12v17l-6-4.5-6 4.5z"/>`,
  screen: svg`<rect x="2.5" y="4" width="19" height="13" rx="2"/><path d="M8.5 20.5h7M7 10.5V8h2.5M17 10.5V13h-2.5"/>`,
  stats: svg`<path d="M4 20V13M9.3 20V8M14.6 20v-5M20 20V4"/>`,
  floating: svg`<path d="M21 11V6.5a2 2 0 0 0-2-2H5a2 2 0 0 0-2 2v10a2 2 0 0 0 2 2h5"/><rect x="13" y="14" width="8.5" height="6" rx="1.2" class="solid"/>`,
  snapshot: svg`<path d="M3 8.5a2 2 0 0 1 2-2h2.5l1.5-2h6l1.5 2H19a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z"/><circle cx="12" cy="13" r="3.6"/>`,
  dots: svg`<path d="M5.5 12h.1M12 12h.1M18.5 12h.1" stroke-width="3.2"/>`,
  pin: svg`<path d="M9 3.5h6M10 3.5v6l-3 4h10l-3-4v-6M12 13.5v7"/>`,
  send: svg`<path d="M3.5 11.5 20.5 4l-6 16.5-3.5-7z"/>`,
  chat: svg`<path d="M4 5.5h16v11H10l-4.5 4v-4H4z"/>`,
  diary: svg`<path d="M6 3.5h12v17H6zM9 8h6M9 12h6M9 16h4"/>`,
  panel: svg`<rect x="3" y="4.5" width="18" height="15" rx="2"/><path d="M14.5 4.5v15"/>`,
  edit: svg`<path d="M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19z"/>`,
  restart: svg`<path d="M19.5 12a7.5 7.5 0 1 1-2.4-5.5M19.5 3.5v4h-4"/>`,
  remove: svg`<path d="M4.5 6.5h15M9.5 6.5v-2h5v2M6.5 6.5l1 14h9l1-14M10.2 10.5v6M13.8 10.5v6"/>`,
  ascending: svg`<path d="M6 14.5l6-6 6 6"/>`,
  descending: svg`<path d="M6 9.5l6 6 6-6"/>`,
  logo: svg`<rect x="2.5" y="4.5" width="19" height="13" rx="2.5"/><path d="M10 8v6l5-3z" class="solid"/><path d="M8 20.5h8"/>`,
};

export type IconName = keyof typeof kShapes;

/** Decorative: the words beside an icon or its button's label carry the meaning. */
export function icon(name: IconName): TemplateResult {
  return draw(kShapes[name]);
}

export function stateIcon(state: RoomState): TemplateResult {
  return draw(kStateShapes[state]);
}

function draw(shape: SVGTemplateResult): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${shape}</svg>`;
}
