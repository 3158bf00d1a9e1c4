import type { Before, Interpretation, Spoken } from '../../dialog/input.ts';
import type { OpenFlow } from '../../dialog/openFlow.ts';
import type { Answer, Option, Question, Reply, ReplyOutcome, Statement } from '../../dialog/question.ts';
import type { Meaning } from '../../dialog/understand/commandIn.ts';
import type { Step } from './step.ts';

/** What a call keeps from one step to the next. */
interface CallState {
  readonly call: string;
  /** The step that comes next. */
  readonly turn: number;
  /** When the last step came, in milliseconds since the epoch. */
  readonly at: number;
  readonly isOver?: true;
  /** How often in a row nothing came, and how often in a row something that does not fit. */
  readonly silences: number;
  readonly misses: number;
  /** What this machine asked by itself; absent where the question of a flow stands. */
  readonly asked?: Own;
  /** How far a question for numbers has come. */
  readonly numbers?: Numbers;
  /** Of a call that was cut off. */
  readonly kept?: Kept;
}

interface Numbers {
  readonly picks: readonly number[];
  /** The project that is being read, as it stands on the ballot; absent while numbers are keyed in. */
  readonly reading?: number;
  /** What was read back last. */
  readonly last?: number;
  /** Of the picks, those of a call before, which are never spoken. */
  readonly unsaid?: readonly number[];
}

interface Kept {
  readonly numbers: Numbers;
  readonly resident?: string;
  /** In milliseconds since the epoch. */
  readonly until: number;
}

/** Asked by this machine: a number, more of them (said once at length), a project read, the end of the list, whether to go on, whether to speak again, what else. */
type Own = 'number' | 'more' | 'enough' | 'speakAgain' | 'project' | 'listEnd' | 'goOn' | 'afterCast' | 'after';

const KEPT_MS = 15 * 60 * 1000;
const MOST_SILENCES = 3;
const MOST_MISSES = 3;
/** No further step is expected. */
const NEVER = -1;

/**
 * What a step of a call means. One question for numbers takes several steps: until the last key of it, this machine asks by itself,
 * and the flow sees one answer. Everything else is a key that answers what is open, or a command.
 */
export function interpret(step: Step): (before: Before) => Interpretation {
  return ({ open, callState: stored }) => {
    const callState: CallState | undefined = stored === undefined ? undefined : JSON.parse(stored);
    if (step.turn === 0 && !step.isOver) return begun(step, keptOf(step, callState, open));
    if (!callState || callState.call !== step.call) return spoken({ says: [] }, callState);
    const isSpoken = step.recording !== undefined && step.turn === callState.turn && open?.asked.expects === 'freeText';
    if (isSpoken && (step.isOver || callState.isOver)) return spokenLast({ step, callState, open });
    if (callState.isOver) return spoken({ says: [] }, callState);
    if (step.isOver) return hungUp({ step, callState, open });
    const here: Here = { step, callState: { ...callState, turn: step.turn + 1, at: step.at }, open };
    if (step.turn !== callState.turn) return asks(here, []);
    if (step.recording !== undefined) return answered(here, { type: 'FREE_TEXT', recording: step.recording });
    if (step.keys === '') return step.isHashed ? hashed(here) : silent(here);
    return keyed({ ...here, callState: { ...here.callState, silences: 0 } }, step.keys);
  };
}

/** What the last step read back, to say it again. */
export function readBack({ open, callState: stored }: Before): readonly Option[] | undefined {
  const callState: CallState | undefined = stored === undefined ? undefined : JSON.parse(stored);
  const said = optionsOf(open).find(({ number }) => number === callState?.numbers?.last);
  return said && [said];
}

/** Whether something of a call is kept, to go on with it. */
export function keeps({ open, callState }: Before, step: Step): boolean {
  return callState !== undefined && keptOf(step, JSON.parse(callState), open) !== undefined;
}

interface Here {
  readonly step: Step;
  readonly callState: CallState;
  readonly open: OpenFlow | undefined;
}

/** A call begins: where the one before was cut off, with the vote, which shows who this is; else with the menu. */
function begun(step: Step, kept: Kept | undefined): Interpretation {
  const callState: CallState = { call: step.call, turn: 1, at: step.at, silences: 0, misses: 0, ...(kept && { kept }) };
  return command({ step, callState, open: undefined }, kept ? 'vote' : 'menu');
}

function keptOf({ at }: Step, callState: CallState | undefined, open: OpenFlow | undefined): Kept | undefined {
  const kept = callState && !callState.isOver ? keeping(callState, callState, open) : callState?.kept;
  return kept && kept.until > at ? kept : undefined;
}

function keeping({ at }: { readonly at: number }, { numbers, kept }: CallState, open: OpenFlow | undefined): Kept | undefined {
  if (!numbers || (numbers.picks.length === 0 && !numbers.reading)) return kept;
  return { numbers, until: at + KEPT_MS, ...(open?.acting && { resident: open.acting.resident }) };
}

/** Hung up: what was entered and read back is cast where it can be a first ballot of which an SMS tells; else it is kept for a while. */
function hungUp({ step, callState, open }: Here): Interpretation {
  const kept = keeping(step, callState, open);
  const over: CallState = { call: callState.call, turn: callState.turn, at: step.at, isOver: true, silences: 0, misses: 0, ...(kept && { kept }) };
  const picks = callState.numbers?.picks ?? [];
  if (picks.length === 0 || open?.asked.expects !== 'numbers') return spoken({ says: [] }, over);
  const unsaid: Reply = step.isMobile
    ? { says: [{ key: 'notice.callKept', params: { picks: items(open, picks) } }], outcome: 'callKept' }
    : { says: [] };
  if (!step.isMobile || picks.length < open.asked.min) return spoken(unsaid, over);
  const { kept: _, ...cast } = over;
  return {
    meaning: { kind: 'answer', answer: { type: 'NUMBERS', numbers: [...picks] } },
    onlyFirst: true,
    finish: ({ reply }) =>
      isCast(reply) ? spoken(reply, cast) : reply.outcome === 'alreadyCast' ? spoken({ says: [] }, cast) : spoken(unsaid, over),
  };
}

/** Hung up instead of `#`: what was spoken is taken all the same, before or after the call's end is told of. */
function spokenLast({ step: { recording }, callState }: Here): Interpretation {
  const { asked: _, numbers: __, ...over } = callState;
  return {
    meaning: { kind: 'answer', answer: { type: 'FREE_TEXT', ...(recording !== undefined && { recording }) } },
    finish: () => spoken({ says: [] }, { ...over, turn: NEVER, isOver: true }),
  };
}

function silent(here: Here): Interpretation {
  const { step, callState, open } = here;
  const silences = callState.silences + 1;
  if ((callState.asked === 'afterCast' || callState.asked === 'after') && !step.isHashed)
    return spoken({ says: [{ key: 'voice.bye' }] }, { ...callState, silences });
  if (silences >= MOST_SILENCES) return spoken({ says: [{ key: 'voice.nobodyThere' }] }, { ...callState, silences });
  const still = { step, callState: { ...callState, silences }, open };
  if (!callState.asked && open?.asked.expects === 'freeText') return asks({ ...still, callState: { ...still.callState, asked: 'speakAgain' } }, []);
  return asks(still, [{ key: silences === 1 ? 'voice.stillThere' : 'voice.noHurry' }], silences === 1 ? 'Missed' : 'MissedAgain');
}

/** `#` alone: numbers are complete; where nothing was entered, the menu. */
function hashed(here: Here): Interpretation {
  const picks = here.callState.numbers?.picks ?? [];
  return picks.length > 0 ? done(here) : command(here, 'menu');
}

function keyed(here: Here, keys: string): Interpretation {
  const { callState, open } = here;
  if (keys === '#') return hashed(here);
  if (keys === '*') return here.step.isBeside ? asksSlowly(here) : command(here, 'repeat', true);
  const asked = callState.asked ? undefined : open?.asked;
  if (keys === '0' && !(asked?.expects === 'choice' && asked.options.some(({ number }) => number === 0))) return command(here, 'person');
  if (callState.asked) return keyedToOwn(here, callState.asked, keys);
  const answer = asked && answerIn(asked, keys);
  if (answer) return answered(here, answer);
  if (asked?.expects === 'numbers' && keys === '1') return asks(numbersAt(here, { picks: [] }, 'number'), []);
  if (asked?.expects === 'numbers' && keys === '2') return asks(numbersAt(here, { picks: [], reading: 0 }, 'project'), []);
  return meant(here, { kind: 'unknown' });
}

function answerIn(asked: Question, keys: string): Answer | undefined {
  const number = Number(keys);
  switch (asked.expects) {
    case 'choice':
      return asked.options.some((option) => option.number === number) ? { type: 'CHOSE', number } : undefined;
    case 'confirmation':
      return keys === '1' ? { type: 'YES' } : keys === '2' ? { type: 'NO' } : undefined;
    case 'code':
      return keys.length === asked.length && /^\d+$/.test(keys) ? { type: 'CODE', digits: keys } : undefined;
    default:
      return undefined;
  }
}

function keyedToOwn(here: Here, asked: Own, keys: string): Interpretation {
  switch (asked) {
    case 'number':
    case 'more':
    case 'enough':
      return numberKeyed(here, keys);
    case 'project':
    case 'listEnd':
      return readingKeyed(here, keys);
    case 'goOn':
      return goOnKeyed(here, keys);
    case 'speakAgain': {
      const { asked: _, ...callState } = here.callState;
      return keys === '1' ? asks({ ...here, callState }, []) : missed(here);
    }
    case 'afterCast':
      return keys === '2' ? command(here, 'vote') : missed(here);
    case 'after':
      return missed(here);
  }
}

function numberKeyed(here: Here, keys: string): Interpretation {
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

function readingKeyed(here: Here, keys: string): Interpretation {
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

/** One more pick: the last one allowed casts the ballot, any other is read back. */
function picked(here: Here, number: number, key: string): Interpretation {
  const { picks: before, reading, unsaid: unsaidBefore = [] } = numbersOf(here);
  const picks = [...before.filter((pick) => pick !== number), number];
  const unsaid = unsaidBefore.filter((pick) => pick !== number);
  if (picks.length >= most(here.open)) return cast(here, picks, unsaid);
  const at = { picks, last: number, unsaid, ...(reading !== undefined && { reading: reading + 1 }) };
  const own = reading === undefined ? (picks.length > 1 ? 'enough' : 'more') : reading + 1 < optionsOf(here.open).length ? 'project' : 'listEnd';
  return asks(numbersAt(here, at, own), [readBackOf(here, key, number)]);
}

/** Nothing more is to be picked. */
function done(here: Here): Interpretation {
  const { picks, unsaid = [] } = numbersOf(here);
  const min = here.open?.asked.expects === 'numbers' ? here.open.asked.min : 1;
  if (picks.length >= Math.max(1, min)) return cast(here, picks, unsaid);
  return asks(here, [{ key: 'voice.atLeast', params: { min: Math.max(1, min) } }]);
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

/** What is said of a ballot: by its titles only what was keyed in this call, of the rest how many. */
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

function goOnKeyed(here: Here, keys: string): Interpretation {
  const { kept, asked: _asked, ...callState } = here.callState;
  if (keys === '2') return asks({ ...here, callState }, []);
  if (keys !== '1' || !kept) return missed(here);
  const { last: _, ...before } = kept.numbers;
  const numbers = { ...before, unsaid: before.picks };
  const own = numbers.reading === undefined ? 'more' : numbers.reading < optionsOf(here.open).length ? 'project' : 'listEnd';
  return asks(numbersAt({ ...here, callState }, numbers, own), []);
}

/** Does not fit what this machine asked: asked again in other words, the third time a person is told. */
function missed(here: Here, why: Statement = { key: 'voice.notUnderstood' }): Interpretation {
  const misses = here.callState.misses + 1;
  if (misses >= MOST_MISSES) return command(here, 'person');
  return asks({ ...here, callState: { ...here.callState, misses } }, [why], misses === 1 ? 'Missed' : 'MissedAgain');
}

function numbersAt(here: Here, numbers: Numbers, asked: Own): Here {
  return { ...here, callState: { ...here.callState, numbers, asked, misses: 0 } };
}

function answered(here: Here, answer: Answer): Interpretation {
  return meant(here, { kind: 'answer', answer });
}

function command(here: Here, name: 'menu' | 'vote' | 'person' | 'repeat', isSlow?: true): Interpretation {
  return name === 'repeat'
    ? {
        meaning: { kind: 'command', command: { name } },
        finish: ({ reply, open }) =>
          reply.asks || !open ? spoken({ ...reply, ...(isSlow && { isSlow }) }, here.callState) : passesOn({ ...here, open }, reply),
      }
    : meant(here, { kind: 'command', command: { name } });
}

/** For the flows: what they answer is asked for, and what this machine had asked is done with; a person on the line loses nobody their picks. */
function meant({ step, callState: before, open: stood }: Here, meaning: Meaning): Interpretation {
  const { asked: _, numbers: __, ...rest } = before;
  const isForPerson = meaning.kind === 'command' && meaning.command.name === 'person';
  const kept = isForPerson ? keeping(before, before, stood) : rest.kept;
  const callState: CallState = { ...rest, silences: 0, misses: 0, ...(kept && { kept }) };
  return {
    meaning,
    finish: ({ reply, open }) => {
      const here: Here = { step, callState, open };
      if (open && !reply.asks) return asksAgain(here, open, reply);
      if (open)
        return isKept(callState.kept, open) ? passesOn({ ...here, callState: { ...callState, asked: 'goOn' } }, reply) : spoken(reply, callState);
      const own = isCast(reply) ? 'afterCast' : 'after';
      const bySms = own === 'afterCast' && step.isMobile ? [{ key: 'voice.receiptBySms' }] : [];
      const { kept: ___, ...done } = callState;
      return passesOn({ ...here, callState: { ...(isForPerson ? callState : done), asked: own } }, { ...reply, says: [...reply.says, ...bySms] });
    },
  };
}

/** A flow that answered in passing, or did not understand: on the phone the open question has to be heard again. */
function asksAgain(here: Here, open: OpenFlow, reply: Reply): Spoken {
  if (reply.outcome !== 'notUnderstood') return passesOn(here, reply);
  return asks(here, [{ key: 'voice.notUnderstood' }], open.misses === 1 ? 'Missed' : 'MissedAgain');
}

/** Says what a flow said, and asks what stands. */
function passesOn(here: Here, { says, outcome }: Reply): Spoken {
  const { reply, ...told } = asks(here, says);
  return { ...told, reply: { ...reply, ...(outcome && { outcome }) } };
}

/** Says something and asks what stands: this machine's own question, else the flow's, in its own words or in others. */
function asks({ callState, open }: Here, says: readonly Statement[], how = ''): Spoken {
  const asked = callState.asked ? own(callState.asked, callState, open) : open?.asked;
  return spoken({ says, ...(asked && { asks: { ...asked, key: `${asked.key}${how}` } }) }, callState);
}

function asksSlowly(here: Here): Spoken {
  const { reply, ...asked } = asks(here, []);
  return { ...asked, reply: { ...reply, isSlow: true } };
}

function own(asked: Own, { numbers }: CallState, open: OpenFlow | undefined): Question {
  const project = optionsOf(open)[numbers?.reading ?? 0];
  const params = asked === 'project' && project ? { number: project.number, label: project.label, cost: project.cost } : {};
  if (asked === 'number' || asked === 'more' || asked === 'enough') return { key: `voice.${asked}`, expects: 'numbers', options: [], min: 0, max: 0 };
  return { key: `voice.${asked}`, params, expects: 'choice', options: [] };
}

function spoken(reply: Reply, callState: CallState | undefined): Spoken {
  return { reply, ...(callState && { callState: JSON.stringify(callState) }) };
}

function isKept(kept: Kept | undefined, { role, asked, acting }: OpenFlow): kept is Kept {
  return kept !== undefined && role === 'vote' && asked.expects === 'numbers' && acting?.resident === kept.resident;
}

function isCast({ outcome }: Reply): boolean {
  return outcome === 'cast' || outcome === 'changed';
}

function numbersOf({ callState: { numbers = { picks: [] } } }: Here): Numbers {
  return numbers;
}

function readBackOf({ open }: Here, key: string, number: number): Statement {
  return { key, params: { picks: items(open, [number]) } };
}

function items(open: OpenFlow | undefined, picks: readonly number[]): Option[] {
  const options = optionsOf(open);
  return picks.flatMap((pick) => options.filter(({ number }) => number === pick));
}

function optionsOf(open: OpenFlow | undefined): readonly Option[] {
  return open?.asked.expects === 'numbers' ? open.asked.options : [];
}

function most(open: OpenFlow | undefined): number {
  return open?.asked.expects === 'numbers' ? open.asked.max : 1;
}
