/** One line to standard error: problems, and what is not the result. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}
