import type { Notify } from '../../src/contacts/notify.ts';
import type { Act } from '../../src/fund/act/index.ts';
import { type Actor, operator } from '../../src/fund/people/index.ts';
import * as acts from '../../src/fund/proposals/index.ts';
import type { World } from '../../src/store/world.ts';
import { tried } from './tried.ts';

type On = { readonly cycle: string; readonly actor: Actor };
export type OpinionGiven =
  | { readonly isFeasible: true; readonly cost?: number; readonly own?: number; readonly manner?: string }
  | { readonly isFeasible: false; readonly reason?: string; readonly sentence?: string };

/** What somebody does with proposals of a cycle, by `tried`. */
const doing =
  <More extends object>(act: Act, asked: (given: More) => object = (given) => given) =>
  (world: World, notify?: Notify) =>
  ({ cycle, actor, ...given }: On & More) =>
    tried(world, notify)(act, { cycle, actor, ...asked(given as On & More) });

export const hideProposal = doing<{ number: number; reason: string }>(acts.hideProposal);
export const releaseProposal = doing<{ number: number; reason: string }>(acts.releaseProposal);
export const takeApart = doing<{ number: number; reason: string }>(acts.takeApart);
export const takeOpinionBack = doing<{ number: number; reason: string }>(acts.takeOpinionBack);
export const setProposalState = doing<{ number: number; state: string; project?: number }>(acts.setProposalState);
export const keepApart = doing<{ number: number; other?: number; earlier?: number }>(acts.keepApart);
export const sortProposals = doing<{ numbers: readonly number[]; category?: string }>(acts.sortProposals);
/** The first of them with the others into a new one that says `into`, or into the proposal with this number. */
export const mergeProposals = doing<{ numbers: readonly number[]; into: number | string }>(acts.mergeProposals, ({ numbers, into }) => ({
  number: numbers[0],
  ...(typeof into === 'string' ? { newText: into, others: numbers.slice(1).join(' ') } : { into }),
}));
export const draftOpinion = doing<{ number: number; opinion: OpinionGiven; seen: Date | undefined }>(
  acts.draftOpinion,
  ({ number, seen, opinion: { isFeasible, ...opinion } }) => ({
    number,
    seen: seen?.getTime() ?? 0,
    feasible: isFeasible ? 'yes' : 'no',
    ...opinion,
  }),
);
export const giveOpinions = doing<{ numbers: readonly number[]; seen?: ReadonlyMap<number, number> }>(acts.giveOpinions, ({ numbers, seen }) => ({
  drafts: numbers.map((number) => ({ number, ...(seen && { at: seen.get(number) }) })),
}));
export const enterMany = doing<{ texts: readonly string[]; origin: string; key: string }>(acts.enterProposals);

interface Entered {
  readonly text: string;
  readonly origin: string;
  readonly category?: string;
  readonly name?: string;
  readonly phone?: string;
}

/** Writes them down one after the other. */
export function enterProposals(world: World) {
  return async ({
    proposals,
    key,
    ...on
  }: On & { readonly proposals: readonly Entered[]; readonly key: string }): Promise<{ readonly entered?: readonly number[] }> => {
    const entered: number[] = [];
    for (const [index, proposal] of proposals.entries()) {
      const done = await tried(world)(acts.enterProposal, { ...on, ...proposal, key: `${key}|${index}` });
      if (!('entered' in done) || !Array.isArray(done.entered)) return done;
      entered.push(...done.entered);
    }
    return { entered };
  };
}

/** Writes down what was heard; `isFirst`: what somebody else wrote down stays. */
export function writeDown(world: World, notify?: Notify) {
  return async (heard: { recording: string; text: string; isFirst?: boolean; actor?: Actor }): Promise<object> => {
    const community = (await acts.communityOfRecording(heard.recording)) ?? '';
    const again = heard.isFirst ? {} : { again: true };
    const asked = { community, recording: heard.recording, actor: heard.actor ?? operator('李姐'), heard: heard.text, ...again };
    return tried(world, notify)(acts.writeDown, asked);
  };
}
