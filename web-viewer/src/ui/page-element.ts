// SPDX-License-Identifier: MIT
import { nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import type { Outcome } from '../lib/http';
import { SayEvent } from './say-event';
import { problemOf } from './form';
import { LightElement } from './light-element';

/** A page of lists and forms: one place for what went wrong, one way to say what was done. */
export abstract class PageElement extends LightElement {
  @state() protected problem = '';
  @state() protected busy = false;

  /** Runs a request that changes something; gives its value, or undefined and shows why not. */
  protected async tried<T>(request: Promise<Outcome<T>>, done = ''): Promise<T | undefined> {
    this.busy = true;
    this.problem = '';
    const outcome = await request;
    this.busy = false;
    this.problem = problemOf(outcome);
    if (outcome.kind !== 'success') return undefined;
    if (done !== '') this.say(done);
    return outcome.value;
  }

  /** The shape of what was asked for, unless it was refused: then the problem is all there is. */
  protected waiting(skeleton: TemplateResult): TemplateResult | typeof nothing {
    return this.problem === '' ? skeleton : nothing;
  }

  protected say(text: string): void {
    this.dispatchEvent(new SayEvent(text));
  }
}
