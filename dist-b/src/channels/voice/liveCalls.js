import { interpret, keeps, readBack } from './interpret.js';
/** A call is live for so long after its last step: no step comes during a recording of two minutes, and the prompt before it. */
const LIVE_MS = 3 * 60 * 1000;
/** How many inbound calls of one number may go on beside another one. */
const MOST_BESIDE = 7;
/**
 * What a step means in its own call. A number can be forged, so it is only a claim: while one call of it goes on, a further call begins
 * with nothing of what the first holds, and both go on. Only a call that is over, or silent for long, can be continued by another.
 */
export function interpretInCall(step) {
    return (before) => {
        const calls = callsIn(before);
        const begins = step.turn === 0 && !step.isOver;
        const mine = begins ? cutOff(calls, step) : calls.find(({ call }) => call === step.call);
        if (!mine && !begins)
            return { reply: { says: [] }, ...(before.callState && { callState: before.callState }) };
        const others = calls.filter((one) => one.call !== step.call && (!begins || isLive(one, step)));
        const kept = begins ? withoutTooMany(others) : others;
        const isBeside = mine !== calls[0];
        const interpretation = interpret({ ...step, isBeside })(mine ? { callState: mine.callState, ...(mine.open && { open: mine.open }) } : {});
        const isPlaced = step.isPlaced;
        const isOver = step.isOver || (!begins && mine?.isOver);
        const together = ({ callState, ...told }) => {
            const one = callState && { call: step.call, at: step.at, ...(isOver && { isOver }), ...(isPlaced && { isPlaced }), callState };
            return { ...told, callState: JSON.stringify([...(one ? [one] : []), ...kept]) };
        };
        const stands = isBeside && { ...(mine?.open && { open: mine.open }) };
        if (!('meaning' in interpretation))
            return { ...together(interpretation), ...(stands && { stands }) };
        return { ...interpretation, finish: (result) => together(interpretation.finish(result)), ...(stands && { stands }) };
    };
}
/** What the last step of this call read back, to say it again. */
export function readBackInCall({ call }) {
    return (before) => {
        const mine = callsIn(before).find((one) => one.call === call);
        return mine && readBack(mine);
    };
}
/** The calls of a number; the call of the last turn comes first. */
function callsIn({ open, callState }) {
    const [last, ...others] = callState === undefined ? [] : JSON.parse(callState);
    return last ? [{ ...last, ...(open && { open }) }, ...others] : [];
}
/** The call to go on with if there is one, else the last call that is over. */
function cutOff(calls, step) {
    const past = calls.filter((one) => one.call === step.call || !isLive(one, step));
    return past.find((one) => keeps(one, step)) ?? past[0];
}
function isLive({ at, isOver }, step) {
    return !isOver && step.at - at < LIVE_MS;
}
/** The calls without one that is too many. An inbound call that holds nothing goes before one that holds something, the oldest first. */
function withoutTooMany(others) {
    const inbound = others.filter(({ isPlaced }) => !isPlaced);
    if (inbound.length <= MOST_BESIDE)
        return others;
    const gone = inbound.findLast(({ open }) => !open || open.asked.expects === 'choice') ?? inbound.at(-1);
    return others.filter((one) => one !== gone);
}
