import type { Flowed, Interpretation, Spoken } from '../../dialog/input.ts';
import type { OpenFlow } from '../../dialog/openFlow.ts';
import type { Answer, Option, Params, Question, Reply, Statement } from '../../dialog/question.ts';
import type { Meaning } from '../../dialog/understand/commandIn.ts';
import { type CallState, type Here, type Hint, type Kept, keeping, leftOf, type Own, optionsOf } from './callState.ts';
import { spokenDetail } from './speech.ts';

const MOST_MISSES = 3;

/**
 * A step that means something for the flows. Their question takes the place of what this machine had asked. If the caller asks for a
 * person, their picks are kept.
 */
export function meant({ step, callState: before, open: stood }: Here, meaning: Meaning): Interpretation {
  const { asked: _, numbers: __, ...rest } = before;
  const isForPerson = meaning.kind === 'command' && meaning.command.name === 'person';
  const kept = isForPerson ? keeping(before, before, stood) : rest.kept;
  const begun: CallState = { ...rest, silences: 0, misses: 0, ...(kept && { kept }) };
  return {
    meaning,
    finish: ({ reply, open, language }) => {
      const callState: CallState = { ...begun, ...(language && { speaks: language }) };
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

/** An answer for the flow that asked. */
export function answered(here: Here, answer: Answer): Interpretation {
  return meant(here, { kind: 'answer', answer });
}

/** What is answered in passing: what was keyed until now stays, and the question that stands is asked again. */
export function aside(here: Here, meaning: Meaning): Interpretation {
  const interpretation = meant(here, meaning);
  if (!('meaning' in interpretation)) return interpretation;
  return {
    ...interpretation,
    finish: (result) =>
      result.open && result.open.flow === here.open?.flow ? passesOn({ ...here, open: result.open }, result.reply) : interpretation.finish(result),
  };
}

/** A command, before whose answer something may be said. */
export function command(here: Here, name: 'menu' | 'vote' | 'person', first: readonly Statement[] = []): Interpretation {
  const interpretation = meant(here, { kind: 'command', command: { name } });
  if (first.length === 0 || !('meaning' in interpretation)) return interpretation;
  return {
    ...interpretation,
    finish: (result) => {
      const { reply, ...told } = interpretation.finish(result);
      return { ...told, reply: { ...reply, says: [...first, ...reply.says] } };
    },
  };
}

/** The last answer again, slowly; what this machine had asked stands. */
export function repeat(here: Here): Interpretation {
  return {
    meaning: { kind: 'command', command: { name: 'repeat' } },
    finish: ({ reply, open }) => (reply.asks || !open ? spoken({ ...reply, isSlow: true }, here.callState) : passesOn({ ...here, open }, reply)),
  };
}

/** Something came that does not fit what this machine asked. It is asked again in other words; the third time, a person is offered, and nobody is called unasked. */
export function missed(here: Here, why: Statement = { key: 'voice.notUnderstood' }): Interpretation {
  const misses = Math.min(here.callState.misses + 1, MOST_MISSES);
  const says = misses === MOST_MISSES ? [why, OFFERED] : [why];
  return asks({ ...here, callState: { ...here.callState, misses } }, says, misses === 1 ? 'Missed' : 'MissedAgain');
}

const OFFERED: Statement = { key: 'voice.offerPerson' };

/** Says something and asks the question that stands: this machine's own, else the flow's, in its own words or in others. */
export function asks({ callState, open }: Here, says: readonly Statement[], how = ''): Spoken {
  const asked = callState.asked ? own(callState.asked, callState, open) : open?.asked;
  return spoken({ says, ...(asked && { asks: { ...asked, key: `${asked.key}${how}` } }) }, callState);
}

/** Says what a flow said, and asks the question that stands. */
function passesOn(here: Here, { says, outcome }: Reply): Spoken {
  const { reply, ...told } = asks(here, says);
  return { ...told, reply: { ...reply, ...(outcome && { outcome }) } };
}

/** A reply without the flows, with the call state for the next step. */
export function spoken(reply: Reply, callState: CallState | undefined): Spoken {
  return { reply, ...(callState && { callState: JSON.stringify(callState) }) };
}

/** After a flow answered in passing, or did not understand: on the phone the open question has to be heard again. */
function asksAgain(here: Here, open: OpenFlow, reply: Reply): Spoken {
  if (reply.outcome !== 'notUnderstood') return passesOn(here, reply);
  const { keys } = here.step;
  const why = open.asked.expects === 'choice' && /^\d$/.test(keys) ? { key: 'voice.noSuchKey', params: { keys } } : { key: 'voice.notUnderstood' };
  return asks(here, open.misses >= MOST_MISSES ? [why, OFFERED] : [why], open.misses === 1 ? 'Missed' : 'MissedAgain');
}

function isKept(kept: Kept | undefined, { role, asked, acting }: OpenFlow): kept is Kept {
  return kept !== undefined && role === 'vote' && asked.expects === 'numbers' && acting?.resident === kept.resident;
}

/** Whether a ballot was cast with this reply. */
export function isCast({ outcome }: Reply): boolean {
  return outcome === 'cast' || outcome === 'changed';
}

function own(asked: Own, { numbers }: CallState, open: OpenFlow | undefined): Question {
  const { picks = [], reading = 0 } = numbers ?? {};
  const isNumber = { expects: 'numbers', options: [], min: 0, max: 0 } as const;
  switch (asked) {
    case 'more':
      return { key: 'voice.more', params: { left: leftOf(open, picks) }, ...isNumber };
    case 'number':
    case 'last':
      return { key: `voice.${asked}`, ...isNumber };
    case 'project':
      return { key: 'voice.project', params: project(optionsOf(open)[reading]), expects: 'choice', options: [] };
    case 'listEnd':
      return { key: picks.length > 0 ? 'voice.listEnd' : 'voice.listEndNone', expects: 'choice', options: [] };
    default:
      return { key: `voice.${asked}`, expects: 'choice', options: [] };
  }
}

function project(option: Option | undefined): Params {
  if (!option) return {};
  const { number, label, cost, detail = '' } = option;
  return { number, label, cost, detail: spokenDetail(detail) };
}

/**
 * Adds what a caller has to know once in a call, and once more in another language: how many projects and until when, before they choose;
 * where the hash key is, as it is named.
 */
export function tellingOnce(interpretation: Interpretation, open: OpenFlow | undefined): Interpretation {
  if (!('meaning' in interpretation)) return { ...interpretation, ...telling(interpretation, { open }) };
  return { ...interpretation, finish: (result) => telling(interpretation.finish(result), result) };
}

function telling(spoken: Spoken, { open, language: now }: Partial<Flowed>): Spoken {
  const { reply, callState: stored } = spoken;
  if (stored === undefined || !reply.asks) return spoken;
  const callState: CallState = JSON.parse(stored);
  const language = now ?? callState.language;
  const isOther = callState.language !== undefined && language !== callState.language;
  const told = isOther ? [] : (callState.told ?? []);
  const news = NEWS.filter(([what]) => !told.includes(what)).flatMap(([what, saying]) => {
    const says = saying(reply, callState, open);
    return says.length > 0 ? [{ what, says }] : [];
  });
  if (news.length === 0) return spoken;
  const after: CallState = { ...callState, told: [...told, ...news.map(({ what }) => what)], ...(language && { language }) };
  return { ...spoken, reply: { ...reply, says: [...reply.says, ...news.flatMap(({ says }) => says)] }, callState: JSON.stringify(after) };
}

type Saying = (reply: Reply, callState: CallState, open: OpenFlow | undefined) => readonly Statement[];
const NEWS: readonly (readonly [Hint, Saying])[] = [
  ['limits', limits],
  ['hash', hash],
];

function limits(_: Reply, { asked: own }: CallState, open: OpenFlow | undefined): readonly Statement[] {
  const asked = open?.asked;
  const closesAt = asked?.params?.closesAt;
  if (own || asked?.expects !== 'numbers' || closesAt === undefined) return [];
  const upTo = asked.max > 1 ? { key: 'voice.upTo', params: { max: asked.max } } : { key: 'voice.upToOne' };
  return [upTo, { key: 'voice.until', params: { closesAt } }];
}

function hash({ asks }: Reply, callState: CallState): readonly Statement[] {
  return asks?.expects === 'freeText' || namesHash(callState) ? [{ key: 'voice.whereHash' }] : [];
}

/** Whether what this machine asks names the hash key. A project that is read does so once one is picked, or if it is asked again. */
function namesHash({ asked, numbers, misses, silences }: CallState): boolean {
  if (asked === undefined || asked === 'goOn') return false;
  return asked !== 'project' || (numbers?.picks.length ?? 0) > 0 || misses + silences > 0;
}
