// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { Outcome } from '../lib/http';
import { DialogElement } from '../ui/dialog';
import { errorWords, problemLine } from '../ui/form';
import { words } from './words';

interface Result {
  readonly ok: boolean;
  readonly text: string;
}

/** What a classroom PC answered: its log, or what its doctor found. */
@customElement('cc-device-result')
export class DeviceResult extends DialogElement {
  @state() private label = '';
  @state() private result: Result | undefined;
  @state() private problem = '';

  /** A log has no verdict. */
  private verdict: 'told' | 'none' = 'told';

  async follow(label: string, request: Promise<Outcome<Result>>, verdict: 'told' | 'none'): Promise<void> {
    this.label = label;
    this.verdict = verdict;
    this.result = undefined;
    this.problem = '';
    await this.updateComplete;
    this.show();
    const outcome = await request;
    if (outcome.kind === 'success') this.result = outcome.value;
    if (outcome.kind === 'error') {
      this.problem = outcome.error.status === 409 ? words().devices.offline : errorWords(outcome.error);
    }
  }

  override render(): TemplateResult {
    const t = words().devices;
    const { result, problem } = this;
    const waiting = result === undefined && problem === '';
    return this.framed(
      'device-result',
      this.label,
      html`${waiting ? html`<p role="status">${t.running}</p>` : nothing} ${problemLine(problem)}
      ${
        result === undefined
          ? nothing
          : html`<p data-ok=${String(result.ok)} ?hidden=${this.verdict === 'none'}>
                <strong>${result.ok ? t.passed : t.failed}</strong>
              </p>
              <pre class="device-text" tabindex="0" aria-label=${this.label}>${result.text}</pre>`
      }`,
    );
  }
}
