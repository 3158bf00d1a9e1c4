import { ONE, phoneOf, SPREAD, spreadNumberOf, spreadPhoneOf, spreadResidents } from './fill.ts';
import type { Spoken } from './request.ts';

/** Goes through all residents, far from the one before: no two neighbours of an index are near each other in time. */
const STRIDE = 618_033;

/** `菜单` of one community's residents in turn: a dialog that records nothing. */
export function menu(residents: number): (index: number) => Spoken {
  return (index) => ({ from: phoneOf((index * STRIDE) % residents), to: ONE, body: '菜单' });
}

/** `投 3 7` of one community's residents in turn: one ledger. */
export function vote(residents: number): (index: number) => Spoken {
  return (index) => ({ ...menu(residents)(index), body: '投 3 7' });
}

/** `投 3 7` in a thousand communities in turn. */
export function spreadVote(index: number): Spoken {
  const resident = index % spreadResidents;
  return { from: spreadPhoneOf(resident), to: spreadNumberOf(resident % SPREAD), body: '投 3 7' };
}

export function isMenu(body: string): boolean {
  return body.includes('1投票');
}

export function isReceipt(body: string): boolean {
  return /\d{3} \d{3} \d{4}/.test(body);
}
