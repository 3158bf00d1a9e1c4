import { Router } from 'express';
import { CHANNELS } from '../../../contacts/channel.js';
import { contactText, parseContact, phoneContact } from '../../../contacts/contact.js';
import { phone } from '../../../contacts/phone.js';
import { readLocks } from '../../../fund/people/index.js';
import { unlockAddress } from '../../../fund/roster/index.js';
import { cleanText } from '../../../store/text.js';
import { html } from '../../html.js';
import { doneNotice, errorSummary, field, furtherLink } from '../frame.js';
import { fileLinks, fileRoutes } from '../list.js';
import { address, asked, oneOf, typed } from '../query.js';
import { toSecond } from '../second.js';
import { peopleTitle } from './subNav.js';
const LONGEST_REASON = 300;
/** Phones and chats that are locked, and to unlock them. */
export function lockPages(world, known) {
    const { ofCommunity } = known;
    const read = readLocks(world);
    return Router()
        .use(fileRoutes(known, lockFiles(world)))
        .get('/console/:slug/people/locks', ofCommunity((visit) => show(visit, { number: '', reason: '' }, {}, 200)))
        .post('/console/:slug/people/locks/unlock', ofCommunity(async (visit) => {
        const { request, community, text } = visit;
        const row = typed(request, 'row');
        const given = { number: cleanText(typed(request, 'number')), reason: cleanText(typed(request, `reason${row && `-${row}`}`, LONGEST_REASON)) };
        const contact = parseContact(typed(request, 'contact')) ?? numberIn(visit, given.number);
        if (visit.may('unlockAddress')) {
            if (!contact)
                return show(visit, given, { number: text.say('people.phoneWrong') }, 422);
            if (given.reason === '')
                return show(visit, given, { reason: text.say('people.reasonMissing') }, 422, contact);
        }
        const from = { community: community._id, ...(contact ?? phoneContact('')) };
        const outcome = await unlockAddress(world, from, visit.doer('unlockAddress'), given.reason);
        if ('waits' in outcome)
            return toSecond(visit, outcome);
        if ('refused' in outcome)
            return show(visit, given, { form: text.say('locks.none') }, 409);
        const person = asked(request, 'person');
        visit.lead(address(person && /^[\w-]{43}$/.test(person) ? `${visit.own}/people/${person}` : `${visit.own}/people/locks`, { done: 'unlocked' }));
    }));
    /** The locks as they are now, with what was typed before. `chosen`: whose lock it was about. */
    async function show(visit, given, mistakes, status, chosen) {
        const { community, text, own } = visit;
        const { locks, next } = await read(community._id, asked(visit.request, 'after'), visit.reader('people'));
        const done = oneOf(visit.request, 'done', ['', 'unlocked']);
        const number = chosen && CHANNELS[chosen.channel].isPhone ? chosen.address : given.number;
        await visit.send(text.say('people.part.locks'), [
            doneNotice(done === '' ? undefined : text.say('people.done.unlocked')),
            errorSummary(text, mistakes),
            peopleTitle(visit, 'locks'),
            html `<p>${text.say('locks.about')}</p>`,
            locks.length > 0 ? table(visit, locks) : html `<p>${text.say('locks.nothing')}</p>`,
            furtherLink(text, next && address(`${own}/people/locks`, { after: next })),
            locks.length > 0 ? fileLinks(visit, `${own}/people/locks`) : html ``,
            ...(visit.may('unlockAddress') ? [numberForm(visit, { ...given, number }, mistakes)] : []),
        ], { status, path: `${own}/people/locks` });
    }
}
function numberIn({ community }, text) {
    const number = text === '' ? undefined : phone(text, community.phone);
    return number === undefined ? undefined : phoneContact(number);
}
function lockFiles(world) {
    const read = readLocks(world);
    return {
        ...{ name: 'people/locks', title: ({ text }) => text.say('people.part.locks'), words: 'locks', filters: {} },
        columns: (visit) => [
            { name: 'place', text: ({ contact }) => placeOf(visit, contact) },
            { name: 'who', text: ({ holders }) => holders.map(({ name = '', building = '' }) => `${name} ${building}`.trim()).join('; ') },
            { name: 'why', text: (lock) => whyOf(visit, lock) },
        ],
        read: async (visit, { after }) => {
            const { locks, next } = await read(visit.community._id, after, visit.reader('people'));
            return { rows: locks, next };
        },
    };
}
function placeOf({ text: { say } }, contact) {
    if (contact === undefined)
        return say('locks.gone');
    return CHANNELS[contact.channel].isPhone ? contact.address : say('people.chat');
}
function whyOf({ text: { say } }, { wrongCards, needsCard }) {
    return [...(wrongCards ? [say('locks.wrongCards')] : []), ...(needsCard ? [say('locks.needsCard')] : [])].join(say('and'));
}
function table(visit, locks) {
    const { text, own } = visit;
    const { say, theirs } = text;
    const rows = locks.map((lock, index) => {
        const { contact, holders } = lock;
        const who = holders.map(({ _id, name = say('people.noName'), building = '' }) => html `<a href="${own}/people/${_id}">${theirs(name)}</a> ${theirs(building)} `);
        const place = contact && CHANNELS[contact.channel].isPhone ? text.phone(contact.address) : placeOf(visit, contact);
        const form = contact && visit.may('unlockAddress')
            ? html `<form method="post" action="${own}/people/locks/unlock" class="row"><input type="hidden" name="contact" value="${contactText(contact)}">${field({ name: `reason-${index}`, label: say('people.reason') })}<button class="quiet" name="row" value="${index}">${say('locks.unlock')}</button></form>`
            : '';
        return html `<tr><td>${place}</td><td>${who.length > 0 ? who : say('locks.nobody')}</td><td class="block">${whyOf(visit, lock)}</td><td class="block">${form}</td></tr>
`;
    });
    const heads = ['place', 'who', 'why', 'unlock'].map((head) => html `<th scope="col">${say(`locks.${head}`)}</th>`);
    return html `<table class="list"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`;
}
/** For a phone that is not in the list. */
function numberForm({ text: { say }, own }, { number, reason }, mistakes) {
    return html `<section aria-labelledby="other"><h2 id="other">${say('locks.other')}</h2>
<form method="post" action="${own}/people/locks/unlock" class="narrow">
${field({ name: 'number', label: say('people.phone'), value: number, mistake: mistakes.number, attributes: html ` type="tel" autocomplete="off"` })}
${field({ name: 'reason', label: say('people.reason'), value: reason, mistake: mistakes.reason })}
<button class="quiet">${say('locks.unlock')}</button></form></section>`;
}
