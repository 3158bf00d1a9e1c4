/** Tells a person a line on standard error, so that standard output holds a command's own answer alone. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
