import express, { Router } from 'express';
import { phone } from '../../../contacts/phone.js';
import { enterProposals, LONGEST_PROPOSAL, likestBefore, nearestTexts, sharedTexts } from '../../../fund/proposals/index.js';
import { cleanText } from '../../../store/text.js';
import { Refusal } from '../../errors.js';
import { address, numberIn } from '../query.js';
import { cycleOf } from './list.js';
import { checkPage, isTooMuch, LIKE, linesOf, MOST_LINES, newPage, pasteMistakes, sharedOf, typedIn } from './newPages.js';
const PATH = '/console/:slug/proposals';
/** Where many are pasted. */
const PASTED = [`${PATH}/check`, `${PATH}/many`];
/**
 * Reads the forms of many, which are longer than others, for a person who is signed in, or was when they began to write. Stands before the reader of all
 * other forms.
 */
export function pastedForms({ showsSession }) {
    const isTheirs = (request, _response, next) => next(showsSession(request) ? undefined : 'router');
    return Router().post([...PASTED], isTheirs, express.urlencoded({ extended: false, inflate: false, limit: '1mb' }));
}
/** Writing proposals down: one, or many that are looked at first. */
export function newRoutes(world, { ofCommunity }) {
    const enter = enterProposals(world);
    const nearestOf = nearestTexts(world);
    return Router()
        .get(`${PATH}/new`, ofCommunity(async (visit) => showNew(visit, { ...typedIn(visit), key: newKey() }, {}, 200)))
        .post(`${PATH}/new`, ofCommunity(async (visit) => {
        const { text, community } = visit;
        const given = typedIn(visit);
        const { cycle } = await cycleOf(world, visit);
        const actor = visit.doer('enterProposals');
        const shared = sharedOf(visit, given);
        const words = cleanText(given.text);
        const number = given.phone === '' ? undefined : phone(given.phone, community.phone);
        const name = cleanText(given.name);
        const mistakes = {
            ...(words === '' && { text: text.say('proposal.noText') }),
            ...([...words].length > LONGEST_PROPOSAL && { text: text.say('proposal.tooLong', { most: LONGEST_PROPOSAL }) }),
            ...(!shared && { origin: text.say('proposal.noOrigin') }),
            ...(given.phone !== '' && number === undefined && { phone: text.say('proposal.noPhone') }),
        };
        if (Object.keys(mistakes).length > 0 && visit.may('enterProposals'))
            return showNew(visit, given, mistakes, 422);
        const proposal = {
            text: words,
            origin: 'paper',
            ...shared,
            ...(name !== '' && { name }),
            ...(number !== undefined && { phone: number }),
        };
        const outcome = await enter({ cycle, proposals: [proposal], actor, key: keyOf(given, [proposal]) });
        if ('refused' in outcome)
            return showNew(visit, given, { form: text.say('proposal.over') }, 409);
        visit.lead(address(`${visit.own}/proposals/new`, { done: 'entered', number: outcome.entered[0] }));
    }))
        .post(PASTED[0], ofCommunity(async (visit) => {
        await showCheck(visit, await looked(visit));
    }))
        .post(PASTED[1], ofCommunity(async (visit) => {
        const seen = await looked(visit);
        const { cycle, given, found, shared } = seen;
        if (seen.isWrong || !shared)
            return showCheck(visit, seen);
        const proposals = found.lines.map(({ text }) => ({ text, ...shared }));
        const outcome = await enter({ cycle, proposals, actor: visit.doer('enterProposals'), key: keyOf(given, proposals) });
        if ('refused' in outcome)
            return showNew(visit, given, { form: visit.text.say('proposal.over') }, 409);
        visit.lead(address(`${visit.own}/proposals`, { view: 'unsorted', done: 'entered', number: outcome.entered.length }));
    }));
    function newKey() {
        return world.randomBytes(16).toString('hex');
    }
    async function showNew(visit, given, mistakes, status) {
        mustEnter(visit);
        await cycleOf(world, visit);
        const number = numberIn(visit.request.query.number);
        const done = visit.request.query.done === 'entered' && number ? visit.text.say('proposal.wasEntered', { number }) : undefined;
        const whole = { ...given, key: given.key || newKey() };
        await visit.send(visit.text.say('proposal.new'), newPage(visit, whole, mistakes, done), { status, path: `${visit.own}/proposals/new` });
    }
    /** What was pasted, and what is wrong with it. */
    async function looked(visit) {
        mustEnter(visit);
        const { cycle } = await cycleOf(world, visit);
        const given = typedIn(visit);
        const found = isTooMuch(given) ? { lines: [], empty: 0 } : await withNear(cycle, linesOf(given.lines, await sharedTexts(world)(cycle)));
        const shared = sharedOf(visit, given);
        const mistakes = pasteMistakes(visit, given, found.lines, shared !== undefined);
        return { cycle, given, found, shared, mistakes, isWrong: Object.keys(mistakes).length > 0 };
    }
    /** Lines with the proposal and the line before that each looks most like; not of more lines than can be written down. */
    async function withNear(cycle, found) {
        if (found.lines.length > MOST_LINES)
            return found;
        const texts = found.lines.map(({ text }) => text);
        const near = await nearestOf(cycle, texts, 1);
        const before = await likestBefore(texts, LIKE);
        const lines = found.lines.map((line, index) => {
            const like = near[index]?.find((other) => other.cycle === cycle && other.likeness >= LIKE);
            const likeLine = found.lines[before[index] ?? -1]?.place;
            return {
                ...line,
                ...(line.sameNumber === undefined && { likeNumber: like?.number }),
                ...(line.sameLine === undefined && { likeLine }),
            };
        });
        return { ...found, lines };
    }
    async function showCheck(visit, { given, found, mistakes, isWrong }) {
        const whole = { ...given, key: given.key || newKey() };
        const content = checkPage(visit, whole, found, mistakes);
        await visit.send(visit.text.say('proposal.checkTitle'), content, { status: isWrong ? 422 : 200, path: `${visit.own}/proposals/new` });
    }
}
function mustEnter({ may }) {
    if (!may('enterProposals'))
        throw new Refusal(403, 'You may not write down proposals.');
}
/** The key under which a form is written once: sent again with other words, it is another one. */
function keyOf({ key }, proposals) {
    return `${key}|${JSON.stringify(proposals)}`;
}
