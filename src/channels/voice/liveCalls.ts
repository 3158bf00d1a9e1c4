import type { Before, Interpret, Interpretation, Spoken } from '../../dialog/input.ts';
import type { OpenFlow } from '../../dialog/openFlow.ts';
import type { Option } from '../../dialog/question.ts';
import type { Step } from './callState.ts';
import { interpret, keeps, readBack } from './interpret.ts';

/** A call of a number, as its last step left it. */
interface OneCall {
  readonly call: string;
  /** When its last step came, in milliseconds since the epoch. */
  readonly at: number;
  readonly isOver?: true;
  readonly isPlaced?: true;
  readonly callState: string;
  /** What is open in it; for the call of the last turn, the conversation has it. */
  readonly open?: OpenFlow;
}

/** A call is live for so long after its last step: no step comes during a recording of two minutes, and the prompt before it. */
const LIVE_MS = 3 * 60 * 1000;
/** How many inbound calls of one number may go on beside another one. */
const MOST_BESIDE = 7;

/**
 * What a step means in its own call. A number can be forged, so it is only a claim: while one call of it goes on, a further call begins
 * with nothing of what the first holds, and both go on. Only a call that is over, or silent for long, can be continued by another.
 */
export function interpretInCall(step: Step): Interpret {
  return (before, understood) => {
    const calls = callsIn(before);
    const begins = step.turn === 0 && !step.isOver;
    const mine = begins ? cutOff(calls, step) : calls.find(({ call }) => call === step.call);
    if (!mine && !begins) return { reply: { says: [] }, ...(before.callState && { callState: before.callState }) };
    const others = calls.filter((one) => one.call !== step.call && (!begins || isLive(one, step)));
    const kept = begins ? withoutTooMany(others) : others;
    const isBeside = mine !== calls[0];
    const inIt: Before = mine ? { callState: mine.callState, ...(mine.open && { open: mine.open }) } : {};
    const interpretation: Interpretation = interpret({ ...step, isBeside })(inIt, understood);
    const isPlaced = step.isPlaced;
    const isOver = step.isOver || (!begins && mine?.isOver);
    const together = ({ callState, ...told }: Spoken): Spoken => {
      const one = callState && { call: step.call, at: step.at, ...(isOver && { isOver }), ...(isPlaced && { isPlaced }), callState };
      return { ...told, callState: JSON.stringify([...(one ? [one] : []), ...kept]) };
    };
    const stands = isBeside && { ...(mine?.open && { open: mine.open }) };
    if (!('meaning' in interpretation)) return { ...together(interpretation), ...(stands && { stands }) };
    return { ...interpretation, finish: (result) => together(interpretation.finish(result)), ...(stands && { stands }) };
  };
}

/** What the last step of this call read back, to say it again. */
export function readBackInCall({ call }: Step): (before: Before) => readonly Option[] | undefined {
  return (before) => {
    const mine = callsIn(before).find((one) => one.call === call);
    return mine && readBack(mine);
  };
}

/** The calls of a number; the call of the last turn comes first. */
function callsIn({ open, callState }: Before): readonly OneCall[] {
  const [last, ...others]: readonly OneCall[] = callState === undefined ? [] : JSON.parse(callState);
  return last ? [{ ...last, ...(open && { open }) }, ...others] : [];
}

/** The call to go on with if there is one, else the last call that is over. */
function cutOff(calls: readonly OneCall[], step: Step): OneCall | undefined {
  const past = calls.filter((one) => one.call === step.call || !isLive(one, step));
  return past.find((one) => keeps(one, step)) ?? past[0];
}

function isLive({ at, isOver }: OneCall, step: Step): boolean {
  return !isOver && step.at - at < LIVE_MS;
}

/** The calls without one that is too many. An inbound call that holds nothing goes before one that holds something, the oldest first. */
function withoutTooMany(others: readonly OneCall[]): readonly OneCall[] {
  const inbound = others.filter(({ isPlaced }) => !isPlaced);
  if (inbound.length <= MOST_BESIDE) return others;
  const gone = inbound.findLast(({ open }) => !open || open.asked.expects === 'choice') ?? inbound.at(-1);
  return others.filter((one) => one !== gone);
}
