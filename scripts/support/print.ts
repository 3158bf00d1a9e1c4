/** Writes one line to standard output. */
export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Writes one line to standard error: problems, and lines that are not the result. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Prints a list: one JSON document, or a line for each item. If the list is empty, a line on standard error says so. */
export function printed<Item>(items: readonly Item[], isJson: boolean, line: (item: Item) => readonly (string | number | undefined)[]): void {
  if (isJson) process.stdout.write(`${JSON.stringify(items, undefined, 2)}\n`);
  else if (items.length === 0) process.stderr.write('Nothing to show.\n');
  else
    process.stdout.write(
      items
        .map(
          (item) =>
            `${line(item)
              .map((cell) => String(cell ?? '').replaceAll(/\s+/g, ' '))
              .join('\t')}\n`,
        )
        .join(''),
    );
}

/** A moment as the clocks of a zone show it, `2026-12-01 08:00`. */
export function zoned(at: Date, timezone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' }).format(at);
}
