import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TFunction } from 'i18next';
import { firstCommunities } from '../../fund/communities/index.ts';
import { type ResidentRow, readResidents, readStaff } from '../../fund/files/index.ts';
import { STAFF_ROLES, type StaffRole } from '../../fund/people/index.ts';
import { staffOf } from '../../fund/staff/index.ts';
import type { World } from '../../store/world.ts';
import { FOLDER } from '../community.ts';

/** A phone that the simulator plays. */
export interface Phone {
  readonly who: 'single' | 'shared' | 'stranger' | 'english' | StaffRole;
  /** Names it on the page. */
  readonly id: string;
  /** E.164. */
  readonly number: string;
  readonly language: 'zh-CN' | 'en';
  /** The people who have it, by the roster, and the cards that they hold. */
  readonly holders: readonly { readonly name: string; readonly card?: string | undefined }[];
  /** The number that it texts and calls, where that is not the demo community’s. */
  readonly line?: string;
  /** What to send from it, as keys of `simulator.try`. */
  readonly tries: readonly string[];
}

/** A number on no roster: 139 0000 0000. */
const STRANGER = '+8613900000000';

/** The phones of the demo's residents, as in `community/residents.csv`, a stranger's, and those of everybody in `community/staff.csv`, who sign in with them. */
export function demoPhones(): readonly Phone[] {
  const file = join(FOLDER, 'residents.csv');
  const { rows } = readResidents(file, readFileSync(file, 'utf8'), undefined);
  const numbers = new Set(rows.flatMap(({ phone }) => phone ?? []));
  const phones = [...numbers].map((number) => ({ number, rows: rows.filter(({ phone }) => phone === number) }));
  const single = phones.find(({ rows: [one, another] }) => !another && !one?.language?.startsWith('en'));
  const shared = phones.find(({ rows }) => rows.length > 1);
  const english = phones.find(({ rows: [one, another] }) => !another && one?.language === 'en');
  const staff = readStaff(readFileSync(join(FOLDER, 'staff.csv'), 'utf8'), undefined).rows;
  const residents: readonly Omit<Phone, 'id'>[] = [
    ...(single ? [{ ...played(single), who: 'single', language: 'zh-CN', tries: ['voteNow', 'byName', 'yes', 'ballot', 'propose'] } as const] : []),
    ...(shared ? [{ ...played(shared), who: 'shared', language: 'zh-CN', tries: ['voteOne', 'receipt', 'disownBallot'] } as const] : []),
    { number: STRANGER, holders: [], who: 'stranger', language: 'zh-CN', tries: ['voteOne', 'requestMembership', ...(shared ? ['othersCard'] : [])] },
    ...(english
      ? [{ ...played(english), who: 'english', language: 'en', tries: ['voteNow', 'voteOne', 'ballot', 'status', 'propose'] } as const]
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
        language: 'zh-CN' as const,
        tries: [],
      })),
  ];
}

/** The phones of the staff of other communities than the demo's, so that they get their digits: one cannot sign in there by a button. */
export async function staffElsewhere(world: World, known: readonly Phone[]): Promise<readonly Phone[]> {
  const communities = (await firstCommunities(MOST_ELSEWHERE)).filter(({ demo }) => !demo);
  const members = await Promise.all(
    communities.map(async ({ _id, name: place, phone: line }) =>
      (await staffOf(world, _id)).map(({ name, phone: number, role }) => ({ number, line, role, who: `${name}（${place}）` })),
    ),
  );
  const phones = new Map(members.flat().map((member) => [member.number, member]));
  for (const { number } of known) phones.delete(number);
  return [...phones.values()].map(({ number, line, role, who }, index) => ({
    ...{ who: role, id: `elsewhere-${index}`, number, line, language: 'zh-CN' as const, holders: [{ name: who }], tries: [] },
  }));
}

const MOST_ELSEWHERE = 20;

/** Whether a phone is that of somebody who works for the community. */
export function isOfStaff({ who }: Phone): boolean {
  return STAFF_ROLES.some((role) => role === who);
}

function played({ number, rows }: { number: string; rows: readonly ResidentRow[] }) {
  return { number, holders: rows.map(({ id, name, card }) => ({ name: name ?? id, card })) };
}

/** The name of a phone on the page: the names of the people who have it. */
export function nameOf({ who, holders }: Pick<Phone, 'who' | 'holders'>, t: TFunction): string {
  return holders.length > 0 ? holders.map(({ name }) => name).join(t('and')) : t(`who.${who}Name`);
}
