// SPDX-License-Identifier: MIT

const kGap = 6;
const kMargin = 8;

/** For a popover's `toggle`: puts it below the button that opened it, and never beyond the window. */
export function placeBelowButton(event: Event): void {
  const popover = event.target;
  if (!(popover instanceof HTMLElement) || !popover.matches(':popover-open')) return;
  const button = document.querySelector(`[popovertarget="${popover.id}"]`);
  if (button === null) return;
  const anchor = button.getBoundingClientRect();
  const left = Math.min(anchor.left, document.documentElement.clientWidth - popover.offsetWidth - kMargin);
  const top = Math.min(anchor.bottom + kGap, document.documentElement.clientHeight - popover.offsetHeight - kMargin);
  popover.style.right = 'auto';
  popover.style.left = `${Math.max(kMargin, left)}px`;
  popover.style.top = `${Math.max(kMargin, top)}px`;
}
