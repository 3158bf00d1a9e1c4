const KEPT_MS = 15 * 60 * 1000;
/** What a call left with which this step can go on; undefined if there is nothing, or it is too old. */
export function keptOf({ at }, callState, open) {
    const kept = callState && !callState.isOver ? keeping(callState, callState, open) : callState?.kept;
    return kept && kept.until > at ? kept : undefined;
}
/** What is kept of a call if it is cut off at `at`, in milliseconds since the epoch. */
export function keeping({ at }, { numbers, kept }, open) {
    if (!numbers || (numbers.picks.length === 0 && !numbers.reading))
        return kept;
    return { numbers, until: at + KEPT_MS, ...(open?.acting && { resident: open.acting.resident }) };
}
/** How far the caller has come with the numbers; no picks if there is no such question yet. */
export function numbersOf({ callState: { numbers = { picks: [] } } }) {
    return numbers;
}
/** The options with these numbers, in the order of the picks. */
export function items(open, picks) {
    const options = optionsOf(open);
    return picks.flatMap((pick) => options.filter(({ number }) => number === pick));
}
/** How many more projects may be picked. */
export function leftOf(open, picks) {
    return (open?.asked.expects === 'numbers' ? open.asked.max : 1) - picks.length;
}
/** What can be picked in the open question for numbers; empty if another question is open. */
export function optionsOf(open) {
    return open?.asked.expects === 'numbers' ? open.asked.options : [];
}
