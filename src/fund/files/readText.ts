import type { Problem } from './problem.ts';

/** A file's text, which must be UTF-8; else the first line that is not. Spreadsheets like to write others. */
export function readText(file: string, bytes: Uint8Array): { text: string } | { problem: Problem } {
  const decoder = () => new TextDecoder('utf-8', { fatal: true });
  try {
    return { text: decoder().decode(bytes) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { problem: { file, line: firstUnreadable(bytes, decoder), what: 'is not UTF-8; save the file as “CSV UTF-8” or in UTF-8' } };
  }
}

function firstUnreadable(bytes: Uint8Array, decoder: () => { decode(bytes: Uint8Array): string }): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start);
    const stop = end < 0 ? bytes.length : end;
    try {
      decoder().decode(bytes.subarray(start, stop));
    } catch {
      return line;
    }
    start = stop + 1;
  }
  return line;
}
