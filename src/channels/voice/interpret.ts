import type { Before, Interpret, Interpretation, Spoken, Understood } from '../../dialog/input.ts';
import type { Answer, Option, Question, Reply } from '../../dialog/question.ts';
import { type CallState, type Here, items, type Kept, keeping, keptOf, type Own, type Step } from './callState.ts';
import { heardAs } from './heardAs.ts';
import { listening } from './listening.ts';
import { goOnKeyed, hashed, numberKeyed, numbersAt, read, readingKeyed } from './numberKeys.ts';
import { answered, asks, command, isCast, meant, missed, repeat, spoken, tellingOnce } from './stepReply.ts';

const MOST_SILENCES = 3;
/** No further step is expected. */
const NEVER = -1;

/**
 * What a step of a call means. A question for numbers takes several steps: this machine asks by itself until the last key, and the flow
 * sees one answer. Everything else is a key that answers the open question, or a command.
 */
export function interpret(step: Step): Interpret {
  return (before, understood) => listening(tellingOnce(meaningOf(step, before, understood), before.open), before.open);
}

function meaningOf(step: Step, { open, callState: stored }: Before, understood: Understood): Interpretation {
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
  if (step.heard) return heardAs(here, step.heard, understood);
  if (step.keys === '') return step.isHashed ? hashed(here) : silent(here);
  const wasAskedAgain = callState.silences > 0; // "are you still there" was the last that was said
  return keyed({ ...here, callState: { ...here.callState, silences: 0 } }, step.keys, wasAskedAgain);
}

/** What the last step read back, to say it again. */
export function readBack({ open, callState: stored }: Before): readonly Option[] | undefined {
  const callState: CallState | undefined = stored === undefined ? undefined : JSON.parse(stored);
  const said = items(open, callState?.numbers?.last ?? []);
  return said.length > 0 ? said : undefined;
}

/** Whether something of a call is kept, with which another call can go on. */
export function keeps({ open, callState }: Before, step: Step): boolean {
  return callState !== undefined && keptOf(step, JSON.parse(callState), open) !== undefined;
}

/** A call begins. If the call before was cut off, it begins with the vote, which shows who this is; else with the menu. */
function begun(step: Step, kept: Kept | undefined): Interpretation {
  const callState: CallState = {
    call: step.call,
    turn: 1,
    at: step.at,
    silences: 0,
    misses: 0,
    ...(step.hears && { hears: true }),
    ...(kept && { kept }),
  };
  return command({ step, callState, open: undefined }, kept ? 'vote' : 'menu');
}

/**
 * The caller hung up. What was keyed in and read back is cast, if it can be a first ballot and an SMS can report it; else it is kept for
 * a while.
 */
function hungUp({ step, callState, open }: Here): Interpretation {
  const kept = keeping(step, callState, open);
  const over: CallState = { call: callState.call, turn: callState.turn, at: step.at, isOver: true, silences: 0, misses: 0, ...(kept && { kept }) };
  const picks = callState.numbers?.picks ?? [];
  if (picks.length === 0 || open?.asked.expects !== 'numbers') return spoken({ says: [] }, over);
  const left = Math.max(0, open.asked.min - picks.length);
  const unsaid: Reply = step.isMobile
    ? { says: [{ key: 'notice.callKept', params: { picks: items(open, picks), left } }], outcome: 'callKept' }
    : { says: [] };
  if (!step.isMobile || left > 0) return spoken(unsaid, over);
  const { kept: _, ...cast } = over;
  return {
    meaning: { kind: 'answer', answer: { type: 'NUMBERS', numbers: [...picks] } },
    onlyFirst: true,
    finish: ({ reply }) =>
      isCast(reply) ? spoken(reply, cast) : reply.outcome === 'alreadyCast' ? spoken({ says: [] }, cast) : spoken(unsaid, over),
  };
}

/**
 * The caller hung up instead of pressing `#`. What was spoken is still taken, whether it arrives before or after the report that the call
 * is over.
 */
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

function keyed(here: Here, keys: string, wasAskedAgain: boolean): Interpretation {
  const { callState, open } = here;
  if (keys === '#') return hashed(here);
  if (keys === '*') return here.step.isBeside || wasAskedAgain ? asksSlowly(here) : repeat(here);
  const asked = callState.asked ? undefined : open?.asked;
  if (keys === '0' && !(asked?.expects === 'choice' && asked.options.some(({ number }) => number === 0))) return command(here, 'person');
  if (callState.asked) return keyedToOwn(here, callState.asked, keys);
  const answer = asked && answerIn(asked, keys);
  if (answer) return answered(here, answer);
  if (asked?.expects === 'numbers' && keys === '1') return asks(numbersAt(here, { picks: [] }, 'number'), []);
  if (asked?.expects === 'numbers' && keys === '2') return read(here);
  if (keys === OTHER_LANGUAGE && open?.role === 'menu')
    return meant(here, { kind: 'command', command: { name: callState.speaks?.startsWith('en') ? 'mandarin' : 'english' } });
  return meant(here, { kind: 'unknown' });
}

/** The key under which the menu offers the other language, in that language. */
const OTHER_LANGUAGE = '8';

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
    case 'last':
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
      return keys === '2' ? choosesAgain(here) : missed(here);
    case 'after':
      return missed(here);
  }
}

/** Whoever wants to change a ballot keys the new number at once; what was cast stands until then. */
function choosesAgain(here: Here): Interpretation {
  const heard = command(here, 'vote', [{ key: 'voice.stillCounts' }]);
  if (!('meaning' in heard)) return heard;
  const finish: typeof heard.finish = (result) => {
    const { open, reply } = result;
    if (open?.asked.expects !== 'numbers') return heard.finish(result);
    return asks(numbersAt({ ...here, open, callState: { ...here.callState, silences: 0 } }, { picks: [] }, 'number'), [
      { key: 'voice.stillCounts' },
      ...reply.says,
    ]);
  };
  return { ...heard, finish };
}

function asksSlowly(here: Here): Spoken {
  const { reply, ...asked } = asks(here, []);
  return { ...asked, reply: { ...reply, isSlow: true } };
}
