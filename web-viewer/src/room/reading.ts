// SPDX-License-Identifier: MIT

/** Nearer to the end than this counts as reading the newest. */
const kEndPx = 48;

/**
 * Keeps the scroll position of a list as its reader wants it: whoever reads the newest stays with the newest;
 * whoever reads older ones keeps the line under the eye, whatever comes before or after it.
 */
export class Reading {
  /** Reads the newest. */
  atEnd = true;
  private anchor: { key: string; top: number } | undefined;

  /** The list was scrolled by its reader. */
  scrolled(list: HTMLElement): void {
    this.atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < kEndPx;
  }

  /** Before the list changes. */
  remember(list: HTMLElement): void {
    this.anchor = this.atEnd ? undefined : firstVisible(list);
  }

  /** After it changed. */
  restore(list: HTMLElement): void {
    if (this.atEnd) {
      list.scrollTop = list.scrollHeight;
      return;
    }
    const { anchor } = this;
    const element = anchor && list.querySelector<HTMLElement>(`[data-key="${anchor.key}"]`);
    if (anchor && element) list.scrollTop += topIn(list, element) - anchor.top;
  }

  toEnd(list: HTMLElement): void {
    this.atEnd = true;
    list.scrollTop = list.scrollHeight;
  }
}

function firstVisible(list: HTMLElement): { key: string; top: number } | undefined {
  for (const element of list.querySelectorAll<HTMLElement>('[data-key]')) {
    const top = topIn(list, element);
    if (top + element.offsetHeight > 0) return { key: element.dataset.key ?? '', top };
  }
  return undefined;
}

function topIn(list: HTMLElement, element: HTMLElement): number {
  return element.getBoundingClientRect().top - list.getBoundingClientRect().top;
}
