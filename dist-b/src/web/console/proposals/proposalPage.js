import { currentCycleForReaders } from '../../../fund/cycles/index.js';
import { nearestProposals, nextProposal, readSomeProposals, suggestCategory, } from '../../../fund/proposals/index.js';
import { Refusal } from '../../errors.js';
import { doneNotice, errorSummary } from '../frame.js';
import { listAddress } from '../list.js';
import { keptIn, listState } from '../listState.js';
import { address, asked, numberIn, numberOf, oneOf } from '../query.js';
import { cycleOf, wantedIn } from './list.js';
import { heading, NOTHING, onePage } from './onePage.js';
/** Proposals that are shown beside one. */
const MOST_NEAR = 5;
const DONE = ['', 'sorted', 'drafted', 'apart', 'distinct', 'back', 'mergedInto', 'hide', 'release'];
/** The page of one proposal: finds it, shows it, and leads to it and on from it. */
export function proposalPage(world, list) {
    const readSome = readSomeProposals(world);
    const nextOf = nextProposal(world);
    const nearest = nearestProposals(world);
    return { wantedOne, show, one, leadOn };
    /** The proposal of the address; there is nothing where the reader sees none. */
    async function wantedOne(visit) {
        const of = await cycleOf(world, visit);
        const number = numberOf(visit.request);
        const [proposal] = await readSome(of, { numbers: [number] }, visit.reader('proposals'));
        if (!proposal)
            throw new Refusal(404, 'There is no such proposal.');
        return { of, number, proposal };
    }
    /** One proposal as it is now, with what was typed before. */
    async function show(visit, { given = NOTHING, mistakes = {}, status = 200, isStale = false, } = {}) {
        const { of, number, proposal } = await wantedOne(visit);
        const reader = visit.reader('proposals');
        const state = listState(list, visit.request);
        const [parts, near, next, cycle] = await Promise.all([
            readSome(of, { mergedInto: number }, reader),
            nearest(of.cycle, number, MOST_NEAR),
            nextOf(of, wantedIn(state), number, reader),
            currentCycleForReaders(world)(of.community, visit.now),
        ]);
        const inList = keptIn(list, visit.request);
        const isSorting = state.filter.view === 'unsorted' && status === 200;
        const { category, text } = proposal;
        const suggested = category === undefined ? suggestCategory(text, visit.community.categories ?? [], near) : undefined;
        const around = {
            inList,
            parts,
            near,
            suggested,
            next,
            cycle: of.cycle,
            currency: cycle?.currency ?? 'CNY',
            isFrozen: cycle?.frozen !== undefined,
            isSorting,
            isStale,
        };
        const done = oneOf(visit.request, 'done', DONE);
        const told = done ? visit.text.say(`proposal.became.${done}`, { number: numberIn(asked(visit.request, 'of')) ?? number }) : undefined;
        await visit.send(visit.text.say('proposal.title', { number }), [
            doneNotice(told),
            errorSummary(visit.text, mistakes),
            heading(visit, proposal, listAddress(visit, list), around),
            onePage(visit, proposal, around, given, mistakes),
        ], { status, path: address(`${visit.own}/proposals/${number}`, inList), script: 'sortKeys' });
    }
    /** The address of a proposal, which tells what was done with which one. */
    function one(visit, number, done, which) {
        return address(`${visit.own}/proposals/${number}`, { ...keptIn(list, visit.request), done, of: which });
    }
    /** To the next one in the list; behind the last one to the list. */
    async function leadOn(visit, of, number, done) {
        const next = await nextOf(of, wantedIn(listState(list, visit.request)), number, visit.reader('proposals'));
        visit.lead(next === undefined ? listAddress(visit, list) : one(visit, next, done, number));
    }
}
