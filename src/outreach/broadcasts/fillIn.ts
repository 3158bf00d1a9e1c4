import type { Recipient } from '../recipientOf.ts';

/** A broadcast's text for one resident. What the roster does not know of them is left out. */
export function fillIn(text: string, { name = '', building = '' }: Pick<Recipient, 'name' | 'building'>): string {
  const known: Readonly<Record<string, string>> = { name, building };
  return text.replaceAll(/\{(\w+)\}/g, (whole, placeholder: string) => known[placeholder] ?? whole).trim();
}
