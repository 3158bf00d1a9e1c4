import { createInterface } from 'node:readline/promises';

/** The lines that are typed, or come through a pipe and are shown as if they were. */
export interface TypedLines extends AsyncIterable<string> {
  /** Shows the arrow again, with what stands half typed behind it if asked. */
  readonly ask: (withTyped?: boolean) => void;
  readonly close: () => void;
}

/**
 * What is typed at the terminal until Ctrl-D, or comes through a pipe until its end. Opened only when somebody is about to read: lines that come before would be
 * lost, and with them the end of a pipe.
 */
export function typedLines(): TypedLines {
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: '→ ', terminal: process.stdin.isTTY });
  let isOver = false;
  lines.once('close', () => {
    isOver = true;
  });
  const ask = (withTyped = false) => {
    if (!isOver) lines.prompt(withTyped); // a pipe may have ended while its last lines are still read
  };
  return {
    ask,
    close: () => lines.close(),
    async *[Symbol.asyncIterator]() {
      ask();
      for await (const line of lines) {
        if (!process.stdin.isTTY) process.stdout.write(`${line}\n`);
        yield line;
        ask();
      }
    },
  };
}
