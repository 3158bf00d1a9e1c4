import { assign, enqueueActions, setup } from 'xstate';
import { say, service } from '../src/dialog/flow.js';
import { afterTap, ask, askOn, beforeChoice, closed, isOfPicks, NO_BALLOT, named, outcome, PAGE, refusedOnOpening, tappedOutcome, upTo, } from './voteTexts.js';
/**
 * Vote on this cycle's projects: pick numbers, have them cast, hear them read back with a receipt. Picks are confirmed before they are
 * cast only if they are numbers out of the blue ("3 7" with nothing asked) or were picked by name. A tapped project is added to what is
 * cast, and cast at once if the minimum is reached.
 */
export const vote = setup({
    types: {},
    actors: {
        openBallot: service('openBallot'),
        myPicks: service('myPicks'),
        castBallot: service('castBallot'),
    },
    guards: {
        cameWithATap: ({ context }) => context.tapped !== undefined,
        wasTapped: ({ context }, cast) => context.tapped !== undefined && 'receipt' in cast,
        isUnknown: (_, { came }) => came === 'unknown',
        isIn: (_, { came }) => came === 'alreadyIn',
        isFull: (_, { came }) => came === 'full',
        isTooFew: (_, { came }) => came === 'tooFew',
        cameWithAVote: ({ context: { picks, unsure } }) => picks.length > 0 && !unsure,
        isClosed: (_, opened) => !('open' in opened),
        isRefused: (_, opened) => 'open' in opened && opened.refused !== undefined,
        hasPicks: ({ context }) => context.picks.length > 0,
        canPickAgain: (_, cast) => 'refused' in cast && isOfPicks(cast.refused),
    },
    actions: {
        say: enqueueActions(say),
        keepBallot: assign({ ballot: ({ context }, opened) => ('open' in opened ? opened.open : context.ballot) }),
        keepPicks: assign({ picks: (_, picks) => picks, tapped: undefined, pending: false }),
        keepTap: assign({ tapped: (_, tapped) => tapped, page: 0, unsure: false, refused: false }),
        dropTap: assign({ tapped: undefined }),
        keepTapped: assign({ picks: (_, { picks }) => picks }),
        wait: assign({ pending: true }),
        beginAfresh: assign({ picks: [], tapped: undefined, pending: true, unsure: false, refused: false, page: 0 }),
        settle: assign({ pending: false }),
        dropPicks: assign({ picks: [], unsure: false, refused: true, tapped: undefined, pending: false }),
        turnPage: assign({ page: ({ context: { page, ballot } }) => (page + 1) % Math.ceil(ballot.projects.length / PAGE) }),
    },
}).createMachine({
    id: 'vote',
    version: '2',
    context: ({ input: { numbers = [], unsure = false, tapped } }) => ({
        ballot: NO_BALLOT,
        picks: tapped ? [] : numbers,
        unsure,
        refused: false,
        page: 0,
        ...(tapped === 'project' && numbers[0] !== undefined && { tapped: numbers[0] }),
        pending: tapped === 'afresh',
    }),
    initial: 'starting',
    on: {
        ADD: { target: '.adding', actions: { type: 'keepTap', params: ({ event }) => event.number } },
        AFRESH: { target: '.opening', actions: 'beginAfresh' },
    },
    states: {
        starting: { always: [{ guard: 'cameWithATap', target: 'adding' }, { guard: 'cameWithAVote', target: 'casting' }, 'opening'] },
        opening: {
            tags: 'busy',
            invoke: {
                id: 'openBallot',
                src: 'openBallot',
                input: ({ context: { picks } }) => (picks.length ? { picks } : {}),
                onDone: [
                    {
                        guard: { type: 'isClosed', params: ({ event }) => event.output },
                        target: 'over',
                        actions: { type: 'say', params: ({ context, event }) => closed(event.output, context.picks.length > 0) },
                    },
                    {
                        guard: { type: 'isRefused', params: ({ event }) => event.output },
                        target: 'picking',
                        actions: [
                            { type: 'keepBallot', params: ({ event }) => event.output },
                            { type: 'say', params: ({ event }) => refusedOnOpening(event.output) },
                            'dropPicks',
                        ],
                    },
                    { guard: 'hasPicks', target: 'confirming', actions: { type: 'keepBallot', params: ({ event }) => event.output } },
                    {
                        target: 'picking',
                        actions: [
                            { type: 'keepBallot', params: ({ event }) => event.output },
                            { type: 'say', params: ({ context, event }) => beforeChoice(event.output, context) },
                        ],
                    },
                ],
            },
        },
        picking: {
            meta: { ask },
            on: {
                NUMBERS: { target: 'casting', actions: { type: 'keepPicks', params: ({ event }) => event.numbers } },
                NAMED: { target: 'opening', actions: { type: 'keepPicks', params: ({ event }) => event.numbers } },
                MORE: { target: 'picking', actions: 'turnPage' },
            },
        },
        adding: {
            tags: 'busy',
            invoke: {
                id: 'openBallot',
                src: 'openBallot',
                input: {},
                onDone: [
                    {
                        guard: { type: 'isClosed', params: ({ event }) => event.output },
                        target: 'over',
                        actions: { type: 'say', params: ({ event }) => closed(event.output, true) },
                    },
                    { target: 'recalling', actions: { type: 'keepBallot', params: ({ event }) => event.output } },
                ],
            },
        },
        recalling: {
            tags: 'busy',
            invoke: {
                id: 'myPicks',
                src: 'myPicks',
                onDone: [
                    {
                        guard: { type: 'isUnknown', params: afterTap },
                        target: 'picking',
                        actions: [{ type: 'say', params: ({ context: { tapped = 0 } }) => [{ key: 'vote.unknown', params: { numbers: [tapped] } }] }, 'dropTap'],
                    },
                    {
                        guard: { type: 'isIn', params: afterTap },
                        target: 'choosing',
                        actions: [
                            { type: 'keepTapped', params: afterTap },
                            { type: 'say', params: [{ key: 'vote.alreadyIn' }] },
                        ],
                    },
                    {
                        guard: { type: 'isFull', params: afterTap },
                        target: 'choosing',
                        actions: [
                            { type: 'keepTapped', params: afterTap },
                            { type: 'say', params: ({ context: { ballot } }) => [{ key: 'vote.full', params: { max: ballot.max } }] },
                        ],
                    },
                    { guard: { type: 'isTooFew', params: afterTap }, target: 'choosing', actions: [{ type: 'keepTapped', params: afterTap }, 'wait'] },
                    { target: 'casting', actions: { type: 'keepTapped', params: afterTap } },
                ],
            },
        },
        /** Something was tapped, and more may follow. */
        choosing: {
            entry: 'dropTap',
            meta: { ask: askOn },
            on: {
                NUMBERS: { target: 'casting', actions: { type: 'keepPicks', params: ({ event }) => event.numbers } },
                NAMED: { target: 'opening', actions: { type: 'keepPicks', params: ({ event }) => event.numbers } },
                MORE: { target: 'picking', actions: 'turnPage' },
            },
        },
        confirming: {
            meta: {
                ask: ({ ballot, picks }) => ({
                    key: 'vote.confirm',
                    outcome: 'askConfirmation',
                    params: { picks: named(ballot, picks) },
                    expects: 'confirmation',
                    options: ballot.projects,
                }),
            },
            on: {
                YES: 'casting',
                NO: {
                    target: 'picking',
                    actions: [
                        { type: 'keepPicks', params: [] },
                        { type: 'say', params: ({ context: { ballot } }) => upTo(ballot) },
                    ],
                },
                // read back again: somebody who means yes by "1" must not cast a ballot for project 1
                NUMBERS: { target: 'opening', actions: { type: 'keepPicks', params: ({ event }) => event.numbers } },
                NAMED: { target: 'opening', actions: { type: 'keepPicks', params: ({ event }) => event.numbers } },
            },
        },
        casting: {
            tags: 'busy',
            invoke: {
                id: 'castBallot',
                src: 'castBallot',
                input: ({ context: { picks } }) => ({ picks }),
                onDone: [
                    {
                        guard: { type: 'canPickAgain', params: ({ event }) => event.output },
                        target: 'opening',
                        actions: [{ type: 'say', params: ({ event }) => outcome(event.output) }, 'dropPicks'],
                    },
                    {
                        guard: { type: 'wasTapped', params: ({ event }) => event.output },
                        target: 'choosing',
                        actions: [{ type: 'say', params: ({ event }) => tappedOutcome(event.output) }, 'settle'],
                    },
                    { target: 'over', actions: { type: 'say', params: ({ event }) => outcome(event.output) } },
                ],
            },
        },
        over: { type: 'final' },
    },
});
