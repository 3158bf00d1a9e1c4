import { randomBytes } from 'node:crypto';
import { writeInquiry } from '../../src/fund/inquiries/index.ts';
import { operator } from '../../src/fund/people/index.ts';
import { encryptedProposal, Proposal } from '../../src/fund/proposals/index.ts';
import { addStaff } from '../../src/fund/roster/index.ts';
import { beginSession, staffPhone } from '../../src/fund/staff/index.ts';
import { enqueue } from '../../src/outreach/outbox/enqueue.ts';
import { collection } from '../../src/store/collection.ts';
import { DAY_MS } from '../../src/store/wallTime.ts';
import { fill, phoneOf } from '../fill.ts';
import { withStore } from '../outbox/withStore.ts';
import { benchVault } from '../secret.ts';

export const RESIDENTS = 20_000;
export const PROPOSALS = 2_000;
export const INQUIRIES = 500;
/** Cadres, each with a phone and a session of their own. */
export const STAFF = 20;

/** Fills a database with one big community, its proposals and inquiries, and its cadres; gives the cookies of their sessions, which are named as under https. */
export async function fillOffice(uri: string): Promise<string[]> {
  await fill(uri, RESIDENTS);
  return withStore(uri, async ({ world }) => {
    const at = new Date(Date.now() - 2 * DAY_MS);
    await collection(Proposal).insertMany(
      Array.from({ length: PROPOSALS }, (_, index) => {
        const _id = { cycle: 'bench-2027', number: index + 1 };
        return {
          ...{
            _id,
            community: 'bench',
            at,
            channel: 'sms',
            origin: 'sms',
            state: 'received',
            public: true,
            by: `bench|${index}`,
            slot: `bench ${index}`,
            key: `bench ${index}`,
          },
          ...{ text: encryptedProposal(benchVault, _id, `小广场下雨就积水，能不能修一修 ${index + 1}`), history: [] },
        } as const;
      }),
    );
    for (let index = 0; index < INQUIRIES; index += 1) {
      const act = {
        key: `inquiry ${index}`,
        community: 'bench',
        channel: 'sms',
        address: phoneOf(index),
        at,
        withCard: false,
        beginWrite: () => {},
      } as const;
      await writeInquiry(world, async () => {}, { kind: 'question', text: `投票几点截止？第${index}个人问` }, act);
    }
    const cookies: string[] = [];
    for (let index = 0; index < STAFF; index += 1) {
      const phone = `+8613900001${String(index).padStart(3, '0')}`;
      await addStaff.perform(
        { world, notify: enqueue(world) },
        { community: 'bench', at: {}, input: { name: `王芳${index}`, phone, role: 'cadre' }, actor: operator('bench') },
      );
      cookies.push(`__Host-staff=${await beginSession({ ...world, randomBytes }, staffPhone(benchVault, phone), 'bench')}`);
    }
    return cookies;
  });
}
