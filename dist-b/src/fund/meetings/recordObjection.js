import { addressHmac } from '../../contacts/contact.js';
import { collection } from '../../store/collection.js';
import { isDuplicate, numbered } from '../../store/databaseErrors.js';
import { numeral } from '../../store/numerals.js';
import { cleanText } from '../../store/text.js';
import { dayOf } from '../../store/wallTime.js';
import { communityBySlug } from '../communities/index.js';
import { currentCycle } from '../cycles/index.js';
import { holdersOf } from '../people/index.js';
import { LONGEST_OBJECTION, lastObjection, Objection, objectionOf } from './objection.js';
import { publicationOf, publishedList, takesObjections } from './publication.js';
/** So many objections of one person are kept in a cycle as such. */
const MOST = 10;
/** So many of people who are not on the roster are kept as such in a community on one day, because a sender can be forged, and each wants an answer. */
const STRANGERS = 50;
/** Once so many of these places are taken, each address gets one: so a few forged senders do not use up the day. */
const BEFORE_SLOWER = 25;
/**
 * Service: records an objection to the list that is published before the vote (docs/contract.md: Messages). A number at the beginning says what it is
 * about. Counts once under the act's key.
 */
export function recordObjection(world) {
    const holders = holdersOf(world);
    const communityOf = communityBySlug(world);
    return async ({ text: written }, act) => {
        const { community, channel, address, resident, at } = act;
        const key = world.vault.hmac('act', act.key, 'objection');
        const cycle = await currentCycle(world)(community, at);
        const publication = cycle && (await publicationOf(cycle._id));
        if (!cycle || !takesObjections(cycle, publication, at))
            return { passOn: true };
        const { about, text } = aboutIn(cut(written));
        if (text === '')
            return { empty: true };
        if (about !== undefined && !isListed(world, cycle, publication, about))
            return { unknown: about };
        const before = await collection(Objection).findOne({ key });
        if (before)
            return { number: before._id.number, text, due: before.due.toISOString() };
        const from = addressHmac(world.vault, act);
        if ((await collection(Objection).countDocuments({ '_id.cycle': cycle._id, from }, { limit: MOST })) >= MOST)
            return { passOn: true };
        const isKnown = resident !== undefined || (await holders(act)).holders.length > 0;
        const day = dayOf(at, (await communityOf(community))?.timezone ?? 'UTC');
        act.beginWrite();
        return numbered(() => lastObjection(cycle._id), async (number) => {
            const strangerSlot = isKnown ? undefined : await freeSlot(`${community}|${day}`, from);
            if (!isKnown && strangerSlot === undefined)
                return { passOn: true };
            const contact = { channel, address };
            const given = { community, origin: channel, about, text, contact, resident, strangerSlot, at, key };
            const objection = objectionOf(world.vault, { cycle: cycle._id, number }, given);
            try {
                await collection(Objection).insertOne(objection);
                return { number, text, due: objection.due.toISOString() };
            }
            catch (error) {
                const mine = isDuplicate(error) && (await collection(Objection).findOne({ key }));
                if (mine)
                    return { number: mine._id.number, text, due: mine.due.toISOString() };
                throw error;
            }
        });
    };
}
/** The first of `name|1` … `name|50` that no objection has, which a unique index keeps from being taken twice; undefined if there is none for this address. */
async function freeSlot(name, from) {
    const slots = Array.from({ length: STRANGERS }, (_, index) => `${name}|${index + 1}`);
    const found = await collection(Objection)
        .find({ strangerSlot: { $in: slots } }, { projection: { strangerSlot: 1, from: 1 } })
        .toArray();
    if (found.length >= BEFORE_SLOWER && found.some((objection) => objection.from === from))
        return undefined;
    const taken = new Set(found.map(({ strangerSlot }) => strangerSlot));
    return slots.find((slot) => !taken.has(slot));
}
function cut(text) {
    return [...cleanText(text)].slice(0, LONGEST_OBJECTION).join('');
}
/** A number with what stands around it, but not a place: 三号院. */
const NUMBER = /^(?:项目|no\.?|project)?\s*(?:([0-9０-９]{1,4})(?:\s*号(?![院楼门栋单线])|[\s,，:：、;；]+|$)|([一二三四五六七八九])号(?![院楼门栋单线]))(?:项目)?[\s,，:：、;；]*/iu;
/** The number at the beginning of an objection, and what is said about it. */
export function aboutIn(written) {
    const found = NUMBER.exec(written);
    if (!found)
        return { text: written };
    const [whole, digits, word = ''] = found;
    return { about: numeral(word) ?? Number(digits?.normalize('NFKC')), text: written.slice(whole.length) };
}
/** Whether a number is on the list: of the publication, or of the projects while nothing is published. */
function isListed({ vault }, { projects }, publication, number) {
    const list = publication ? publishedList(vault, publication) : projects;
    return list.some((item) => item.number === number);
}
