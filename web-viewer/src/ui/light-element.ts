// SPDX-License-Identifier: MIT
import { LitElement } from 'lit';
import { Scope } from '../lib/scope';

/** A component without shadow DOM: the design system's style sheets reach it, and so do labels and tests. */
export class LightElement extends LitElement {
  /** Ends when the element leaves the page; a new one begins when it returns. */
  protected scope = new Scope();

  override connectedCallback(): void {
    if (this.scope.closed) this.scope = new Scope();
    super.connectedCallback();
  }

  override disconnectedCallback(): void {
    this.scope.close();
    super.disconnectedCallback();
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}
