// SPDX-License-Identifier: MIT

/** One user's own JSON document, wherever it is kept. */
export interface UserDocument {
  /** undefined when there is none, or none that can be read. */
  load(): unknown;
  save(value: unknown): void;
}

/** Kept in this browser, apart for every user who signs in here. */
export function localDocument(storage: Storage | undefined, userId: number, part = ''): UserDocument {
  const key = `classcast.user.${userId}${part}`;
  return {
    load: () => {
      try {
        const value: unknown = JSON.parse(storage?.getItem(key) ?? 'null');
        return value ?? undefined;
      } catch {
        return undefined;
      }
    },
    save: (value) => {
      try {
        storage?.setItem(key, JSON.stringify(value));
      } catch {
        // A full or forbidden storage only costs the memory of a preference.
      }
    },
  };
}

/** Access itself throws where storage is forbidden. */
export function deviceStorage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}
