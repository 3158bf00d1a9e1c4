import { assign, enqueueActions, setup } from 'xstate';
import { say, service } from '../src/dialog/flow.js';
const CODE_LENGTH = 6;
const CHOICES = [
    { number: 1, label: 'cadre.send' },
    { number: 2, label: 'cadre.leave' },
];
/**
 * What only cadres can do by message, after it is known that the sender is one: write to everybody, remind residents who have not voted,
 * see the situation.
 */
export const cadre = setup({
    types: {},
    actors: {
        proveCadre: service('proveCadre'),
        checkCadre: service('checkCadre'),
        planBroadcast: service('planBroadcast'),
        sendBroadcast: service('sendBroadcast'),
        nudge: service('nudge'),
        readSituation: service('readSituation'),
    },
    guards: {
        isProved: (_, outcome) => 'proved' in outcome,
        isSent: (_, outcome) => 'sent' in outcome,
        isWrong: (_, outcome) => 'refused' in outcome && outcome.refused === 'wrong',
        isRefused: (_, outcome) => 'refused' in outcome,
        isStale: (_, outcome) => 'refused' in outcome && outcome.refused === 'stale',
        isNudge: ({ context }) => context.command === 'nudge',
        isSituation: ({ context }) => context.command === 'situation',
        hasText: ({ context }) => context.text.trim() !== '',
        isText: (_, text) => text !== undefined && text.trim() !== '',
        isSend: (_, number) => number === 1,
        isLeave: (_, number) => number === 2,
    },
    actions: {
        say: enqueueActions(say),
        keepSent: assign((_, outcome) => ('sent' in outcome ? { sent: outcome.sent } : {})),
        keepGiven: assign({ given: (_, given) => given }),
        keepProof: assign({ provedAt: (_, outcome) => ('proved' in outcome ? outcome.at : undefined) }),
        forgetGiven: assign({ given: '' }),
        forget: assign({ sent: undefined, given: '' }),
        keepText: assign({ text: (_, text) => text ?? '' }),
        keepPlan: assign((_, plan) => ('people' in plan ? { plan } : {})),
    },
}).createMachine({
    id: 'cadre',
    version: '1',
    context: ({ input: { command = 'situation', text = '' } }) => ({ command, text, given: '' }),
    initial: 'proving',
    states: {
        proving: {
            tags: 'busy',
            invoke: {
                id: 'proveCadre',
                src: 'proveCadre',
                onDone: [
                    {
                        guard: { type: 'isProved', params: ({ event }) => event.output },
                        target: 'acting',
                    },
                    {
                        guard: { type: 'isSent', params: ({ event }) => event.output },
                        target: 'asking',
                        actions: { type: 'keepSent', params: ({ event }) => event.output },
                    },
                    { target: 'over', actions: { type: 'say', params: ({ event }) => refusal(event.output) } },
                ],
            },
        },
        asking: {
            meta: { ask: ({ sent }) => ({ key: 'cadre.code', params: { phone: sent?.phone ?? '' }, expects: 'code', length: CODE_LENGTH }) },
            on: { CODE: { target: 'checking', actions: { type: 'keepGiven', params: ({ event }) => event.digits } } },
        },
        checking: {
            tags: 'busy',
            invoke: {
                id: 'checkCadre',
                src: 'checkCadre',
                input: ({ context: { sent, given } }) => ({ phone: sent?.phone ?? '', digits: given }),
                onDone: [
                    {
                        guard: { type: 'isProved', params: ({ event }) => event.output },
                        target: 'acting',
                        actions: { type: 'keepProof', params: ({ event }) => event.output },
                    },
                    {
                        guard: { type: 'isWrong', params: ({ event }) => event.output },
                        target: 'asking',
                        actions: [{ type: 'say', params: ({ event }) => refusal(event.output) }, 'forgetGiven'],
                    },
                    { target: 'over', actions: { type: 'say', params: ({ event }) => refusal(event.output) } },
                ],
            },
        },
        acting: {
            entry: 'forget',
            always: [
                { guard: 'isNudge', target: 'nudging' },
                { guard: 'isSituation', target: 'reading' },
                { guard: 'hasText', target: 'planning' },
                'telling',
            ],
        },
        telling: {
            meta: { ask: () => ({ key: 'cadre.tell', expects: 'freeText', command: 'broadcast', maxSeconds: 60, maxChars: 600 }) },
            on: {
                FREE_TEXT: {
                    guard: { type: 'isText', params: ({ event }) => event.text },
                    target: 'planning',
                    actions: { type: 'keepText', params: ({ event }) => event.text },
                },
            },
        },
        planning: {
            tags: 'busy',
            invoke: {
                id: 'planBroadcast',
                src: 'planBroadcast',
                input: ({ context: { text } }) => ({ text }),
                onDone: [
                    {
                        guard: { type: 'isRefused', params: ({ event }) => event.output },
                        target: 'over',
                        actions: { type: 'say', params: ({ event }) => refusal(event.output) },
                    },
                    { target: 'confirming', actions: { type: 'keepPlan', params: ({ event }) => event.output } },
                ],
            },
        },
        confirming: {
            meta: { ask: ({ plan, text }) => ({ ...planned(plan, text), expects: 'choice', options: CHOICES }) },
            on: {
                CHOSE: [
                    { guard: { type: 'isSend', params: ({ event }) => event.number }, target: 'sending' },
                    {
                        guard: { type: 'isLeave', params: ({ event }) => event.number },
                        target: 'over',
                        actions: { type: 'say', params: [{ key: 'cadre.left' }] },
                    },
                ],
            },
        },
        sending: {
            tags: 'busy',
            invoke: {
                id: 'sendBroadcast',
                src: 'sendBroadcast',
                input: ({ context: { text, provedAt } }) => ({ text, ...(provedAt !== undefined && { provedAt }) }),
                onDone: [
                    { guard: { type: 'isStale', params: ({ event }) => event.output }, target: 'proving' },
                    { target: 'over', actions: { type: 'say', params: ({ event }) => sentOf(event.output) } },
                ],
            },
        },
        nudging: {
            tags: 'busy',
            invoke: {
                id: 'nudge',
                src: 'nudge',
                onDone: { target: 'over', actions: { type: 'say', params: ({ event }) => nudgedOf(event.output) } },
            },
        },
        reading: {
            tags: 'busy',
            invoke: {
                id: 'readSituation',
                src: 'readSituation',
                onDone: { target: 'over', actions: { type: 'say', params: ({ event }) => situationOf(event.output) } },
            },
        },
        over: { type: 'final' },
    },
});
function refusal(outcome) {
    if (!('refused' in outcome))
        return [];
    return [{ key: `cadre.refused.${outcome.refused}`, ...('triesLeft' in outcome && { params: { triesLeft: outcome.triesLeft } }) }];
}
/** Shows what is going to be sent, and the plan: with or without a price, for now or for the end of the night. */
function planned(plan, text) {
    const { people = 0, units = 0, cost, currency = '', waitsUntil } = plan ?? {};
    const params = { text: text.trim(), people, units, ...(cost !== undefined && { cost, currency }), ...(waitsUntil && { waitsUntil }) };
    return { key: `cadre.confirm${cost === undefined ? 'Unpriced' : ''}${waitsUntil ? 'Later' : ''}`, params };
}
function sentOf(plan) {
    if ('refused' in plan)
        return refusal(plan);
    const { people, waitsUntil } = plan;
    return [{ key: waitsUntil ? 'cadre.sentLater' : 'cadre.sent', params: { people, ...(waitsUntil && { waitsUntil }) } }];
}
function nudgedOf(nudged) {
    if ('refused' in nudged)
        return [{ key: nudged.refused === 'notCadre' ? 'cadre.refused.notCadre' : 'cadre.notVoting' }];
    const { notVoted, waitsUntil } = nudged;
    return [{ key: waitsUntil ? 'cadre.nudgedLater' : 'cadre.nudged', params: { notVoted, ...(waitsUntil && { waitsUntil }) } }];
}
function situationOf({ turnout, channels }) {
    const sent = channels.map(({ channel, ...params }) => ({
        key: `cadre.messages.${channel}${params.failed > 0 ? 'Failed' : ''}`,
        params,
    }));
    const { isOver, ...voted } = turnout ?? { isOver: false };
    const key = turnout?.keyedUntil ? 'turnoutKeying' : isOver ? 'turnoutOver' : 'turnout';
    const first = turnout ? { key: `cadre.${key}`, params: voted } : { key: 'cadre.notVoting' };
    return [first, ...(sent.length > 0 ? sent : [{ key: 'cadre.nothingSent' }])];
}
