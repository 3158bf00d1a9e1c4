/** What a list shows: one JSON document, or a line each; that there is nothing goes to standard error. */
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
