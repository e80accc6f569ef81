// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Api } from '../lib/api';
import { readJson, readNothing } from '../lib/http';
import { parseSessions, type SessionRow } from '../lib/protocol/admin';
import { strings } from '../lib/strings';
import { problemLine } from '../ui/form';
import { PageElement } from '../ui/page-element';
import { linesSkeleton } from '../ui/skeleton';
import { words } from './words';

/** Where this person is signed in; any other place can be ended from here. */
@customElement('cc-sessions')
export class Sessions extends PageElement {
  @property({ attribute: false }) api!: Api;

  @state() private rows: readonly SessionRow[] | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override render(): TemplateResult {
    return html`<section class="page-section">
      <h2>${words().sessionsTitle}</h2>
      ${problemLine(this.problem)}
      ${
        this.rows === undefined
          ? this.waiting(linesSkeleton(strings.screens.loading, 2))
          : html`<ul class="rows" role="list">
              ${this.rows.map((row) => this.row(row))}
            </ul>`
      }
    </section>`;
  }

  private row(row: SessionRow): TemplateResult {
    const t = words();
    const where = browserName(row.browser) ?? t.unknownBrowser;
    return html`<li data-session-row=${row.id} ?data-current=${row.current}>
      <span>
        <strong>${where}</strong> ${row.current ? html`(${t.current})` : nothing}<br />
        <span class="hint">
          ${row.address} · ${t.since} ${strings.dateTime(row.createdMs)} · ${t.seen} ${strings.dateTime(row.seenMs)}
        </span>
      </span>
      ${
        row.current
          ? nothing
          : html`<button
              class="button small"
              data-act="end-session"
              aria-label=${`${t.endSession}: ${where} ${row.address}`}
              @click=${() => void this.end(row)}
            >
              ${t.endSession}
            </button>`
      }
    </li>`;
  }

  private async load(): Promise<void> {
    const rows = await this.tried(this.api.call('GET', '/sessions', readJson(parseSessions)));
    if (rows !== undefined) this.rows = rows;
  }

  private async end({ id }: SessionRow): Promise<void> {
    if (await this.tried(this.api.call('DELETE', `/sessions/${encodeURIComponent(id)}`, readNothing)))
      await this.load();
  }
}

/** `User-Agent` strings name several browsers; the most particular name is the true one. */
export function browserName(agent: string): string | undefined {
  const browser = ['Edg', 'OPR', 'Firefox', 'Chrome', 'Safari'].find((name) => agent.includes(`${name}/`));
  const system = ['Android', 'iPhone', 'iPad', 'Windows', 'Macintosh', 'CrOS', 'Linux'].find((name) =>
    agent.includes(name),
  );
  const names: Readonly<Record<string, string>> = { Edg: 'Edge', OPR: 'Opera', Macintosh: 'macOS', CrOS: 'ChromeOS' };
  const found = [browser, system].flatMap((name) => (name === undefined ? [] : [names[name] ?? name]));
  if (found.length > 0) return found.join(', ');
  return agent === '' ? undefined : agent.slice(0, 60);
}
