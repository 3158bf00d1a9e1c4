import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readResidents, readStaff } from '../../fund/files/index.js';
import { STAFF_ROLES } from '../../fund/people/index.js';
import { FOLDER } from '../community.js';
/** A number on no roster: 139 0000 0000. */
const STRANGER = '+8613900000000';
/** The phones of the demo's residents, as in `community/residents.csv`, a stranger's, and those of everybody in `community/staff.csv`, who sign in with them. */
export function demoPhones() {
    const file = join(FOLDER, 'residents.csv');
    const { rows } = readResidents(file, readFileSync(file, 'utf8'), undefined);
    const numbers = new Set(rows.flatMap(({ phone }) => phone ?? []));
    const phones = [...numbers].map((number) => ({ number, rows: rows.filter(({ phone }) => phone === number) }));
    const single = phones.find(({ rows: [one, another] }) => !another && !one?.language?.startsWith('en'));
    const shared = phones.find(({ rows }) => rows.length > 1);
    const english = phones.find(({ rows: [one, another] }) => !another && one?.language === 'en');
    const staff = readStaff(readFileSync(join(FOLDER, 'staff.csv'), 'utf8'), undefined).rows;
    const residents = [
        ...(single ? [{ ...played(single), who: 'single', language: 'zh-CN', tries: ['voteNow', 'byName', 'yes', 'ballot', 'propose'] }] : []),
        ...(shared ? [{ ...played(shared), who: 'shared', language: 'zh-CN', tries: ['voteOne', 'receipt', 'disownBallot'] }] : []),
        { number: STRANGER, holders: [], who: 'stranger', language: 'zh-CN', tries: ['voteOne', 'requestMembership', ...(shared ? ['othersCard'] : [])] },
        ...(english
            ? [{ ...played(english), who: 'english', language: 'en', tries: ['voteNow', 'voteOne', 'ballot', 'status', 'propose'] }]
            : []),
    ];
    return [
        ...residents.map((phone) => ({ ...phone, id: phone.who })),
        ...staff
            .filter((member) => !residents.some(({ number }) => number === member.phone))
            .map(({ name, phone: number, role }, index) => ({
            number,
            holders: [{ name }],
            who: role,
            id: `staff-${index}`,
            language: 'zh-CN',
            tries: [],
        })),
    ];
}
/** Whether a phone is that of somebody who works for the community. */
export function isOfStaff({ who }) {
    return STAFF_ROLES.some((role) => role === who);
}
function played({ number, rows }) {
    return { number, holders: rows.map(({ id, name, card }) => ({ name: name ?? id, card })) };
}
/** The name of a phone on the page: the names of the people who have it. */
export function nameOf({ who, holders }, t) {
    return holders.length > 0 ? holders.map(({ name }) => name).join(t('and')) : t(`who.${who}Name`);
}
