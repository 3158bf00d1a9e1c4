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
