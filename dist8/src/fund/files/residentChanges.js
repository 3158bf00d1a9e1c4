import { addressHmac, phoneContact } from '../../contacts/contact.js';
import { collection } from '../../store/collection.js';
import { withPauses } from '../../store/inTime.js';
import { cardHmac, changeResidents, moveStops, personFields, personOf, Resident, recordKeyChanges, residentId, residentRecord, } from '../people/index.js';
const FILE = 'residents.csv';
/** What is only looked at takes its time: so long after every hundred residents the turns have the processor for themselves. Milliseconds. */
const PAUSE_MS = 1;
const GIVEN = ['name', 'phone', 'building', 'language', 'role'];
/** The fields that a record does not have, or has under another name. */
const PERSON = ['name', 'phone'];
/** Compares `residents.csv` with the roster. A column that is absent changes nothing. An empty card changes nothing either, because cards are also made here. */
export async function residentChanges({ vault }, community, { rows, columns }, { replace, isVoting, isExplained, now, session }) {
    const pause = session ? undefined : PAUSE_MS;
    const { known, cards, holders, held, withoutZeros } = await rosterNow(vault, community, { isVoting, session }, pause);
    const identified = [];
    const ids = new Set();
    for await (const row of withPauses(rows, pause)) {
        const _id = residentId(vault, community, row.id);
        identified.push({ row, _id });
        ids.add(_id);
    }
    const gone = new Set();
    const leftOut = new Set();
    for await (const resident of withPauses(replace || isVoting ? known.values() : [], pause)) {
        if (resident.erasedAt || ids.has(resident._id))
            continue;
        if (replace)
            gone.add(resident._id);
        const same = isVoting ? sameness(resident) : undefined;
        if (same !== undefined)
            leftOut.add(same);
    }
    const freed = new Set();
    const comparing = {
        vault,
        community,
        columns,
        isVoting,
        isExplained,
        isMade: session !== undefined,
        withoutZeros,
        leftOut,
        held,
        holders,
    };
    const problems = [];
    if (isVoting && gone.size > 0)
        problems.push({ file: FILE, line: 1, what: `${gone.size} residents are left out, and while voting is open none is removed` });
    const added = [];
    const addedRows = [];
    const changed = [];
    const claims = [];
    const keys = [];
    let left = 0;
    let ended = 0;
    for await (const { row, _id } of withPauses(identified, pause)) {
        const before = known.get(_id);
        if (before?.erasedAt) {
            left += 1;
            continue;
        }
        const given = row.card === undefined ? undefined : cardHmac(vault, community, row.card);
        const isEnded = given !== undefined && before?.endedCards?.includes(given) === true;
        if (isEnded)
            ended += 1;
        const card = isEnded ? undefined : given;
        if (card !== undefined)
            claims.push({ line: row.line, card, _id });
        if (!before) {
            const { wrong, sharesPhone } = newcomer(row, comparing);
            problems.push(...wrong);
            if (sharesPhone)
                keys.push({ resident: _id, what: 'phone' });
            const { line: _, id, card: __, ...rest } = row;
            if (session)
                added.push(residentRecord(vault, { _id, community, rosterId: id, ...rest, ...(card !== undefined && { card }), addedAt: now }));
            addedRows.push(row);
            continue;
        }
        const change = changeOf(row, before, card, comparing);
        if (!change)
            continue;
        changed.push(change);
        if (change.endsLinks && before.card !== undefined)
            freed.add(before.card);
        if (!isVoting)
            continue;
        const keysHere = keysIn(change);
        problems.push(...whileVoting(row, change, keysHere, isExplained));
        keys.push(...keysHere.map((what) => ({ resident: _id, what })));
    }
    for (const { line, card, _id } of claims) {
        const holder = cards.get(card);
        if (holder === undefined || holder === _id || freed.has(card) || gone.has(holder))
            continue;
        const what = known.get(holder)?.erasedAt ? 'card is that of somebody who asked to be deleted' : 'card is that of somebody else on the roster';
        problems.push({ file: FILE, line, what, why: { key: 'cardTaken' } });
    }
    return { added, addedRows, changed, removed: [...gone], left, ended, keys, problems };
}
const COMPARED = { person: 1, phoneId: 1, building: 1, language: 1, role: 1, card: 1, endedCards: 1, erasedAt: 1, 'linkedContacts.id': 1 };
/** The roster as it is, and what is found in it. */
async function rosterNow(vault, community, { isVoting, session }, pause) {
    const known = new Map();
    const cards = new Map();
    const holders = new Map();
    const held = new Set();
    const withoutZeros = new Map();
    const stored = collection(Resident).find({ community }, { ...(session && { session }), batchSize: 1_000, projection: COMPARED, promoteBuffers: true });
    for await (const { person, linkedContacts, ...compared } of withPauses(stored, pause)) {
        const resident = { ...compared, ...personOf(vault, { _id: compared._id, ...(person && { person }) }) };
        const { _id, rosterId, phone, phoneId, card, erasedAt } = resident;
        known.set(_id, resident);
        if (card !== undefined)
            cards.set(card, _id);
        if (phone !== undefined && !erasedAt)
            holders.set(phone, (holders.get(phone) ?? 0) + 1);
        if (rosterId?.startsWith('0'))
            withoutZeros.set(rosterId.replace(/^0+/, ''), rosterId);
        if (!isVoting)
            continue;
        if (phoneId)
            held.add(phoneId);
        for (const { id } of linkedContacts)
            held.add(id);
    }
    return { known, cards, holders, held, withoutZeros };
}
/** What is wrong with somebody new, and whether they share a phone with somebody on the roster while voting is open. */
function newcomer(row, { vault, community, isVoting, isExplained, withoutZeros, leftOut, held }) {
    const wrong = [];
    const add = (what, why) => wrong.push({ file: FILE, line: row.line, what, why });
    const whole = withoutZeros.get(row.id);
    if (whole !== undefined)
        add(`id ${row.id} is new, and ${whole} is on the roster: its zeros were lost, as Excel does`, { key: 'zeros', params: { id: row.id, whole } });
    if (isVoting && row.role !== 'resident')
        add(`role ${row.role} would be new, and while voting is open roles stay`, { key: 'roleStays' });
    const same = sameness(row);
    const isSomebody = same !== undefined && leftOut.has(same);
    if (isSomebody)
        add('id would change of somebody on the roster, and while voting is open none changes', { key: 'idStays' });
    const sharesPhone = !isSomebody && held.size > 0 && row.phone !== undefined && held.has(addressHmac(vault, { community, ...phoneContact(row.phone) }));
    if (sharesPhone && !isExplained)
        add(`phone is somebody’s on the roster, and would be shared: ${NEEDS_REASON}`, { key: 'needsReason' });
    return { wrong, sharesPhone };
}
/** What changes of somebody on the roster; undefined if nothing does. */
function changeOf(row, before, card, { vault, community, columns, holders, isMade }) {
    const { _id } = before;
    const isNewCard = card !== undefined && card !== before.card;
    const differing = GIVEN.filter((field) => columns.includes(field) && row[field] !== before[field]);
    if (!isNewCard && differing.length === 0)
        return undefined;
    const set = { ...(isNewCard && { card }) };
    const unset = [];
    for (const field of differing) {
        if (isOfPerson(field))
            continue;
        if (row[field] === undefined)
            unset.push(field);
        else
            Object.assign(set, { [field]: row[field] });
    }
    if (differing.some(isOfPerson)) {
        const { rosterId = row.id, name, phone } = { ...before, ...Object.fromEntries(differing.map((field) => [field, row[field]])) };
        if (isMade) {
            const { person, searchKeys } = personFields(vault, { _id, community }, { rosterId, name, phone });
            Object.assign(set, { person, searchKeys });
        }
        if (differing.includes('phone') && phone === undefined)
            unset.push('phoneId');
        else if (differing.includes('phone') && phone !== undefined)
            set.phoneId = addressHmac(vault, { community, ...phoneContact(phone) });
    }
    const isMoved = set.phoneId !== undefined && before.phone !== undefined && holders.get(before.phone) === 1;
    return {
        _id,
        row,
        differing: differing.map((field) => ({ field, here: before[field], file: row[field] })),
        set,
        unset,
        endsLinks: isNewCard && before.card !== undefined,
        ...(isMoved && { phoneBefore: before.phoneId }),
    };
}
/** What of a change is refused while voting is open. */
function whileVoting({ line }, { set }, keys, isExplained) {
    const wrong = [];
    if (set.role !== undefined)
        wrong.push({ file: FILE, line, what: 'role would change, and while voting is open roles stay', why: { key: 'roleStays' } });
    if (keys.length > 0 && !isExplained)
        wrong.push({ file: FILE, line, what: `${keys.join(' and ')} would change: ${NEEDS_REASON}`, why: { key: 'needsReason' } });
    return wrong;
}
/** Makes the changes, in a transaction. While voting is open phones and cards change with a reason only, and each such change is recorded. */
export async function applyChanges(world, community, changes, { actor, reason, at }, session, progress) {
    await changeResidents(changes, session, progress);
    if (reason !== undefined)
        await recordKeyChanges(community, changes.keys, { actor, reason, at }, session);
    await moveStops(world, community, phonesIn(changes), session);
}
/** The phones that change, of residents who did not share the old one. */
function phonesIn({ changed }) {
    return new Map(changed.flatMap(({ set, phoneBefore }) => (set.phoneId && phoneBefore ? [[phoneBefore, set.phoneId]] : [])));
}
const NEEDS_REASON = 'while voting is open say who and why, with --by NAME --reason TEXT; how many change is public';
function keysIn({ set, unset }) {
    return [
        ...(set.phoneId !== undefined || unset.includes('phoneId') ? ['phone'] : []),
        ...(set.card !== undefined ? ['card'] : []),
    ];
}
function isOfPerson(field) {
    return field === 'name' || field === 'phone';
}
/** A key of name and phone: the same ones under another id are most likely the same person. Undefined without a name or a phone, as nobody can tell then. */
function sameness({ name, phone }) {
    return name === undefined || phone === undefined ? undefined : JSON.stringify([name, phone]);
}
