import { createActor, waitFor } from 'xstate';
import { CodedError } from '../store/codedError.js';
import { flowWith, } from './flow.js';
import { versionOf } from './openFlow.js';
import { turns } from './turn.js';
/** In one turn, a flow leads to the next at most this often. */
const HOPS = 5;
const LANGUAGES = { mandarin: 'zh-CN', sichuan: 'zh-CN-sichuan', english: 'en' };
/** Runs one or more flows in one turn. */
export class FlowRunner {
    identity;
    language;
    #turn;
    #community;
    #hasBallot;
    #lastWords;
    #says = [];
    #outcome;
    #hops = 0;
    constructor(identity, { turn, community, language, hasBallot, lastWords }) {
        this.identity = identity;
        this.language = language;
        this.#turn = turn;
        this.#community = community;
        this.#hasBallot = hasBallot;
        this.#lastWords = lastWords;
    }
    say(statement) {
        this.#says.push(statement);
    }
    act(acting, isOnRoster = false) {
        if (acting)
            Object.assign(this.#turn, acting, { isOnRoster });
    }
    /**
     * Goes on as the resident who acted before, if the card that was shown, or else the number, is still theirs. A new card ends the old
     * one and whatever it linked.
     */
    async resumes({ flow, acting, shown }) {
        if (shown && !(await this.identity.isInForce(shown)))
            return false;
        if (shown)
            this.#turn.shown = shown;
        const { requires } = this.entryOf(flow);
        if (requires && acting && !acting.withCard) {
            const who = await this.identity.whoActs(this.#turn, this.#community, requires);
            if ('ask' in who || who.resident !== acting.resident)
                return false;
            this.act(who, true);
            return true;
        }
        this.act(acting);
        return true;
    }
    entryOf(flow) {
        const entry = this.identity.catalogue[flow];
        if (!entry)
            throw new CodedError('no-such-flow', `The catalogue has no flow ${flow}; add it to flows/index.ts.`);
        return entry;
    }
    flowTargetOf({ name, ...carried }) {
        const found = Object.entries(this.identity.catalogue).find(([, { commands }]) => commands.includes(name));
        return { flow: found?.[0] ?? flowWith(this.identity.catalogue, 'menu'), input: { command: name, ...carried } };
    }
    startRole(role, input) {
        return this.start({ flow: flowWith(this.identity.catalogue, role), input });
    }
    /**
     * Starts a flow. If the flow requires to know who acts and nobody is known, the flow that identifies comes first. Throws
     * `flows-in-a-circle`.
     */
    async start(flowTarget, known) {
        if (++this.#hops > HOPS)
            throw new CodedError('flows-in-a-circle', `The flows lead from one to the next without an end; the last was ${flowTarget.flow}.`);
        const { flow } = flowTarget;
        const entry = this.entryOf(flow);
        const input = entry.role === 'person' && this.#lastWords !== '' ? { ...flowTarget.input, text: this.#lastWords } : flowTarget.input;
        this.language = LANGUAGES[input.command ?? ''] ?? this.language;
        if (known) {
            this.act(known);
        }
        else if (entry.role === 'identify' && !input.why && !input.card && (await this.#isNewChat())) {
            return this.#settle(flow, { from: { input: { ...input, why: 'newChat' } } });
        }
        else if (entry.requires) {
            const who = input.card ? { ask: 'card' } : await this.identity.whoActs(this.#turn, this.#community, entry.requires);
            if (!('ask' in who))
                this.act(who, true);
            // if there is no voting, that is the answer, whoever it is
            else if (entry.requires === 'resident' || this.#hasBallot)
                return this.startRole('identify', { why: who.ask, flowTarget, ...(input.card && { card: input.card }) });
        }
        return this.#settle(flow, { from: { input } }, entry.role === 'identify' ? input.flowTarget : undefined);
    }
    async #isNewChat() {
        const who = await this.identity.whoActs(this.#turn, this.#community, 'resident');
        return 'ask' in who && who.ask === 'newChat';
    }
    async #settle(flow, step, flowTarget) {
        return this.goOn(flow, await this.step(flow, step), flowTarget);
    }
    /** Takes one step of a flow; its services act in this turn. */
    step(flow, step) {
        return converse(this.entryOf(flow).machine, { ...step, turn: this.#turn });
    }
    /** What a settled flow leads to: the next flow, or what is said and stays open. */
    async goOn(flow, { reply, snapshot, isOver, output }, flowTarget) {
        this.#says.push(...reply.says);
        this.#outcome = reply.outcome ?? this.#outcome;
        if (isOver && output.identified && flowTarget)
            return this.start(withoutCard(flowTarget), output.identified);
        if (isOver && output.next)
            return this.start(output.next);
        const open = isOver || !snapshot || !reply.asks ? undefined : this.#open(flow, snapshot, reply.asks, flowTarget);
        const said = { says: this.#says, ...(open && { asks: open.asked }), ...(this.#outcome && { outcome: this.#outcome }) };
        return { reply: said, language: this.language, ...(open && { open }) };
    }
    #open(flow, snapshot, asked, flowTarget) {
        const { resident, cast, shown } = this.#turn;
        const entry = this.entryOf(flow);
        const withCard = this.#turn.withCard && !(cast && this.#community.verify === 'strict'); // strict communities want the card with every ballot
        const acting = resident === undefined ? undefined : { resident, withCard };
        return {
            flow,
            ...(entry.role && { role: entry.role }),
            version: versionOf(entry),
            snapshot,
            asked,
            misses: 0,
            ...(acting && { acting }),
            ...(shown && (withCard || entry.role === 'identify') && { shown }),
            ...(flowTarget && { flowTarget }),
        };
    }
}
function withoutCard({ flow, input: { card: _, ...input } }) {
    return { flow, input };
}
/**
 * Takes one step of a flow: restore, send, wait until no service is running, persist. Only a settled snapshot is ever returned. So after
 * a crash in between the last one is still valid, and the carrier's retry takes the same turn again.
 * Rejects with code `not-restored` if the snapshot does not fit the flow, or with the error of a service that rejects.
 */
export async function converse(flow, { from, answer, turn }, timeoutMs = 8_000) {
    const actor = restored(flow, from);
    if (turn)
        turns.set(actor.system, turn);
    const says = [];
    let said;
    actor.on('SAY', ({ type: _, outcome, ...statement }) => {
        says.push(statement);
        said = outcome ?? said;
    });
    actor.subscribe({ error: () => { } }); // an actor's error is read from its snapshot; without this subscription it would end the process
    actor.start();
    try {
        const before = actor.getSnapshot();
        if (before.status === 'error')
            throw 'snapshot' in from ? notRestored(before.error) : before.error;
        const understood = answer === undefined || before.can(answer);
        if (answer && understood)
            actor.send(answer);
        const settled = await waitFor(actor, (snapshot) => snapshot.status !== 'active' || !snapshot.hasTag('busy'), { timeout: timeoutMs });
        if (settled.status === 'error')
            throw settled.error;
        const isOver = settled.status === 'done';
        const asks = question(settled);
        const outcome = said ?? asks?.outcome;
        return {
            reply: { says, asks, ...(outcome && { outcome }) },
            ...(!isOver && { snapshot: actor.getPersistedSnapshot() }),
            isOver,
            understood,
            output: settled.output ?? {},
        };
    }
    finally {
        actor.stop();
    }
}
function restored(flow, from) {
    try {
        return createActor(flow, from);
    }
    catch (error) {
        throw 'snapshot' in from ? notRestored(error) : error;
    }
}
function notRestored(cause) {
    return new CodedError('not-restored', 'The stored snapshot does not fit this flow; the conversation starts it anew.', { cause });
}
/** What the settled state asks; flows give it as `meta.ask`, see `Flow`. */
function question(snapshot) {
    const asking = Object.values(snapshot.getMeta()).find((meta) => meta?.ask);
    return asking?.ask(snapshot.context);
}
