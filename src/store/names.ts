/** Names as their types have them, where what is at hand is any text. */

/** Whether a text is one of these names. */
export function isOneOf<Name extends string>(names: readonly Name[], text: unknown): text is Name {
  return names.some((name) => name === text);
}

/** The entries of a record that has no other names than its type says. */
export function entriesIn<Name extends string, Value>(record: { readonly [Each in Name]?: Value }): (readonly [Name, Value])[] {
  const entries: (readonly [Name, Value])[] = [];
  for (const name in record) {
    const value = record[name];
    if (value !== undefined) entries.push([name, value]);
  }
  return entries;
}
