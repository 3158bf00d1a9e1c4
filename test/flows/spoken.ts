import { ballotOf, type Names } from '../../scripts/flows/samples.ts';
import type { CallState, Step } from '../../src/channels/voice/callState.ts';
import { interpret } from '../../src/channels/voice/interpret.ts';
import type { Interpretation, Spoken } from '../../src/dialog/input.ts';
import type { OpenFlow } from '../../src/dialog/openFlow.ts';
import type { Question, Reply } from '../../src/dialog/question.ts';
import { NOTHING_UNDERSTOOD } from '../support/nothingUnderstood.ts';

const CALL: Step = { call: 'one', turn: 0, keys: '', isHashed: false, isOver: false, isMobile: true, at: 0 };
/** Inputs while a number is asked for: silence, one key, a number, one that is no number, `#` alone. */
const ENTRIES: readonly Partial<Step>[] = [
  {},
  { isHashed: true },
  ...['1', '2', '3', '9'].map((keys) => ({ keys })),
  ...['3', '7', '37', '99'].map((keys) => ({ keys, isHashed: true })),
];

const ON_BALLOT = [1, 2, 3, 7];

/** The flow that is open if the vote asks this question. */
function asking(asked: Question): OpenFlow {
  return { flow: 'vote', role: 'vote', version: '1', snapshot: { status: 'active', output: undefined, error: undefined }, asked, misses: 0 };
}

/** The words of the phone for a reply of a flow. */
export function spoken(reply: Reply): Reply {
  const begun = interpret(CALL)({}, NOTHING_UNDERSTOOD);
  if (!('meaning' in begun)) throw new Error('a call begins with a command');
  return begun.finish({ reply, ...(reply.asks && { open: asking(reply.asks) }) }).reply;
}

/** Everything that the phone says by itself while a ballot is keyed in, read or gone on with. */
export function keying(names: Names): Reply[] {
  const options = ballotOf(10, names).flatMap((option) => (ON_BALLOT.includes(option.number) ? [{ ...option, detail: names.text }] : []));
  const asked: Question = { key: 'vote.pick', params: { closesAt: '2026-12-15T12:00:00.000Z' }, expects: 'numbers', options, min: 2, max: 3 };
  const open = { ...asking(asked), acting: { resident: 'one', withCard: false } };
  const said: Reply[] = [];
  const seen = new Set<string>();
  const follow = (callState: string | undefined, given: Partial<Step>) => {
    const turn = callState === undefined ? 0 : JSON.parse(callState).turn;
    const told = toldOf(interpret({ ...CALL, turn, ...given })({ open, ...(callState !== undefined && { callState }) }, NOTHING_UNDERSTOOD), open);
    const state = placeOf(told.callState);
    const here = [state, ...told.reply.says.map(({ key }) => key)].join('\n');
    if (seen.has(here)) return;
    seen.add(here);
    said.push(told.reply);
    if (told.reply.asks && told.callState) for (const next of ENTRIES) follow(told.callState, next);
    if (told.callState && seen.size < MOST) follow(told.callState, { call: 'another', turn: 0 });
  };
  follow(undefined, {});
  return said;
}

const MOST = 3_000;

/** The part of a call's state that decides how the call goes on, without texts that are said once or repeated. */
function placeOf(callState = '{}'): string {
  const { numbers, ...state }: Partial<CallState> = JSON.parse(callState);
  const picks = numbers?.picks.toSorted((one, other) => one - other);
  return JSON.stringify({ ...state, numbers: { ...numbers, picks, last: [] }, told: [], turn: 0 });
}

/** Whichever answer the flow gets, the ballot is asked for again. */
function toldOf(heard: Interpretation, open: OpenFlow): Spoken {
  return 'meaning' in heard ? heard.finish({ reply: { says: [], asks: open.asked }, open }) : heard;
}
