import type { HeardPrompt } from '../../src/demo/carriers/followTwiml.ts';

/** The wish of a simulated caller, and the words that the line has said so far. */
export interface Mind {
  readonly meant: readonly number[];
  readonly knows: boolean;
  /** The numbers that were read back and are on the current ballot, as far as the caller heard. */
  readonly has: Set<number>;
  /** The last ballot that was read back, if there was one. */
  cast?: readonly number[];
}

/** Records what was heard: numbers read back, and whole ballots. */
export function remember(mind: Mind, heard: readonly HeardPrompt[]): void {
  for (const { text } of heard) {
    const cast = /^(投好了|改好了)。(.*)要改，按2/.exec(text);
    const noted = /^(?:记下|选的是)?(\d+号，[^，。]*)(，去掉了)?。$/.exec(text);
    if (cast) {
      mind.cast = numbersIn(cast[2] ?? '');
      mind.has.clear();
    } else if (noted) {
      for (const number of numbersIn(noted[1] ?? '')) noted[2] ? mind.has.delete(number) : mind.has.add(number);
    } else if (/一个都没选/.test(text)) mind.has.clear();
  }
}

/** Whether the ballot that was read back last is the one that they meant. */
export function isContent({ cast, meant }: Mind): boolean {
  return cast !== undefined && cast.length === meant.length && meant.every((number) => cast.includes(number));
}

/** The keys for a question, found by its words alone; undefined if nothing in it helps a caller who wants to vote. */
export function answerTo(question: string, mind: Mind): string | undefined {
  const { meant, knows, has } = mind;
  const missing = meant.find((number) => !has.has(number));
  const extra = [...has].find((number) => !meant.includes(number));
  if (/普通话，按8/.test(question)) return '8';
  if (/接着(投|刚才的)，按1/.test(question)) return has.size > 0 || !knows ? '1' : '2';
  if (/知道号码，按1|按号码投，按1/.test(question)) {
    has.clear();
    return knows ? '1' : '2';
  }
  if (/投它，按1/.test(question)) {
    const project = Number(/(\d+)号(?!.*\d+号)/.exec(question)?.[1]);
    if (missing === undefined) return '#';
    return meant.includes(project) && !has.has(project) ? '1' : '2';
  }
  if (/从头再听，按2|再听一遍，按2/.test(question)) return missing === undefined ? '#' : '2';
  if (/把那个号码再按一遍，就去掉了/.test(question) && extra !== undefined) return `${extra}#`;
  if (/再按井号|接着按号码|再按一个号码|再选一个就投了|选好了，按井号/.test(question)) return missing === undefined ? '#' : `${missing}#`;
  if (/要改，按2|改刚才投的，按2/.test(question)) return '2';
  if (/不对，按2/.test(question)) {
    const asked = numbersIn(question);
    return asked.length === meant.length && meant.every((number) => asked.includes(number)) ? '1' : '2';
  }
  if (/投票，按1/.test(question)) return '1';
  if (/按井号/.test(question)) return '#';
  return undefined;
}

function numbersIn(text: string): number[] {
  return [...text.matchAll(/(\d+)号/g)].map(([, number]) => Number(number));
}
