import { conversationId } from './conversation.js';
import { takeTurn } from './takeTurn.js';
import { deadlinePassed } from './turn.js';
/**
 * The dialog: one message in, one answer out, whatever happens and before the deadline.
 * Turns of one address are taken one after the other. A turn whose deadline has passed does not hold up others; its commit then shows
 * that it was overtaken. If the database is away or the deadline passes, the answer is an apology. It says either that nothing was
 * recorded or that it is not known yet (the same message sent again counts once).
 */
export function dialog(deps) {
    const inTurn = addressQueue();
    return async (inbound) => {
        const progress = { began: () => false };
        const timer = new Timer(inbound.deadline - deps.world.now().getTime());
        try {
            const id = conversationId(deps.world.vault, inbound);
            const taken = inTurn(id, () => Promise.race([inTime(deps, inbound, id, progress), timer.passed]));
            return await Promise.race([taken, timer.passed]);
        }
        catch (error) {
            deps.report(error);
            return apology(progress);
        }
        finally {
            timer.stop();
        }
    };
}
async function inTime(deps, inbound, id, progress) {
    if (deps.world.now().getTime() >= inbound.deadline)
        throw deadlinePassed();
    const community = await deps.communityOf(inbound.to);
    if (!community)
        return nowhere(await deps.departed(inbound.to));
    progress.community = community;
    const taken = await takeTurn(deps, inbound, { id, community }, (turn) => {
        const hadBegun = progress.began();
        progress.began = () => hadBegun || turn.began;
        progress.language = turn.language;
    });
    return { ...taken, community };
}
function nowhere(departed) {
    const key = departed ? (departed.arrivedAt ? 'moved' : 'moving') : 'otherNumber';
    return { reply: { says: [{ key: `common.${key}` }] }, language: departed?.community.language ?? 'zh-CN', outcome: 'elsewhere' };
}
function apology({ community, language, began }) {
    const outcome = began() ? 'notKnown' : 'nothingRecorded';
    return {
        reply: { says: [{ key: `common.${outcome}` }] },
        language: language ?? community?.language ?? 'zh-CN',
        ...(community && { community }),
        outcome,
    };
}
class Timer {
    passed;
    #timeout;
    constructor(ms) {
        const { promise, reject } = withRejecter();
        this.passed = promise;
        this.#timeout = setTimeout(() => reject(deadlinePassed()), Math.max(0, ms));
    }
    stop() {
        clearTimeout(this.#timeout);
    }
}
function withRejecter() {
    let reject = () => { };
    const promise = new Promise((_, rejecting) => {
        reject = rejecting;
    });
    return { promise, reject };
}
/** Takes one turn at a time for each address; what comes meanwhile waits in its order. It has an entry only while something runs. */
function addressQueue() {
    const last = new Map();
    return (address, take) => {
        const before = last.get(address);
        const mine = before ? before.then(take, take) : take();
        last.set(address, mine);
        const leave = () => {
            if (last.get(address) === mine)
                last.delete(address);
        };
        mine.then(leave, leave);
        return mine;
    };
}
