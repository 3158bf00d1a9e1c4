import { createHash } from 'node:crypto';
import { CHANNEL_NAMES, CHANNELS } from '../contacts/channel.js';
import { canReceiveSms } from '../contacts/phone.js';
import { cycleById } from '../fund/cycles/index.js';
import { votedOrHandedIn } from '../fund/paper/index.js';
import { contactsOf, personOf, Resident } from '../fund/people/index.js';
import { collection } from '../store/collection.js';
const BATCH = 500;
/**
 * The residents of an audience, batch by batch from an index, so that the whole list is never in memory. Those who share
 * a phone follow each other. `channels`: those in service.
 */
export function recipients(world, channels) {
    return async function* ({ _id, language }, audience) {
        const cycle = audience.to === 'not-voted' ? await cycleById(world)(audience.cycle) : null;
        for await (const rows of batches(_id, audience)) {
            const voted = cycle
                ? await votedOrHandedIn(world)(cycle, rows.map((row) => row._id))
                : new Set();
            yield rows.filter((row) => !voted.has(row._id)).map((row) => recipientOf(world.vault, row, language, channels));
        }
    };
}
async function* batches(community, audience) {
    let rows = [];
    for await (const row of rowsOf(community, audience)) {
        rows.push(row);
        if (rows.length < BATCH)
            continue;
        yield rows;
        rows = [];
    }
    if (rows.length > 0)
        yield rows;
}
/** A digest of the records of an audience's residents: it changes with the roster. Who has voted belongs to it as before. */
export async function digestOf(community, audience) {
    const hash = createHash('sha256');
    for await (const { _id, person, building, language, phoneId, linkedContacts } of rowsOf(community, audience))
        hash.update(JSON.stringify([_id, person?.toString('base64'), building, language, phoneId, linkedContacts]));
    return hash.digest('base64url');
}
function rowsOf(community, audience) {
    const inBuilding = audience.to === 'building' ? { building: { $regex: buildingPattern(audience.building) } } : {};
    return collection(Resident).find({ community, ...inBuilding, erasedAt: { $exists: false }, erasureRequest: { $exists: false } }, {
        projection: { person: 1, building: 1, language: 1, phoneId: 1, linkedContacts: 1 },
        sort: audience.to === 'building' ? { building: 1, phoneId: 1 } : { phoneId: 1 },
        hint: audience.to === 'building' ? { community: 1, building: 1, phoneId: 1 } : { community: 1, phoneId: 1 },
        batchSize: BATCH,
        promoteBuffers: true,
    });
}
/** `3` is `3`, `3栋` and `3号楼`, never `13栋` or `31`. */
function buildingPattern(building) {
    return new RegExp(`^${building.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![0-9A-Za-z])`);
}
const IN_ORDER = CHANNEL_NAMES.toSorted((one, other) => CHANNELS[one].order - CHANNELS[other].order);
/** A resident as a recipient. `language`: the community's, for residents without their own; `channels`: those in service. */
export function recipientOf(vault, resident, language, channels) {
    const { _id, building, language: own } = resident;
    const { name } = personOf(vault, resident);
    const contacts = contactsOf(vault, resident);
    const reach = IN_ORDER.filter((channel) => channels.includes(channel)).flatMap((channel) => on(channel, contacts));
    return {
        resident: _id,
        ...(name && { name }),
        ...(building && { building }),
        language: own ?? language,
        reach,
    };
}
/** Where a channel reaches a resident: on the first of their phones, which is the roster's, or in the last of their chats. */
function on(channel, contacts) {
    const { keptAs, isPhone, needsMobile } = CHANNELS[channel];
    const here = contacts.filter((contact) => contact.channel === keptAs);
    const contact = isPhone ? here.at(0) : here.at(-1);
    return !contact || (needsMobile && canReceiveSms(contact) === 'no') ? [] : [{ channel, address: contact.address }];
}
