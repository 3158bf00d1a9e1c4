import { Router } from 'express';
import { documentsOf, isStaffHere, newsOfWork, readImplementers, readWorks } from '../../../fund/works/index.js';
import { dayOf } from '../../../store/wallTime.js';
import { Refusal } from '../../errors.js';
import { html } from '../../html.js';
import { doneNotice, errorSummary } from '../frame.js';
import { address, oneOf, typed, which } from '../query.js';
import { toSecond } from '../second.js';
import { accountOf, cycleAsked, titleOf } from './ofCycle.js';
import { workParts } from './onePage.js';
export const PATH = '/console/:slug/works/:cycle/:number';
const LONGEST = 600;
const DONE = [
    '',
    'moved',
    'implementer',
    'contact',
    'asked',
    'offered',
    'chosen',
    'signed',
    'paid',
    'accepted',
    'mend',
    'told',
    'kept',
    'dropped',
];
/** The page of one work, and what its forms have in common. */
export function workPage(world, { ofCommunity }) {
    return { show, showWrong, after, form };
    /** A form of the page: what it does with what was typed, and what is told when it is done. */
    function form(name, done, run) {
        return Router().post(`${PATH}/${name}`, ofCommunity(async (visit) => {
            const wrote = typedIn(visit);
            await after(visit, await run(visit, wrote), done, wrote, name);
        }));
    }
    /** Leads back to the work, or to what waits; or shows it as it is now, with what was typed and why nothing was done. */
    async function after(visit, outcome, done, wrote, name) {
        if ('waits' in outcome && typeof outcome.waits === 'number')
            return toSecond(visit, { waits: outcome.waits, ...('already' in outcome && { already: true }) });
        const { cycle, number } = which(visit);
        if (!('refused' in outcome))
            return visit.lead(address(`${visit.own}/works/${cycle}/${number}`, { done }));
        const refused = String(outcome.refused);
        if (refused === 'noWork')
            throw new Refusal(404, 'There is no such work.');
        const field = FIELD_OF[name]?.[refused] ?? 'form';
        await show(visit, wrote, { [field]: visit.text.say(`works.not.${refused}`) }, field === 'form' ? 409 : 422);
    }
    function showWrong(visit, mistakes, status) {
        return show(visit, {}, mistakes, status);
    }
    async function show(visit, wrote, mistakes, status) {
        const { text, own, community, request, now } = visit;
        const { cycle: id, number } = which(visit);
        const cycle = await cycleAsked(world, visit, id);
        const works = cycle ? await readWorks(world)(community._id, id, visit.reader('works')) : [];
        const work = works.find(({ _id }) => _id.number === number);
        if (!cycle || !work)
            throw new Refusal(404, 'There is no such work.');
        const { chosen } = work;
        const [account, documents, news, implementers, isStaff] = await Promise.all([
            accountOf(visit, id),
            documentsOf(work),
            newsOfWork(id, number),
            visit.sees('implementers') ? readImplementers(world)(community._id, visit.reader('implementers')) : [],
            chosen ? isStaffHere(world, community._id, chosen.implementer) : false,
        ]);
        const path = `${own}/works/${id}/${number}`;
        const sums = account?.works.find((each) => each.work === number);
        const today = dayOf(now, community.timezone);
        const shown = {
            ...{ work, sums, isClosed: account?.closed !== undefined, currency: cycle.currency, documents, news, implementers, isStaff },
            ...{ path, wrote: { key: world.randomBytes(8).toString('hex'), ...wrote }, mistakes, today },
        };
        const title = titleOf(cycle, number);
        const done = oneOf(request, 'done', DONE);
        await visit.send(`${number} ${title}`, [
            errorSummary(text, mistakes),
            doneNotice(done && status === 200 ? text.say(`works.done.${done}`) : undefined),
            html `<p><a href="${address(`${own}/works`, { cycle: id })}">${text.say('works.toList')}</a></p><h1>${number} ${text.theirs(title)}</h1>`,
            ...workParts(visit, shown),
        ], { status, path });
    }
}
/** Refusals that are about one field of a form. */
const FIELD_OF = {
    move: { day: 'move-day', noReason: 'move-reason' },
    implementers: { organisation: 'organisation', kind: 'kind', registration: 'registration', person: 'person', phone: 'phone' },
    contact: { person: 'contact-person', phone: 'contact-phone' },
    offer: { amount: 'offer-amount', day: 'offer-day' },
    choose: { noReason: 'choose-reason', fewOffers: 'fewReason' },
    sign: {
        noNumber: 'sign-paper',
        amount: 'sign-amount',
        beyondGrant: 'sign-amount',
        beyondOffer: 'sign-amount',
        day: 'sign-day',
        until: 'sign-until',
    },
    pay: { noPaper: 'pay-paper', paper: 'pay-paper', amount: 'pay-amount', beyondContract: 'pay-amount', day: 'pay-day' },
    accept: { day: 'accept-day' },
    mend: { noReason: 'mend-what', until: 'mend-until' },
    documents: { title: 'title', kind: 'kind' },
    progress: { empty: 'news', tooLong: 'news' },
};
/** All that a form of the page sent, by field. */
export function typedIn({ request }) {
    const body = request.body;
    const names = typeof body === 'object' && body !== null ? Object.keys(body) : [];
    return Object.fromEntries(names.map((name) => [name, typed(request, name, LONGEST)]));
}
