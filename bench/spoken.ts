import { freshPhoneOf, ONE, phoneOf, SPREAD, spreadNumberOf, spreadPhoneOf, spreadResidents } from './fill.ts';
import type { Spoken } from './request.ts';

/** A step that goes through all residents, each far from the previous one: neighbours in an index are never close together in time. */
const STRIDE = 618_033;

/** The turns of one work among several: each has people of its own, so that no other work warms up whom it measures. `of` divides the number of residents. */
export function apart<Turn>(spoken: (index: number) => Turn, which: number, of: number): (index: number) => Turn {
  return (index) => spoken(index * of + which);
}

/** `菜单` from one community's residents in turn: a dialog that records nothing. */
export function menu(residents: number): (index: number) => Spoken {
  return (index) => ({ from: phoneOf((index * STRIDE) % residents), to: ONE, body: '菜单' });
}

/** A question in other words than a command's: a dialog that is understood by likeness and records nothing. */
export function question(residents: number): (index: number) => Spoken {
  return (index) => ({ ...menu(residents)(index), body: '我下个礼拜才回来，到哪天截止哦' });
}

export function isAnswered(body: string): boolean {
  return /\d+号|截止|投/.test(body) && !isMenu(body);
}

/** `投 3 7` from one community's residents in turn: one ledger. */
export function vote(residents: number): (index: number) => Spoken {
  return (index) => ({ ...menu(residents)(index), body: '投 3 7' });
}

/** `支持 N` from one community's residents in turn, each time for another proposal. */
export function support(residents: number, proposals: number): (index: number) => Spoken {
  return (index) => ({ ...menu(residents)(index), body: `支持 ${(index % proposals) + 1}` });
}

export function isSupported(body: string): boolean {
  return /您支持|收回了/.test(body);
}

/** `评 3 N` from one community's residents in turn, each time with other stars. */
export function rating(residents: number): (index: number) => Spoken {
  return (index) => ({ ...menu(residents)(index), body: `评 3 ${(index % 5) + 1}` });
}

export function isRated(body: string): boolean {
  return /记下了|改好了/.test(body);
}

/** `投 3 7` from people who have never written, each once. */
export function firstVote(index: number): Spoken {
  return { from: freshPhoneOf(index), to: ONE, body: '投 3 7' };
}

/** `投 3 7` in a thousand communities in turn. */
export function spreadVote(index: number): Spoken {
  const resident = index % spreadResidents;
  return { from: spreadPhoneOf(resident), to: spreadNumberOf(resident % SPREAD), body: '投 3 7' };
}

/** A longer conversation: the ballot, a pick that is not understood, one by name, read back and cast, a project, and a word that answers nothing. */
const CONVERSATION: readonly (readonly [body: string, answer: RegExp])[] = [
  ['投票', /回(?:前面的)?号码/],
  ['那个那个', /没看懂/],
  ['还是花园和路灯吧', /投这些吗：3 社区花园、4 修路灯/],
  ['是', /\d{3} \d{3} \d{4}/],
  ['项目 3', /三号院后面/],
  ['不是', /没看懂/],
];
export const CONVERSATION_STEPS = CONVERSATION.length;

/** The messages of conversation 0, 1, 2 …; each is of one resident, in turn. */
export function conversation(residents: number): (index: number) => readonly Spoken[] {
  return (index) => CONVERSATION.map(([body]) => ({ ...menu(residents)(index), body }));
}

export function isOfConversation(body: string, step: number): boolean {
  return CONVERSATION[step]?.[1].test(body) === true;
}

export function isMenu(body: string): boolean {
  return /1 ?投票/.test(body);
}

export function isReceipt(body: string): boolean {
  return /\d{3} \d{3} \d{4}/.test(body);
}

/** With who writes behind it. */
export function isFirstReceipt(body: string): boolean {
  return isReceipt(body) && body.includes('退订');
}
