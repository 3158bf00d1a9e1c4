/** Writes one line to standard error: problems, and lines that are not the result. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}
