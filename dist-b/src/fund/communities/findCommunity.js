import { cached, changes } from '../../store/cache.js';
import { collection } from '../../store/collection.js';
import { forReaders } from '../../store/connect.js';
import { lookUps } from '../../store/lookUps.js';
import { isId } from '../../store/text.js';
import { dayOf } from '../../store/wallTime.js';
import { perWorld } from '../../store/world.js';
import { Community, LETTERS_DAYS } from './community.js';
/** A community by its slug, as it is stored at this moment; null if there is none. */
export function findCommunity(slug, session) {
    return collection(Community).findOne({ _id: slug }, session && { session });
}
/** At most `most` communities: first the demo's, then by slug. */
export function firstCommunities(most) {
    return collection(Community)
        .find({}, { sort: { demo: -1, _id: 1 }, limit: most })
        .toArray();
}
/** Communities by their slugs; those that exist. */
export async function findCommunities(slugs) {
    const found = await collection(Community)
        .find({ _id: { $in: [...slugs] } })
        .toArray();
    return new Map(found.map((community) => [community._id, community]));
}
/** At most `most` communities and one more, for readers: those with `find` in their name, after a slug. */
export async function pageOfCommunities({ find, after }, most) {
    const named = find ? { name: { $regex: find.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), $options: 'i' } } : {};
    const communities = forReaders(Community);
    const [found, count, all] = await Promise.all([
        communities.find({ ...named, ...(after && { _id: { $gt: after } }) }, { sort: { _id: 1 }, limit: most + 1 }).toArray(),
        find ? communities.countDocuments(named) : communities.estimatedDocumentCount(),
        communities.estimatedDocumentCount(),
    ]);
    return { found, count, all };
}
/** The name and number of every community, in the order of their slugs, for readers. */
export function communityNumbers() {
    return forReaders(Community)
        .find({}, { sort: { _id: 1 }, projection: { name: 1, phone: 1 } })
        .toArray();
}
/** For how many days each community keeps the words that it answered, by its slug. */
export async function* lettersKept() {
    for await (const { _id, keep } of collection(Community).find({}, { projection: { keep: 1 } }))
        yield { community: _id, days: keep?.letters ?? LETTERS_DAYS };
}
/** The names of communities, by their slugs; of all, if no slugs are given. */
export async function communityNames(slugs) {
    const which = slugs ? { _id: { $in: [...slugs] } } : {};
    const found = await forReaders(Community)
        .find(which, { projection: { name: 1 }, hint: { _id: 1 } })
        .toArray();
    return new Map(found.map(({ _id, name }) => [_id, name]));
}
/** The WeChat templates by which reminders are sent, by the slugs of the communities that have one. */
export async function reminderTemplates() {
    const found = await collection(Community)
        .find({ 'templates.reminder': { $exists: true } }, { projection: { templates: 1 } })
        .toArray();
    return new Map(found.map(({ _id, templates }) => [_id, templates?.reminder ?? '']));
}
/** A community by its slug; null if there is none. After an import, the old one may be given for up to a second. */
export const communityBySlug = perWorld((world) => cached(world, 1_000, 10_000, (slug) => collection(Community).findOne({ _id: slug }), changes(world).version));
/** The same for the pages and the API, which only read: it uses neither the connections nor the memory of the turns. */
export const communityForReaders = perWorld((world) => {
    const communities = cached(world, 1_000, 10_000, (slug) => forReaders(Community).findOne({ _id: slug }), changes(world).version);
    return async (slug) => (isId(slug) ? communities(slug) : null);
});
/**
 * The community that has this number as its `phone` or `callback`; null for any other number. After an import, the old one may be given for up to a
 * second.
 */
export const communityByNumber = perWorld((world) => cached(world, 1_000, 10_000, lookUps(world)({ model: Community, pipeline: byNumber, results: inOrder }), changes(world).version));
/**
 * The community that is texted at a number: of those over this carrier the one whose `textNumber` is its longest beginning, else the one whose phone it
 * is; null if there is none. After an import, the old one may be given for up to a second.
 */
export const communityTexted = perWorld((world) => {
    const found = cached(world, 1_000, 10_000, textedAt, changes(world).version);
    return ({ carrier, number }) => found(`${carrier} ${number}`);
});
/** The shortest number that counts: a carrier's own extension. */
const SHORTEST = 2;
const LONGEST = 30;
async function textedAt(carrierAndNumber) {
    const [carrier = '', number = ''] = carrierAndNumber.split(' ');
    const digits = number.replace(/^(\+|00)/, '');
    if (!/^\d+$/.test(digits) || digits.length > LONGEST)
        return null;
    const beginnings = Array.from({ length: Math.max(0, digits.length - SHORTEST + 1) }, (_, more) => digits.slice(0, SHORTEST + more));
    const phones = [`+${digits}`, `+86${digits.replace(/^0/, '')}`];
    const found = await collection(Community)
        .find({ $or: [{ 'carriers.sms': carrier, textNumber: { $in: beginnings } }, { phone: { $in: phones } }] })
        .toArray();
    return found.toSorted((one, other) => matched(other).length - matched(one).length)[0] ?? null;
}
function matched({ textNumber, phone }) {
    return textNumber ?? phone;
}
/** The communities whose texts a carrier brings, at most `most`, by their slugs. */
export function communitiesOver(carrier, most) {
    return collection(Community)
        .find({ 'carriers.sms': carrier }, { sort: { 'carriers.sms': 1 }, limit: most })
        .toArray();
}
function byNumber(numbers) {
    return [{ $match: { $or: [{ phone: { $in: numbers } }, { callback: { $in: numbers } }] } }];
}
function inOrder(found, numbers) {
    const communities = new Map(found.flatMap((community) => [community.callback, community.phone].map((number) => [number, community])));
    return numbers.map((number) => communities.get(number) ?? null);
}
/** The day of a community, `2027-03-09`, at this moment. */
export async function todayIn({ now }, slug) {
    return dayOf(now(), (await findCommunity(slug))?.timezone ?? 'Asia/Shanghai');
}
