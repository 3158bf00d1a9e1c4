import { Router } from 'express';
import { isVoting } from '../../../fund/cycles/index.js';
import { addResident } from '../../../fund/roster/index.js';
import { cleanText } from '../../../store/text.js';
import { Refusal } from '../../errors.js';
import { html } from '../../html.js';
import { errorSummary, field } from '../frame.js';
import { address, typed } from '../query.js';
import { toSecond } from '../second.js';
import { readTyped, residentFields, typedResident } from './personForm.js';
/** The field at which a refusal is told. */
const FIELD_OF = { idTaken: 'id', same: 'phone', roleStays: 'role', needsReason: 'reason' };
const LONGEST_ID = 64;
/** Somebody is added to the roster. A second person, a supervisor, confirms it. */
export function addPages(world, { ofCommunity }) {
    const add = addResident(world);
    return Router()
        .get('/console/:slug/people/new', ofCommunity((visit) => {
        if (!visit.may('addResident'))
            throw new Refusal(403, 'You may not do this in this community.');
        const resident = { name: '', phone: '', building: '', language: '', role: 'resident' };
        return show(visit, { resident, id: '', reason: '', fresh: world.randomBytes(4).toString('hex') }, {}, 200);
    }))
        .post('/console/:slug/people/new', ofCommunity(async (visit) => {
        const { request, community, text } = visit;
        const given = {
            resident: typedResident(visit),
            id: cleanText(typed(request, 'id', LONGEST_ID)),
            reason: cleanText(typed(request, 'reason')),
            fresh: /^[0-9a-f]{8}$/.exec(typed(request, 'fresh'))?.[0] ?? world.randomBytes(4).toString('hex'),
        };
        const actor = visit.doer('addResident');
        const read = readTyped(visit, given.resident);
        if ('mistakes' in read && visit.may('addResident'))
            return show(visit, given, read.mistakes, 422);
        const resident = 'fields' in read ? read.fields : { name: '', role: 'resident' };
        const id = given.id === '' ? `added-${given.fresh}` : given.id;
        const outcome = await add({ community: community._id, resident, id, reason: given.reason || undefined, actor });
        if ('waits' in outcome)
            return toSecond(visit, outcome);
        if ('added' in outcome)
            return visit.lead(address(`${visit.own}/people/${outcome.added.resident}`, { done: 'added' }));
        if (outcome.refused === 'noCommunity')
            throw new Refusal(404, 'There is no such community.');
        const isAgain = outcome.refused === 'idTaken' && given.id === '';
        if (isAgain)
            return visit.lead(address(`${visit.own}/people`, { q: id }));
        await show(visit, given, { [FIELD_OF[outcome.refused]]: text.say(`people.${outcome.refused}`) }, outcome.refused === 'idTaken' ? 409 : 422);
    }));
    async function show(visit, given, mistakes, status) {
        const { text, own } = visit;
        const { say } = text;
        const voting = await isVoting(visit.community._id, visit.now);
        const title = say('people.add');
        await visit.send(title, [
            errorSummary(text, mistakes),
            html `<p><a href="${own}/people">${say('back')}</a></p><h1>${title}</h1><p>${say('people.addAbout')}</p>
<form method="post" action="${own}/people/new" class="narrow"><input type="hidden" name="fresh" value="${given.fresh}">
${residentFields(visit, given.resident, mistakes, voting)}
${field({ name: 'id', label: say('people.id'), hint: say('people.idHint'), value: given.id, mistake: mistakes.id, attributes: html ` autocomplete="off"` })}
${field({ name: 'reason', label: say('people.reason'), hint: say('people.addReason'), value: given.reason, mistake: mistakes.reason })}
<button>${say('people.add')}</button></form>`,
        ], { status, path: `${own}/people/new` });
    }
}
