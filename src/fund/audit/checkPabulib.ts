import { linesOf } from './linesOf.ts';
import { Wrong } from './wrong.ts';

const FILE = 'cycle.pb';

/** `cycle.pb` says, line by line, what the other files say. Throws `Wrong` at the first line that does not. */
export function checkPabulib(expected: string, found: string): void {
  const lines = linesOf(expected);
  const others = linesOf(found);
  for (let index = 0; index < Math.max(lines.length, others.length); index++) {
    if (lines[index] === others[index]) continue;
    throw new Wrong(FILE, index + 1, `is ${others[index] ?? 'missing'}, by the other files it is ${lines[index] ?? 'nothing'}`);
  }
}
