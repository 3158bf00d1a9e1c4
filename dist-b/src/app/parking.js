/** For how long a carrier is parked if it does not say. */
const PARKED_MS = 5 * 60_000;
/**
 * Parks a carrier on a channel: once it refuses for what no message gets past (`parks`), nothing more goes out by any of the ways that are given to
 * this, and the log says so once. After the time one message tries it; the others wait for what becomes of that.
 */
export function parking(what, { world, log, parked: note }) {
    let parked;
    return (way) => async (message) => {
        const now = world.now().getTime();
        if (parked && now < parked.until)
            return { ...parked.sent, afterMs: parked.until - now };
        if (parked)
            parked = { ...parked, until: now + PARKED_MS };
        const sent = await way(message);
        if (sent.state === 'refused' && sent.parks) {
            const afterMs = sent.afterMs ?? PARKED_MS;
            if (!parked)
                log.error({ channel: what.channel, code: `parked.${what.carrier}.${sent.reason}` }, 'A carrier takes no messages: see its balance, its limits and its settings');
            parked = { until: world.now().getTime() + afterMs, sent };
            note(what, true);
            return { ...sent, afterMs };
        }
        if (parked)
            note(what, false);
        parked = undefined;
        return sent;
    };
}
