import { z } from 'zod';
import { phone } from '../../contacts/phone.ts';
import { collection } from '../../store/collection.ts';
import { act, choice, done, line, phoneText, refuse, subject, tick } from '../act/index.ts';
import { Community, phoneTyped } from '../communities/index.ts';
import { DAILY_WORK, STAFF_ROLES } from '../people/index.ts';
import { ALL, BY_ONE, giveRole, isOfficeHeld, keepUnwanted, linkFor, namedIn, STAFF_TEXTS, takeRole } from '../staff/index.ts';

const LONGEST_NAME = 40;

/** The staff of a community, or of all (`ALL`): whose logs have what is done to it, and a number of the country that is meant. */
const staff = subject({
  path: '/people/staff',
  async find(_, community, __, session) {
    const found = await collection(Community)
      .find(community === ALL ? {} : { _id: community }, { projection: { phone: 1 }, ...(session && { session }) })
      .toArray();
    const near = community === ALL ? undefined : found[0]?.phone;
    return found.length > 0 ? { community, logs: found.map(({ _id }) => _id), near } : null;
  },
  name: () => 'staff',
});

/**
 * Gives a person a role in a community, or in all (`ALL`); of a role that they have already the name is changed. Somebody's other phone is added like another
 * person, and the old one removed. Whoever signed in needs a second person but for helpers and implementers; the first supervisor, whom nobody could confirm, is
 * added by a command on the server. `isNew`: false if it was so already.
 */
export const addStaff = act({
  name: 'staff.add',
  may: DAILY_WORK,
  approval: { by: 'supervisor', when: ({ input: { role } }) => !BY_ONE.includes(role) },
  on: staff,
  input: z.strictObject({ name: line(LONGEST_NAME), phone: phoneText(), role: choice(STAFF_ROLES) }),
  /** `onServer`: only a command on the server does it; `firstSupervisor`, too. The others: `RoleGiven`. */
  refusals: { phoneWrong: 'phone', ownNumber: 'phone', onServer: 'role', firstSupervisor: 'role', nameTaken: 'name', otherName: 'name' },
  async run({ world, session, on: { community, logs, near }, input, actor }) {
    const typed = await phoneTyped(input.phone, near, session);
    if ('refused' in typed) return typed;
    const { number } = typed;
    const { name, role } = input;
    if (actor.kind === 'staff' && role === 'office') return refuse('onServer');
    if (actor.kind === 'staff' && role === 'supervisor' && !(await isOfficeHeld(world, community, role))) return refuse('firstSupervisor');
    const given = { name, phone: number, role };
    const outcome = await giveRole(world, community, given, actor, session);
    if ('refused' in outcome) return outcome.refused === 'already' ? done({ isNew: false }) : refuse(outcome.refused);
    const entries = logs.map((log) => ({
      ...{ community: log, subject: `staff/${role}`, names: namedIn(world.vault, log, given) },
      ...(outcome.before && { before: outcome.before }),
      after: given,
    }));
    return done({ isNew: true }, { ...entries[0], about: `${role}|${number}`, pinned: { phone: number } }, entries.slice(1));
  },
});

/**
 * Takes a role from a person, or all roles that they have in this community. Who has none left is out at once. Whoever signed in needs a second person but for
 * helpers and implementers. `removed`: how many.
 */
export const removeStaff = act({
  name: 'staff.remove',
  may: DAILY_WORK,
  approval: { by: 'supervisor', when: ({ input: { role } }) => role === undefined || !BY_ONE.includes(role) },
  on: staff,
  input: z.strictObject({ phone: phoneText(), role: choice(STAFF_ROLES).optional() }),
  /** `onServer`: only a command on the server does it. `lastSupervisor`: nobody could be the second person any more. */
  refusals: { phoneWrong: 'phone', onServer: null, lastSupervisor: null },
  async run({ world, session, on: { community, logs, near }, input, actor }) {
    const number = phone(input.phone, near);
    if (number === undefined) return refuse('phoneWrong');
    const { role } = input;
    if (actor.kind === 'staff' && (role === undefined || role === 'office')) return refuse('onServer');
    const outcome = await takeRole(world, community, { phone: number, role }, actor, session);
    if ('refused' in outcome) return refuse(outcome.refused);
    const { removed } = outcome;
    const entries = removed.flatMap(({ name, phone, role }) =>
      logs.map((log) => ({ community: log, subject: `staff/${role}`, before: { name, phone, role }, names: namedIn(world.vault, log, { phone }) })),
    );
    const [entry, ...others] = entries;
    const waiting = { about: `${role}|${number}`, pinned: { phone: number } };
    return done({ removed: removed.length }, entry && { ...entry, ...waiting }, others);
  },
});

/**
 * Makes a link that signs in a member of a community's staff, once, within 15 minutes. Who has a passkey signs in by it alone: only if they lost it, which ends
 * all of theirs, there is a link for them. Gives its token.
 */
export const linkStaff = act({
  name: 'staff.link',
  may: ['operator'],
  on: staff,
  input: z.strictObject({ phone: phoneText(), lost: tick().optional() }),
  refusals: { phoneWrong: 'phone', noRole: 'phone', hasPasskey: null },
  async run({ world, session, on: { community, near }, input }) {
    const number = phone(input.phone, near);
    if (number === undefined) return refuse('phoneWrong');
    const isLost = input.lost !== undefined;
    const outcome = await linkFor(world, community, number, isLost, session);
    if ('refused' in outcome) return refuse(outcome.refused);
    const { token, until, passkeysEnded, member } = outcome;
    const after = { name: member.name, until, ...(isLost && { passkeysEnded }) };
    return done({ token }, { subject: `staff/${member.role}`, after, names: namedIn(world.vault, community, { phone: number }) });
  },
});

/** A cadre chooses by which texts they are told what waits here (`tellStaff`), for themselves: those that they tick. */
export const chooseTexts = act({
  name: 'staff.texts',
  may: ['staff cadre'],
  on: staff,
  input: z.strictObject({ letters: tick().optional(), objections: tick().optional() }),
  refusals: {},
  async run({ world, session, on: { community }, input, actor }) {
    const unwanted = STAFF_TEXTS.filter((text) => input[text] === undefined);
    const member = await keepUnwanted(world, actor.id, unwanted, session);
    const wanted = (without: readonly string[]) => Object.fromEntries(STAFF_TEXTS.map((text) => [text, !without.includes(text)]));
    const before = member?.unwanted ?? [];
    if (!member || STAFF_TEXTS.every((text) => before.includes(text) === unwanted.includes(text))) return done({});
    const names = namedIn(world.vault, community, member);
    return done({}, { subject: `staff/${member.role}`, before: wanted(before), after: wanted(unwanted), names });
  },
});
