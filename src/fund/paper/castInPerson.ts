import { z } from 'zod';
import type { Notify } from '../../contacts/notify.ts';
import { canReceiveSms } from '../../contacts/phone.ts';
import { collection } from '../../store/collection.ts';
import { index, optional, records } from '../../store/records.ts';
import type { World } from '../../store/world.ts';
import { act, done, given, key, line, number, refuse, subject, tick } from '../act/index.ts';
import { type Cast, cast } from '../ballots/index.ts';
import { findCommunity, todayIn } from '../communities/index.ts';
import { currentCycle } from '../cycles/index.ts';
import { AT_TABLE, contactsOf, mayStill, notifyHolder, notifyResident, personAtTable, Resident } from '../people/index.ts';
import { hand, twoHands } from './hands.ts';
import { secondPerson, Table } from './tables.ts';
import { tellNamed } from './tellNamed.ts';

/** That somebody entered a ballot beside its voter. It says neither whose nor what. */
export const Assist = records(
  'assists',
  {
    /** `key`: an HMAC of the ballot's key: it counts once. */
    _id: { cycle: String, key: String },
    community: String,
    helper: hand,
    witness: hand,
    /** The table at which it was; absent elsewhere. */
    table: optional(Number),
  },
  [index({ '_id.cycle': 1, 'helper.phone': 1 })],
);

/** The vote that is open; `cycle` is null between two. */
const openVote = subject({
  path: '/assisted',
  find: async ({ world }, community) => ({ community, cycle: await currentCycle(world)(community, world.now()) }),
  name: ({ community, cycle }) => cycle?._id ?? community,
});

/**
 * Casts a ballot that a helper enters beside its voter, with a witness who hears it read aloud, under the same rules as every other ballot. The voter was found
 * before (`findAtTable`), or shows the nine digits on their card. The ledger's entry cannot be in a transaction with the log's: if the process dies between
 * them, the same key writes the log's. The voter is notified by phone, with the picks only if they want that (`bySms`): they may not have been there. The
 * witness is told once a day by whom they were named. `tooManyHere`: who enters it entered so many within an hour that they wait (`MOST_AN_HOUR`); others go on.
 */
export const castAssisted = act({
  name: 'ballot.assist',
  may: AT_TABLE,
  on: openVote,
  input: z.strictObject({
    ...{ resident: line(200).optional(), card: line(200).optional(), pick: given(z.array(z.int())), witness: secondPerson() },
    /** The table that is open there; absent elsewhere. */
    table: number().optional(),
    bySms: tick().optional(),
    /** One ballot of a person in a cycle counts under it. */
    key: key(),
  }),
  refusals: {
    ...{ card: 'card', noPerson: 'card', tooManyCards: 'card', noSecond: 'witness', samePerson: 'witness', noTable: null },
    ...{ unknown: 'pick', doubled: 'pick', tooMany: 'pick', tooFew: 'pick' },
    ...{
      tooManyHere: null,
      none: null,
      early: null,
      late: null,
      held: null,
      hasBallot: null,
      enough: null,
      enoughWithCard: null,
      superseded: null,
      notOnRoll: null,
    },
  },
  async before({ world, on: { community, cycle }, input: { resident: found, card = '', pick: picks, witness, table, bySms, key: form }, actor }) {
    const at = world.now();
    if (!cycle) return refuse('none');
    const voter = await personAtTable.read({ world, community, actor }, found === undefined ? { card } : { resident: found });
    if ('refused' in voter) return voter;
    const { resident } = voter;
    const two = await twoHands(world, community, actor, witness, 'witness');
    if ('refused' in two) return two;
    if (table !== undefined && !(await isAtTable(cycle._id, table))) return refuse('noTable');
    const [helper, watched] = two.hands;
    const by = `${helper.name}、${watched.name}`;
    const key = `${form} ${resident}`;
    const given = { key, service: 'castAssisted' as const, at, community, channel: 'assisted' as const, by, resident, withCard: true, picks };
    const _id = { cycle: cycle._id, key: world.vault.hmac('act', cycle._id, key, 'castAssisted') };
    const isAgain = (await collection(Assist).findOne({ _id }, { projection: { _id: 1 } })) !== null;
    if (!isAgain && !(await mayStill(world, community, actor, 'assisted'))) return refuse('tooManyHere');
    const outcome = await cast(world)({ ...given, beginWrite: () => undefined });
    if (!('receipt' in outcome)) return refuse(outcome.refused.reason);
    return async ({ session, notify }) => {
      const at = { ...(table !== undefined && { table }) };
      await collection(Assist).updateOne({ _id }, { $setOnInsert: { community, helper, witness: watched, ...at } }, { session, upsert: true });
      const said = { key: 'notice.namedAsWitness', params: { by: helper.name } };
      const act = `${cycle._id}/assist/${helper.phone}/${await todayIn(world, community)}`;
      await tellNamed(world, notify, { community, other: witness, act, said });
      const line = { community, occasion: `assisted|${_id.key}`, said: { key: 'notice.assisted', params: { receipt: outcome.receipt } } };
      if (!(bySms && (await sendReceipt(world, notify, { community, resident, key: _id.key, outcome }))))
        await notifyResident(world, notify, resident, line);
      return done(outcome, { after: { by: [helper.name, watched.name], ...at }, once: _id.key });
    };
  },
});

async function isAtTable(cycle: string, number: number): Promise<boolean> {
  return (await collection(Table).findOne({ _id: { cycle, number }, closed: { $exists: false } }, { projection: { _id: 1 } })) !== null;
}

/** Queues the SMS with the receipt and the picks, which the voter can compare with what was read aloud. False if they have no phone that takes texts. */
async function sendReceipt(
  { vault }: World,
  notify: Notify,
  { community, resident: _id, key, outcome }: { community: string; resident: string; key: string; outcome: Extract<Cast, { receipt: string }> },
): Promise<boolean> {
  const [voter, home] = await Promise.all([collection(Resident).findOne({ community, _id }, { promoteBuffers: true }), findCommunity(community)]);
  const phone = voter && contactsOf(vault, voter).find((contact) => canReceiveSms(contact) === 'yes');
  if (!voter || !phone) return false;
  const { picks, receipt, closesAt } = outcome;
  await notify({
    occasion: `receipt|${key}`,
    community,
    ...phone,
    resident: _id,
    language: voter.language ?? home?.language ?? 'zh-CN',
    kind: 'receipt',
    said: { key: outcome.changed ? 'vote.changed' : 'vote.receipt', params: { picks, receipt, closesAt } },
  });
  return true;
}

/** A ballot that somebody casts on a hall's tablet, with their card. */
export interface KioskBallot {
  readonly picks: readonly number[];
  /** `_id` of the card's holder. */
  readonly resident: string;
  readonly community: string;
  /** The same key counts once. */
  readonly key: string;
  readonly at: Date;
}

/** Casts a ballot from a hall's tablet under the same rules as every other. The card's holder gets a line with the receipt, if they have a phone: it may have been somebody else. */
export async function castAtKiosk(world: World, notify: Notify, { picks, resident, community, key, at }: KioskBallot): Promise<Cast> {
  const castOne = cast(world);
  const holder = await collection(Resident).findOne(
    { _id: resident, community, erasedAt: { $exists: false } },
    { projection: { person: 1, phoneId: 1, linkedContacts: 1, language: 1 }, promoteBuffers: true },
  );
  const outcome = await castOne({
    ...{ key, service: 'castBallot' as const, at, community, channel: 'kiosk' as const, withCard: true, picks },
    ...(holder && { resident: holder._id }),
    beginWrite: () => undefined,
  });
  if (holder && 'receipt' in outcome)
    await notifyHolder(world, notify, holder, {
      community,
      occasion: `atTablet|${key}`,
      said: { key: 'notice.atTablet', params: { receipt: outcome.receipt } },
    });
  return outcome;
}
