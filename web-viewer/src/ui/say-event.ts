// SPDX-License-Identifier: MIT

/** Something worth telling the user in words. */
export class SayEvent extends Event {
  static readonly kType = 'cc-say';
  constructor(
    readonly text: string,
    /** `spoken`: for screen readers alone, because it can be seen already. */
    readonly how: 'shown' | 'spoken' = 'shown',
  ) {
    super(SayEvent.kType, { bubbles: true });
  }
}
