import mongoose from 'mongoose';
import { openAccount } from '../../src/fund/accounts/index.ts';
import { importAccount as importAct, readAccountFile } from '../../src/fund/files/index.ts';
import type { Actor } from '../../src/fund/people/index.ts';
import { staffPhone } from '../../src/fund/staff/index.ts';
import { encryptedContact } from '../../src/fund/works/implementers.ts';
import { Implementer, Work, type WorkRecord } from '../../src/fund/works/index.ts';
import { collection } from '../../src/store/collection.ts';
import { withMark } from '../../src/store/recordMark.ts';
import { DAY_MS, dayOf } from '../../src/store/wallTime.ts';
import type { World } from '../../src/store/world.ts';
import type { Town } from './town.ts';
import { tried } from './tried.ts';

/** The day on which results are there in these tests: it has come. */
export const RESULT_DAY = '2026-01-10';
/** A day by which something may have to be done. */
export const LATER = dayOf(new Date(Date.now() + 400 * DAY_MS), 'Asia/Shanghai');

/** A picture and a paper as they are kept, of which no test looks inside. */
export const PICTURE = {
  large: Buffer.from('large'),
  medium: Buffer.from('medium'),
  small: Buffer.from('small'),
  width: 16,
  height: 9,
  original: '0'.repeat(64),
};
export const PAPER = { type: 'pdf' as const, bytes: Buffer.from('%PDF-'), original: '0'.repeat(64) };

/** Makes a town's works as if these projects had won, each with so much granted, the last one by the most votes, and opens its account; `budget`: what there is to grant. */
export async function won(
  world: World,
  { community, cycle }: Pick<Town, 'community' | 'cycle'>,
  granted: Readonly<Record<number, number>>,
  budget = Object.values(granted).reduce((sum, amount) => sum + amount, 0),
): Promise<void> {
  const at = world.now();
  const works = Object.entries(granted)
    .map(([work, amount]) => ({ work: Number(work), amount }))
    .toReversed();
  const opening = { cycle, community, currency: 'CNY', budget, granted: works, day: RESULT_DAY, by: 'Yisheng', at };
  await mongoose.connection.withSession((session) => session.withTransaction(() => openAccount(world.vault, opening, session)));
  const step = { state: 'approved' as const, day: RESULT_DAY, by: 'Yisheng', at };
  await collection(Work).insertMany(
    works.map(({ work: number }) => {
      const begun = { steps: [step], offers: [], papers: [], news: 0, revision: 0 };
      return withMark(world.vault, 'works', { _id: { cycle, number }, community, state: step.state, ...begun });
    }),
  );
}

/** Makes who has this phone an implementer, the first of its community, who was chosen for a work. */
export async function chooses(world: World, { community, cycle }: Pick<Town, 'community' | 'cycle'>, number: number, phone: string): Promise<void> {
  const _id = { community, number: 1 };
  const contact = encryptedContact(world.vault, _id, { person: '周师傅', phone });
  const at = world.now();
  const about = { organisation: '周记水电', kind: 'trader' as const, by: '李姐', at };
  await collection(Implementer).insertOne(withMark(world.vault, 'implementers', { _id, ...about, contact, phone: staffPhone(world.vault, phone) }));
  await stand(cycle, number, { state: 'chosen', chosen: { implementer: 1, amount: 62_000, reason: '熟手', by: '李姐', at } });
}

/** Puts a work into a state, as its acts would leave it. */
export async function stand(cycle: string, number: number, set: Partial<WorkRecord>): Promise<void> {
  await collection(Work).updateOne({ _id: { cycle, number } }, { $set: set });
}

/** Imports a file into an account, or looks at it, as the console does: `{ problems }`, if rows are not taken. */
export function importAccount(world: World) {
  return async ({ cycle, bytes, isTry, actor }: { cycle: string; bytes: Uint8Array; isTry: boolean; actor: Actor }): Promise<object> => {
    const file = await readAccountFile(bytes);
    if ('refused' in file) return file;
    const outcome = await tried(world)(importAct, { cycle, file, is: isTry ? 'try' : 'add', actor });
    if (!('mistakes' in outcome)) return outcome;
    return { problems: Object.entries(outcome.mistakes as object).map(([path, why]) => ({ row: Number(path.split('.')[1]), why })) };
  };
}
