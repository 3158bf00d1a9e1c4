/** Compares what is counted at the closing with what was received and marked. Pure: a page checks with it while the numbers are typed. */
export function reconcile(received, marks, { handedOut, spoiled, left }) {
    return { slips: received - handedOut - spoiled - left, marks: handedOut - marks };
}
