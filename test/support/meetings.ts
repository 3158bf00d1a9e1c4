import type { Notify } from '../../src/contacts/notify.ts';
import type { Act } from '../../src/fund/act/index.ts';
import { Community } from '../../src/fund/communities/index.ts';
import { findCycle } from '../../src/fund/cycles/index.ts';
import * as acts from '../../src/fund/meetings/index.ts';
import type { Actor } from '../../src/fund/people/index.ts';
import { collection } from '../../src/store/collection.ts';
import { localTimeOf } from '../../src/store/wallTime.ts';
import type { World } from '../../src/store/world.ts';
import { tried } from './tried.ts';

type On = { readonly cycle: string; readonly actor: Actor };

/** What somebody does with a cycle's meetings and its publication, by `tried`. */
const doing =
  <More extends object>(act: Act, asked: (given: More, cycle: string) => object | Promise<object> = (given) => given) =>
  (world: World, notify?: Notify) =>
  async ({ cycle, actor, ...given }: On & More): Promise<object> =>
    tried(world, notify)(act, { cycle, actor, ...(await asked(given as On & More, cycle)) });

interface Plan {
  readonly at: Date;
  readonly place: string;
  readonly items: readonly { readonly proposal: number; readonly advice: 'yes' | 'no' }[];
}

const planned = async ({ plan: { at, place, items }, ...given }: { plan: Plan; number?: number; seen?: number }, cycle: string) => {
  const { community = '' } = (await findCycle(cycle)) ?? {};
  const { timezone = 'UTC' } = (await collection(Community).findOne({ _id: community })) ?? {};
  const { year, month, day, hour, minute } = localTimeOf(at, timezone);
  const two = (part: number) => String(part).padStart(2, '0');
  const advised = (advice: string) => items.flatMap((item) => (item.advice === advice ? [item.proposal] : []));
  const when = { day: `${year}-${two(month)}-${two(day)}`, time: `${two(hour)}:${two(minute)}` };
  return { ...given, ...when, place, yes: advised('yes'), no: advised('no') };
};

export const publish = doing<{ seen: number }>(acts.publish);
export const checkPublication = doing<{ number: number; ballot?: string; finding?: string }>(
  acts.checkPublication,
  ({ number: seen, finding, ballot }) => ({ seen, ballot, finding, is: finding === undefined ? 'right' : 'wrong' }),
);
export const planMeeting = doing<{ plan: Plan }>(acts.planMeeting, planned);
export const changeMeeting = doing<{ plan: Plan; number: number; seen: number }>(acts.changeMeeting, planned);
export const writeMinutes = doing<{ number: number; seen: number; minutes: object }>(acts.writeMinutes, ({ minutes, ...given }) => ({
  ...given,
  ...minutes,
}));
export const signMinutes = doing<{ number: number; seen: number }>(acts.signMinutes);
export const addAddendum = doing<{ number: number; text: string }>(acts.addAddendum, ({ text, ...given }) => ({ ...given, addendum: text }));
export const answerObjection = doing<{ number: number; text: string }>(acts.answerObjection);
export const enterObjection = doing<{ objection: object; key: string }>(acts.enterObjection, ({ objection, key }) => ({ ...objection, key }));
