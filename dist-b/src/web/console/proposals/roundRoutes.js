import { Router } from 'express';
import { currentCycleForReaders } from '../../../fund/cycles/index.js';
import { giveOpinions, readProposals } from '../../../fund/proposals/index.js';
import { enqueue } from '../../../outreach/outbox/enqueue.js';
import { Refusal } from '../../errors.js';
import { html } from '../../html.js';
import { errorSummary } from '../frame.js';
import { listAddress } from '../list.js';
import { keptIn, listState, stringsIn } from '../listState.js';
import { address, numberIn } from '../query.js';
import { cycleOf, textOf, wantedIn } from './list.js';
/** Giving a round of opinions. */
export function roundRoutes(world, { ofCommunity }, list) {
    const give = giveOpinions(world, enqueue(world));
    const readMany = readProposals(world);
    const path = '/console/:slug/proposals';
    return Router()
        .get(`${path}/round`, ofCommunity((visit) => showRound(visit, {}, 200)))
        .post(`${path}/round`, ofCommunity(async (visit) => {
        const { cycle } = await cycleOf(world, visit);
        const actor = visit.doer('giveOpinions');
        const seen = new Map(stringsIn(visit.request.body, 'give').flatMap((value) => draftIn(value)));
        if (seen.size === 0 && visit.may('giveOpinions'))
            return showRound(visit, { form: visit.text.say('list.noneTicked') }, 422);
        const outcome = await give({ cycle, numbers: [...seen.keys()].slice(0, MOST_GIVEN), seen, actor });
        if ('given' in outcome)
            return visit.lead(listAddress(visit, list, { done: 'given', number: outcome.given.length }));
        await showRound(visit, { form: visit.text.say('proposal.roundStale') }, 409);
    }));
    async function showRound(visit, mistakes, status) {
        if (!visit.may('giveOpinions'))
            throw new Refusal(403, 'You may not give opinions.');
        const of = await cycleOf(world, visit);
        const wanted = { ...wantedIn(listState(list, visit.request)), view: 'drafted', state: undefined, after: undefined, limit: 500 };
        const { proposals } = await readMany(of, wanted, visit.reader('proposals'));
        const cycle = await currentCycleForReaders(world)(of.community, visit.now);
        const inList = keptIn(list, visit.request);
        const content = roundPage(visit, proposals, inList, cycle?.currency ?? 'CNY', mistakes);
        await visit.send(visit.text.say('proposal.round'), content, { status, path: address(`${visit.own}/proposals/round`, inList) });
    }
}
/** A box of a round: the proposal, and when its draft was written. */
function draftIn(value) {
    const [number, at] = value.split(':');
    const found = numberIn(number);
    return found !== undefined && at !== undefined && /^\d{1,15}$/.test(at) ? [[found, Number(at)]] : [];
}
/** Opinions that can be given at once; the others go in the round that follows. */
const MOST_GIVEN = 100;
/** Which drafts would be given, and which are not whole yet. Each box brings when its draft was written: another one is not given. */
function roundPage(visit, drafts, inList, currency, mistakes) {
    const { text, own } = visit;
    const { say, theirs } = text;
    const ready = drafts.filter(({ isWhole }) => isWhole).slice(0, MOST_GIVEN);
    const notWhole = drafts.filter(({ isWhole }) => !isWhole);
    const link = (proposal) => html `<a href="${address(`${own}/proposals/${proposal.number}`, inList)}">${proposal.number} ${textOf(visit, proposal)}</a>`;
    const rows = ready.map((proposal) => html `<li class="choice"><input type="checkbox" name="give" id="give-${proposal.number}" value="${proposal.number}:${proposal.opinion?.at.getTime() ?? 0}" checked aria-label="${say('proposal.title', { number: proposal.number })}"> <span>${link(proposal)} · ${verdict(visit, proposal, currency)}</span></li>
`);
    return [
        errorSummary(text, mistakes),
        html `<p><a href="${address(`${own}/proposals`, inList)}">${say('back')}</a></p><h1>${say('proposal.round')}</h1><p>${say('proposal.roundAbout')}</p>
${ready.length > 0
            ? html `<form method="post" action="${address(`${own}/proposals/round`, inList)}"><ul class="items">${rows}</ul><button>${say('proposal.give')}</button></form>`
            : html `<p>${say('proposal.noneReady')}</p>`}
${notWhole.length > 0 ? html `<h2>${say('proposal.stillMissing')}</h2><ul class="items">${notWhole.map((proposal) => html `<li>${link(proposal)} <span>${missing(visit, proposal)}</span></li>`)}</ul>` : ''}`,
    ];
    function verdict({ text: { money } }, { opinion }, unit) {
        if (opinion?.isFeasible)
            return html `${say('proposal.feasible')} · ${money(opinion.cost ?? 0, unit)}`;
        return html `${say('proposal.notFeasible')} · ${say(`proposal.reasonOf.${opinion?.reason ?? 'unclear'}`)} · ${theirs(opinion?.sentence ?? '')}`;
    }
}
/** What a draft does not say yet. */
function missing({ text: { say } }, { opinion }) {
    if (opinion?.isFeasible)
        return say('proposal.missingCost');
    return say(opinion?.reason ? 'proposal.missingSentence' : 'proposal.missingReason');
}
