import type { Interpretation } from '../../dialog/input.ts';
import type { OpenFlow } from '../../dialog/openFlow.ts';
import type { Option, ReplyOutcome, Statement } from '../../dialog/question.ts';
import { type Here, items, type Numbers, numbersOf, type Own, optionsOf } from './callState.ts';
import { answered, asks, missed } from './stepReply.ts';

/** Keys after the question for a number: one more pick, or one that is taken out. */
export function numberKeyed(here: Here, keys: string): Interpretation {
  const { picks, unsaid = [] } = numbersOf(here);
  const number = Number(keys);
  if (!Number.isInteger(number)) return missed(here);
  if (!optionsOf(here.open).some((option) => option.number === number)) return missed(here, { key: 'voice.noSuchNumber', params: { number } });
  if (!picks.includes(number) || unsaid.includes(number)) return picked(here, number, 'voice.heard');
  const left = picks.filter((pick) => pick !== number);
  return asks(numbersAt(here, { picks: left, last: number, unsaid }, left.length > 0 ? 'more' : 'number'), [
    readBackOf(here, 'voice.takenOut', number),
  ]);
}

/** Keys while the projects are read: 1 picks, 2 reads the next one, 3 ends. */
export function readingKeyed(here: Here, keys: string): Interpretation {
  const { picks, reading = 0, unsaid = [] } = numbersOf(here);
  const options = optionsOf(here.open);
  const project = here.callState.asked === 'project' ? options[reading] : undefined;
  const next = { picks, unsaid, reading: project ? reading + 1 : 0 };
  const own = next.reading < options.length ? 'project' : 'listEnd';
  if (keys === '1' && project) {
    return picks.includes(project.number) && !unsaid.includes(project.number)
      ? asks(numbersAt(here, next, own), [])
      : picked(here, project.number, 'voice.noted');
  }
  if (keys === '2') return asks(numbersAt(here, next, own), []);
  return keys === '3' ? done(here) : missed(here);
}

/** Keys after the question whether to go on with what was kept: 1 goes on, 2 begins again. */
export function goOnKeyed(here: Here, keys: string): Interpretation {
  const { kept, asked: _asked, ...callState } = here.callState;
  if (keys === '2') return asks({ ...here, callState }, []);
  if (keys !== '1' || !kept) return missed(here);
  const { last: _, ...before } = kept.numbers;
  const numbers = { ...before, unsaid: before.picks };
  const own = numbers.reading === undefined ? 'more' : numbers.reading < optionsOf(here.open).length ? 'project' : 'listEnd';
  return asks(numbersAt({ ...here, callState }, numbers, own), []);
}

/** The caller wants to pick no more. */
export function done(here: Here): Interpretation {
  const { picks, unsaid = [] } = numbersOf(here);
  const min = here.open?.asked.expects === 'numbers' ? here.open.asked.min : 1;
  if (picks.length >= Math.max(1, min)) return cast(here, picks, unsaid);
  return asks(here, [{ key: 'voice.atLeast', params: { min: Math.max(1, min) } }]);
}

/** Adds a pick. The last pick that is allowed casts the ballot; any other is read back. */
function picked(here: Here, number: number, key: string): Interpretation {
  const { picks: before, reading, unsaid: unsaidBefore = [] } = numbersOf(here);
  const picks = [...before.filter((pick) => pick !== number), number];
  const unsaid = unsaidBefore.filter((pick) => pick !== number);
  if (picks.length >= most(here.open)) return cast(here, picks, unsaid);
  const at = { picks, last: number, unsaid, ...(reading !== undefined && { reading: reading + 1 }) };
  const own = reading === undefined ? (picks.length > 1 ? 'enough' : 'more') : reading + 1 < optionsOf(here.open).length ? 'project' : 'listEnd';
  return asks(numbersAt(here, at, own), [readBackOf(here, key, number)]);
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

function readBackOf({ open }: Here, key: string, number: number): Statement {
  return { key, params: { picks: items(open, [number]) } };
}

function most(open: OpenFlow | undefined): number {
  return open?.asked.expects === 'numbers' ? open.asked.max : 1;
}
