/** Whether a text has the form of a slug or a cycle's id; what has not, need not be looked up. */
export function isId(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);
}
