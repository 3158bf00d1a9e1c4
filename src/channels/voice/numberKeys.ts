import type { Interpretation } from '../../dialog/input.ts';
import type { Option, ReplyOutcome, Statement } from '../../dialog/question.ts';
import { type Here, items, leftOf, type Numbers, numbersOf, type Own, optionsOf } from './callState.ts';
import { answered, asks, command, missed } from './stepReply.ts';

/** Keys after the question for a number: one more pick. One that is in already is said to be in, because whoever doubts keys it again; the next time it is taken out. */
export function numberKeyed(here: Here, keys: string): Interpretation {
  const { picks, unsaid = [], again = [] } = numbersOf(here);
  if (!/^\d+$/.test(keys)) return missed(here);
  const number = Number(keys);
  if (!isOffered(here, number)) return severalKeyed(here, keys);
  if (!picks.includes(number) || unsaid.includes(number)) return picked(here, number);
  if (!again.includes(number)) return alreadyIn(here, [number]);
  const left = picks.filter((pick) => pick !== number);
  return asks(numbersAt(here, { picks: left, last: [number], unsaid }, askedAfter(here, left)), [readBackOf(here, 'voice.takenOut', [number])]);
}

function alreadyIn(here: Here, numbers: readonly number[]): Interpretation {
  const { picks, unsaid = [], again = [] } = numbersOf(here);
  const at = { picks, unsaid, last: numbers, again: [...new Set([...again, ...numbers])] };
  return asks(numbersAt(here, at, askedAfter(here, picks)), [readBackOf(here, 'voice.alreadyIn', numbers)]);
}

/**
 * A number that is not on the ballot. If each of its digits is (37 for 3 and 7), they are taken and read back, as long as one more pick
 * is allowed: several numbers at once never cast a ballot. Else nothing is taken, and it is said why.
 */
function severalKeyed(here: Here, keys: string): Interpretation {
  const { picks, unsaid = [] } = numbersOf(here);
  const digits = [...keys].map(Number);
  const areSeveral = digits.length > 1 && new Set(digits).size === digits.length && digits.every((digit) => isOffered(here, digit));
  if (!areSeveral) return missed(here, { key: 'voice.noSuchNumber', params: { number: Number(keys) } });
  if (digits.every((digit) => picks.includes(digit) && !unsaid.includes(digit))) return alreadyIn(here, digits);
  const all = [...picks, ...digits];
  if (digits.some((digit) => picks.includes(digit)) || leftOf(here.open, all) < 1)
    return missed(here, { key: 'voice.oneByOne', params: { number: Number(keys) } });
  return asks(numbersAt(here, { picks: all, last: digits, unsaid }, askedAfter(here, all)), [readBackOf(here, 'voice.heard', digits)]);
}

function isOffered({ open }: Here, number: number): boolean {
  return optionsOf(open).some((option) => option.number === number);
}

/** What is asked for once these are picked. */
function askedAfter({ open }: Here, picks: readonly number[]): Own {
  if (picks.length === 0) return 'number';
  return leftOf(open, picks) > 1 ? 'more' : 'last';
}

/** Begins to read the ballot, with no picks. */
export function read(here: Here): Interpretation {
  const count = optionsOf(here.open).length;
  return asks(numbersAt(here, { picks: [], reading: 0 }, 'project'), [{ key: 'voice.howMany', params: { count } }]);
}

/** The number of which key 2 may be meant as a pick, though it reads the next project. */
const NEXT = 2;

/** Keys while the projects are read: 1 picks, 2 reads the next one. */
export function readingKeyed(here: Here, keys: string): Interpretation {
  const { picks, reading = 0, unsaid = [] } = numbersOf(here);
  const options = optionsOf(here.open);
  const project = here.callState.asked === 'project' ? options[reading] : undefined;
  const next = { picks, unsaid, reading: project ? reading + 1 : 0 };
  const own = next.reading < options.length ? 'project' : 'listEnd';
  if (keys === '1' && project) {
    return picks.includes(project.number) && !unsaid.includes(project.number) ? asks(numbersAt(here, next, own), []) : picked(here, project.number);
  }
  if (keys !== '2') return missed(here, isOffered(here, Number(keys)) ? { key: 'voice.whileReading', params: { number: Number(keys) } } : undefined);
  const isLeftOut = project?.number === NEXT && !picks.includes(NEXT);
  return asks(numbersAt(here, next, own), isLeftOut ? [{ key: 'voice.leftOut', params: { number: NEXT } }] : []);
}

/**
 * `#` alone: the caller wants to pick no more. If nothing is picked, it leads from the numbers to the reading, and from there to the
 * menu. After a key that was not understood it may have ended a number (`7#` while projects are read): the picks are read back first.
 */
export function hashed(here: Here): Interpretation {
  const { asked, misses } = here.callState;
  const { picks, unsaid = [], ...numbers } = numbersOf(here);
  const isReading = asked === 'project' || asked === 'listEnd';
  if (picks.length === 0) {
    if (asked === 'number') return read(here);
    return command(here, 'menu', isReading ? [{ key: 'voice.nothingPicked' }] : []);
  }
  if (!isReading || misses === 0) return done(here);
  const said = picks.filter((pick) => !unsaid.includes(pick));
  return asks(
    numbersAt(here, { ...numbers, picks, unsaid, last: said }, asked),
    [...(said.length > 0 ? [readBackOf(here, 'voice.chosen', said)] : []), { key: 'voice.hashAgain' }],
    'Missed',
  );
}

/** Keys after the question whether to go on with what was kept: 1 goes on, 2 begins again. */
export function goOnKeyed(here: Here, keys: string): Interpretation {
  const { kept, asked: _asked, ...callState } = here.callState;
  if (keys === '2') return asks({ ...here, callState }, []);
  if (keys !== '1' || !kept) return missed(here);
  const { last: _, ...before } = kept.numbers;
  const numbers = { ...before, unsaid: before.picks };
  const own = numbers.reading === undefined ? askedAfter(here, before.picks) : readingOwn(here, numbers.reading);
  return asks(numbersAt({ ...here, callState }, numbers, own), []);
}

function readingOwn({ open }: Here, reading: number): Own {
  return reading < optionsOf(open).length ? 'project' : 'listEnd';
}

function done(here: Here): Interpretation {
  const { picks, unsaid = [] } = numbersOf(here);
  const min = here.open?.asked.expects === 'numbers' ? here.open.asked.min : 1;
  if (picks.length >= Math.max(1, min)) return cast(here, picks, unsaid);
  return asks(here, [{ key: 'voice.atLeast', params: { min: Math.max(1, min) } }]);
}

/** Adds the project that is being read, by word of mouth: the last one that is allowed is read back first. */
export function readingTaken(here: Here): Interpretation {
  const { picks, reading = 0 } = numbersOf(here);
  const project = optionsOf(here.open)[reading];
  if (!project || leftOf(here.open, picks) > 1) return readingKeyed(here, '1');
  return readsBack(here, [project.number]);
}

/** Has the picks until now, and these, read back as a whole: they count after a yes. */
export function readsBack(here: Here, numbers: readonly number[]): Interpretation {
  return answered(here, { type: 'NAMED', numbers: [...new Set([...numbersOf(here).picks, ...numbers])] });
}

/** Adds a pick. The last pick that is allowed casts the ballot, as was said before; any other is read back. */
function picked(here: Here, number: number): Interpretation {
  const { picks: before, reading, unsaid: unsaidBefore = [] } = numbersOf(here);
  const picks = [...before.filter((pick) => pick !== number), number];
  const unsaid = unsaidBefore.filter((pick) => pick !== number);
  const left = leftOf(here.open, picks);
  if (left < 1) return cast(here, picks, unsaid);
  const at = { picks, last: [number], unsaid, ...(reading !== undefined && { reading: reading + 1 }) };
  if (reading === undefined) return asks(numbersAt(here, at, askedAfter(here, picks)), [readBackOf(here, 'voice.heard', [number])]);
  return asks(numbersAt(here, at, readingOwn(here, reading + 1)), [
    readBackOf(here, 'voice.noted', [number]),
    left > 1 ? { key: 'voice.mayAdd', params: { left } } : { key: 'voice.mayAddLast' },
  ]);
}

function cast(here: Here, picks: readonly number[], unsaid: readonly number[]): Interpretation {
  const heard = answered(here, { type: 'NUMBERS', numbers: [...picks] });
  if (unsaid.length === 0 || !('meaning' in heard)) return heard;
  const finish: typeof heard.finish = (result) => {
    const { reply, ...told } = heard.finish(result);
    return { ...told, reply: { ...reply, says: reply.says.flatMap((said) => without(unsaid, said, reply.outcome)) } };
  };
  return { ...heard, finish };
}

/** What is said about a ballot that was cast: the titles only of picks that were keyed in this call; of the others, how many. */
function without(unsaid: readonly number[], said: Statement, outcome: ReplyOutcome | undefined): readonly Statement[] {
  const { picks, receipt } = said.params ?? {};
  if (receipt === undefined || !Array.isArray(picks)) return [said];
  const heard: readonly Option[] = picks.filter(({ number }) => !unsaid.includes(number));
  return [
    { key: outcome === 'changed' ? 'voice.changedOn' : 'voice.castOn' },
    ...(heard.length > 0 ? [{ key: 'voice.heard', params: { picks: heard, isPart: true } }] : []),
    { key: 'voice.beforeToo', params: { count: unsaid.length, receipt } },
  ];
}

/** Asks this question of ours next, with these numbers. */
export function numbersAt(here: Here, numbers: Numbers, asked: Own): Here {
  return { ...here, callState: { ...here.callState, numbers, asked, misses: 0 } };
}

function readBackOf({ open }: Here, key: string, numbers: readonly number[]): Statement {
  return { key, params: { picks: items(open, numbers) } };
}
