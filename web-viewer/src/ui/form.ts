// SPDX-License-Identifier: MIT
import { html, nothing, type TemplateResult } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { language, strings } from '../lib/strings';
import type { HttpError, Outcome } from '../lib/http';

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'password' | 'email' | 'number' | 'search' | 'datetime-local';
  readonly hint?: string;
  readonly value?: string;
  readonly autocomplete?: AutoFill;
  readonly maxlength?: number;
  readonly minlength?: number;
  readonly min?: number;
  readonly max?: number;
  readonly required?: boolean;
  readonly inputmode?: 'numeric';
}

/** A labelled input; its hint is read with it. */
export function field(of: Field): TemplateResult {
  const hintId = of.hint === undefined ? undefined : `hint-${of.name}`;
  return html`<div class="field">
    <label for=${`field-${of.name}`}>${of.label}</label>
    <input
      id=${`field-${of.name}`}
      name=${of.name}
      type=${of.type ?? 'text'}
      .value=${of.value ?? ''}
      autocomplete=${of.autocomplete ?? 'off'}
      autocapitalize="none"
      spellcheck="false"
      inputmode=${ifDefined(of.inputmode)}
      maxlength=${ifDefined(of.maxlength)}
      minlength=${ifDefined(of.minlength)}
      min=${ifDefined(of.min)}
      max=${ifDefined(of.max)}
      ?required=${of.required === true}
      aria-describedby=${ifDefined(hintId)}
    />
    ${hintId === undefined ? nothing : html`<p id=${hintId} class="hint">${of.hint}</p>`}
  </div>`;
}

/** What went wrong, read out at once; takes no space while nothing did. */
export function problemLine(text: string): TemplateResult {
  return html`<p class="problem" role="alert" ?hidden=${text === ''} data-problem>${text}</p>`;
}

/** The values of a form's fields by name, trimmed except passwords. */
export function valuesOf(event: Event): Readonly<Record<string, string>> {
  const form = event.target instanceof HTMLFormElement ? event.target : null;
  const values: Record<string, string> = {};
  for (const element of form?.elements ?? []) {
    if (element instanceof HTMLInputElement && (element.type === 'checkbox' || element.type === 'radio')) {
      if (element.checked) values[element.name] = element.value;
    } else if (isField(element) && element.name !== '') {
      values[element.name] = element.type === 'password' ? element.value : element.value.trim();
    }
  }
  return values;
}

function isField(element: Element): element is HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement {
  return (
    element instanceof HTMLInputElement ||
    element instanceof HTMLSelectElement ||
    element instanceof HTMLTextAreaElement
  );
}

/** Why a request failed, for people; the server's own sentence where it is in their language and says more. */
export function errorWords(error: HttpError): string {
  const { errors } = strings;
  const own = errors[error.id];
  const told = language === 'en' && error.detail !== '' && error.id !== 'internal' ? error.detail : undefined;
  if (error.status === 429) return errors['too-many-requests'] ?? strings.errorOther;
  return told ?? own ?? strings.errorOther;
}

/** Empty when it succeeded or was given up. */
export function problemOf(outcome: Outcome<unknown>): string {
  return outcome.kind === 'error' ? errorWords(outcome.error) : '';
}
