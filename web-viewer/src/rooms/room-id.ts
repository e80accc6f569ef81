// SPDX-License-Identifier: MIT

const kLongest = 63;

/** A room identifier out of a name: "Aula 3 – Física" becomes "aula-3-fisica". May be empty. */
export function suggestId(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, kLongest)
    .replace(/-+$/, '');
}
