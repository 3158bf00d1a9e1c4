import { interpret } from '../../src/channels/voice/interpret.ts';
import type { Step } from '../../src/channels/voice/step.ts';
import type { Interpretation, Spoken } from '../../src/dialog/input.ts';
import type { OpenFlow } from '../../src/dialog/openFlow.ts';
import type { Question, Reply } from '../../src/dialog/question.ts';
import { ballotOf, type Names } from './samples.ts';

const CALL: Step = { call: 'one', turn: 0, keys: '', isHashed: false, isOver: false, isMobile: true, at: 0 };
/** What may come while a number is asked for: silence, one key, a number, one that is none, `#` alone. */
const ENTRIES: readonly Partial<Step>[] = [
  {},
  { isHashed: true },
  ...['1', '2', '3', '9'].map((keys) => ({ keys })),
  ...['3', '7', '99'].map((keys) => ({ keys, isHashed: true })),
];

/** What is open where the vote asks this. */
function asking(asked: Question): OpenFlow {
  return { flow: 'vote', role: 'vote', version: '1', snapshot: { status: 'active', output: undefined, error: undefined }, asked, misses: 0 };
}

/** What the phone says to a reply of a flow. */
export function spoken(reply: Reply): Reply {
  const begun = interpret(CALL)({});
  if (!('meaning' in begun)) throw new Error('a call begins with a command');
  return begun.finish({ reply, ...(reply.asks && { open: asking(reply.asks) }) }).reply;
}

/** Everything that the phone says by itself while a ballot is keyed in, read or gone on with. */
export function keying(names: Names): Reply[] {
  const asked: Question = { key: 'vote.pick', params: {}, expects: 'numbers', options: ballotOf(10, names), min: 2, max: 3 };
  const open = { ...asking(asked), acting: { resident: 'one', withCard: false } };
  const said: Reply[] = [];
  const seen = new Set<string>();
  const follow = (callState: string | undefined, given: Partial<Step>) => {
    const turn = callState === undefined ? 0 : JSON.parse(callState).turn;
    const told = toldOf(interpret({ ...CALL, turn, ...given })({ open, ...(callState !== undefined && { callState }) }), open);
    const state = JSON.stringify({ ...JSON.parse(told.callState ?? '{}'), turn: 0 });
    if (seen.has(state + JSON.stringify(told.reply.says))) return;
    seen.add(state + JSON.stringify(told.reply.says));
    said.push(told.reply);
    if (told.reply.asks && told.callState) for (const next of ENTRIES) follow(told.callState, next);
    if (told.callState && seen.size < MOST) follow(told.callState, { call: 'another', turn: 0 });
  };
  follow(undefined, {});
  return said;
}

const MOST = 3_000;

/** Whatever is for the flow, the ballot is asked for again. */
function toldOf(heard: Interpretation, open: OpenFlow): Spoken {
  return 'meaning' in heard ? heard.finish({ reply: { says: [], asks: open.asked }, open }) : heard;
}
