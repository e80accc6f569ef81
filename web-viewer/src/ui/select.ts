// SPDX-License-Identifier: MIT
import { html, type TemplateResult } from 'lit';

export interface Choice<T extends string | number> {
  readonly value: T;
  readonly label: string;
}

/** A native list of choices; `choose` is given the value itself, not its text. */
export function select<T extends string | number>(
  name: string,
  label: string,
  choices: readonly Choice<T>[],
  chosen: T,
  choose: (value: T) => void,
): TemplateResult {
  const changed = (event: Event): void => {
    const choice = event.target instanceof HTMLSelectElement ? choices[event.target.selectedIndex] : undefined;
    if (choice !== undefined) choose(choice.value);
  };
  return html`<select class="select" name=${name} aria-label=${label} title=${label} @change=${changed}>
    ${choices.map(
      ({ value, label: text }) => html`<option value=${value} .selected=${value === chosen}>${text}</option>`,
    )}
  </select>`;
}

/** The same with its label before it. */
export function labelledSelect<T extends string | number>(...of: Parameters<typeof select<T>>): TemplateResult {
  return html`<span class="labelled"><span aria-hidden="true">${of[1]}</span>${select(...of)}</span>`;
}
