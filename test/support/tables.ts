import { expect } from 'chai';
import type { Notify } from '../../src/contacts/notify.ts';
import type { Act } from '../../src/fund/act/index.ts';
import * as acts from '../../src/fund/paper/index.ts';
import type { Actor } from '../../src/fund/people/index.ts';
import { collection } from '../../src/store/collection.ts';
import type { World } from '../../src/store/world.ts';
import { tried } from './tried.ts';

type AtTable = { readonly cycle: string; readonly table: number };

/** Who hands in a slip. */
export type Handing = { resident: string } | { card: string } | { name: string; building: string; phone?: string };

/** What somebody does with slips and at tables, by `tried`. */
const doing =
  <Given extends object>(act: Act, asked: (given: Given) => object | Promise<object> = (given) => given) =>
  (world: World, notify?: Notify) =>
  async ({ actor, ...given }: Given & { readonly actor: Actor }): Promise<object> =>
    tried(world, notify)(act, { actor, ...(await asked(given as unknown as Given)) });

const numbered = <Given extends AtTable>({ table: number, ...given }: Given) => ({ ...given, number });

export const openTable = doing<{ cycle: string; place: string; received: number; other: string }>(acts.openTable);
export const markSlip = doing<AtTable & { id: string; serial: string; person: Handing; other: string; at?: Date }>(
  acts.markSlip,
  ({ person, ...given }) => numbered({ ...given, ...person }),
);
export const undoMark = doing<{ cycle: string; id: string }>(acts.undoMark, async ({ cycle, id }) => {
  const mark = await collection(acts.Mark).findOne({ _id: { cycle, id } });
  return { cycle, id, number: mark?.table };
});
export const validateTable = doing<AtTable & { incident?: string }>(acts.validateTable, numbered);

export interface Comparing {
  readonly cycle: string;
  readonly serial: string;
  readonly says: { readonly picks: readonly number[] } | 'unreadable' | 'absent';
  readonly reason?: string;
  readonly actor: Actor;
}
/** As one types it: `48209175 3 7`. */
export const compareSlip = doing<Omit<Comparing, 'actor'>>(acts.compareSlip, ({ serial, says, ...given }) => ({
  ...given,
  line: [serial, ...(typeof says === 'object' ? says.picks : [says === 'absent' ? '-' : 'x'])].join(' '),
}));

type Counts = AtTable & { handedOut: number; spoiled: number; left: number; reason?: string; other: string };
/** Of what does not agree it gives each difference. */
export const closeTable = (world: World, notify?: Notify) => async (given: Counts & { actor: Actor }) => {
  const closed = await doing<Counts>(acts.closeTable, numbered)(world, notify)(given);
  return Object.fromEntries(Object.entries(closed).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]));
};

interface Assisting {
  readonly community: string;
  readonly person: { readonly resident: string } | { readonly card: string };
  readonly picks: readonly number[];
  readonly witness: string;
  readonly table?: number;
  readonly bySms?: boolean;
  readonly key: string;
}
export const castAssisted = (world: World, notify?: Notify) => async (given: Assisting & { readonly actor: Actor }) => {
  const cast = doing<Assisting>(acts.castAssisted, ({ person, picks, bySms, ...given }) => ({
    ...{ ...given, ...person, pick: picks },
    ...(bySms && { bySms: 'yes' }),
  }));
  const outcome = await cast(world, notify)(given);
  return 'refused' in outcome ? { refused: { reason: outcome.refused } } : outcome;
};

/** Makes a device a tablet; gives its token. */
export async function openKiosk(
  world: World,
  { community, actor, ...input }: { community: string; actor: Actor; phone: string; device: string },
): Promise<string> {
  const opened = await acts.openKiosk.perform({ world, notify: async () => undefined }, { community, at: {}, input, actor });
  return opened.is === 'done' ? opened.result.token : expect.fail(opened.is);
}
