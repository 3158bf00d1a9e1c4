import { fromPromise } from 'xstate';
import { CodedError } from '../store/codedError.js';
/**
 * The turn of a running flow, for each service that it invokes. It is found by the actors' system and not by AsyncLocalStorage: the hooks
 * of that make every promise of the process slower, 7 % of a turn.
 */
export const turns = new WeakMap();
/** From now on, what this turn casts is written at the same time as its end. */
export function letStandAlone(turn) {
    turn.alongside = (write) => {
        write.catch(() => undefined); // the turn's end waits for it and gets the error
        turn.writes.push(write);
    };
}
/** A turn for a message to a community. `now` gives the database's clock. */
export function newTurn({ key, at, channel, address, deadline, isPlaced = false }, { community, language, now, hold }) {
    const turn = {
        key,
        at,
        community,
        language,
        channel,
        address,
        withCard: false,
        isPlaced,
        writes: [],
        isHeld: false,
        hold: async () => {
            await hold();
            turn.isHeld = true;
        },
        began: false,
        cast: false,
        beginWrite: () => {
            if (!turn.isHeld && !turn.alongside)
                throw new CodedError('not-held', 'A service that writes belongs among those of dialogDeps.ts that hold the conversation first.');
            turn.beginCommit();
        },
        beginCommit: () => {
            if (now().getTime() >= deadline)
                throw deadlinePassed();
            turn.began = true;
        },
    };
    return turn;
}
/**
 * The flows with their services, provided once, because `machine.provide` costs four times a turn.
 * Throws `no-such-service` if a flow names a service that nobody provides.
 */
export function provided(catalogue, services) {
    return Object.fromEntries(Object.entries(catalogue).map(([flow, entry]) => [flow, withServices(flow, entry, services)]));
}
function withServices(flow, entry, services) {
    const named = Object.keys(entry.machine.implementations.actors);
    const actors = named.map((name) => {
        const service = services[name];
        if (!service)
            throw new CodedError('no-such-service', `The flow ${flow} names the service ${name}, which dialogDeps.ts does not provide.`);
        return [name, fromPromise(({ input, system }) => service(input, turnOf(system)))];
    });
    return { ...entry, machine: entry.machine.provide({ actors: Object.fromEntries(actors) }) };
}
function turnOf(system) {
    const running = turns.get(system);
    if (!running)
        throw new CodedError('no-turn', 'A service runs only within a turn.');
    return running;
}
/** The error that ends a turn whose time is over. */
export function deadlinePassed() {
    return new CodedError('deadline-passed', 'The time for this answer has passed; nothing more is written for it.');
}
