import { fromPromise } from 'xstate';
import { CodedError } from '../store/codedError.js';
/** A service that the flow names and the app provides (`machine.provide`). If it is not provided, it rejects. */
export function service(name) {
    return fromPromise(() => Promise.reject(new Error(`service ${name} is not provided`)));
}
/** The only way in which a flow speaks: `actions: { say: enqueueActions(say) }`, with what is said, in order. */
export function say({ enqueue }, says) {
    for (const said of says)
        enqueue.emit({ type: 'SAY', ...said });
}
/** The roles for which the dialog, a channel or a reminder needs one certain flow. One flow of the catalogue plays each role. */
export const FLOW_ROLES = [
    /** Takes a message that leads nowhere else. */
    'menu',
    /** It casts ballots. Numbers out of the blue and tapped projects are picks for it. */
    'vote',
    'propose',
    'ask',
    /** Finds out who somebody is, on the way to a flow that requires it. */
    'identify',
    /** Answers what is asked without a command. */
    'question',
    /** Asks whether what was nearly a command was meant. */
    'confirm',
    /** Asks for a proof of who somebody is, before something that nobody else may do. */
    'prove',
    /** A person calls back. */
    'person',
    /** Takes pictures that came without a word. */
    'pictures',
];
/** The name of the flow that plays a role. Throws `no-such-role` if none does. */
export function flowWith(catalogue, role) {
    const found = Object.keys(catalogue).find((flow) => catalogue[flow]?.role === role);
    if (found === undefined)
        throw new CodedError('no-such-role', `No flow of the catalogue has the role ${role}; give it to one in flows/index.ts.`);
    return found;
}
