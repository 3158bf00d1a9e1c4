import { model, Schema } from 'mongoose';
import type { Notice, Notify } from '../../contacts/notify.ts';
import { canReceiveSms } from '../../contacts/phone.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { type Cast, cast } from '../ballots/index.ts';
import { findCommunity, todayIn } from '../communities/index.ts';
import { currentCycle } from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import { type Actor, checkRight, contactsOf, notifyHolder, notifyResident, personAtTable, Resident } from '../people/index.ts';
import type { BallotItem } from '../projects/index.ts';
import { type Hand, twoHands } from './hands.ts';
import { Table } from './tables.ts';
import { tellNamed } from './tellNamed.ts';

/** That somebody entered a ballot beside its voter. It says neither whose nor what. */
interface AssistRecord {
  /** `key`: an HMAC of the ballot's key: it counts once. */
  _id: { cycle: string; key: string };
  community: string;
  helper: Hand;
  witness: Hand;
  /** The table at which it was; absent elsewhere. */
  table?: number;
}

const hand = { type: { phone: { type: String, required: true }, name: { type: String, required: true } }, required: true, _id: false };
const schema = new Schema<AssistRecord>(
  {
    _id: { type: new Schema({ cycle: { type: String, required: true }, key: { type: String, required: true } }, { _id: false }), required: true },
    community: { type: String, required: true },
    helper: hand,
    witness: hand,
    table: Number,
  },
  { strict: 'throw', versionKey: false, collection: 'assists' },
);
schema.index({ '_id.cycle': 1, 'helper.phone': 1 });

export const Assist = model<AssistRecord>('Assist', schema);

/** A ballot that somebody enters beside its voter. */
export interface AssistedBallot {
  readonly community: string;
  /** Found before (`findAtTable`), or by the nine digits on their card. */
  readonly person: { readonly resident: string } | { readonly card: string };
  readonly picks: readonly number[];
  /** Who watches and hears it read aloud (`StaffMember.id`; on the server a name). */
  readonly witness: string;
  /** The table that is open there; absent elsewhere. */
  readonly table?: number;
  /** The voter wants the receipt by SMS, too. */
  readonly bySms?: boolean;
  /** From the form: one ballot of a person in a cycle counts under it. */
  readonly key: string;
  readonly actor: Actor;
}

export type Assisted = Cast | { readonly refused: { readonly reason: 'card' | 'noPerson' | 'tooManyCards' | 'noSecond' | 'samePerson' | 'noTable' } };

/** Queues the SMS with the receipt and the picks, which the voter can compare with what was read aloud. */
export type TellReceipt = (
  notice: Omit<Notice, 'said'> & {
    readonly said: {
      readonly key: string;
      readonly params: { readonly picks: readonly BallotItem[]; readonly receipt: string; readonly closesAt: string };
    };
  },
) => Promise<void>;

/**
 * Casts a ballot that a helper enters beside its voter, with a witness, under the same rules as every other ballot. The ledger's entry cannot be in a
 * transaction with the log's: if the process dies between them, the same key writes the log's. The voter is notified by phone, with the picks only if they want
 * that: they may not have been there. The witness is told once a day by whom they were named. Rejects with `not-allowed` (`checkRight`).
 */
export function castAssisted(world: World, tell: TellReceipt & Notify): (ballot: AssistedBallot) => Promise<Assisted> {
  const castOne = cast(world);
  const tellVoter = notifyResident(world, tell);
  const current = currentCycle(world);
  const personOf = personAtTable(world);
  return async ({ community, person, picks, witness, table, bySms, key: formKey, actor }) => {
    const acting = checkRight(actor, 'castAssisted', community);
    const at = world.now();
    const cycle = await current(community, at);
    if (!cycle) return { refused: { reason: 'none' } };
    const voter = await personOf(community, person, actor);
    if ('refused' in voter) return { refused: { reason: voter.refused } };
    const { resident } = voter;
    const two = await twoHands(world, community, actor, witness, 'witness');
    if ('refused' in two) return { refused: { reason: two.refused } };
    if (table !== undefined && !(await isAtTable(cycle._id, table))) return { refused: { reason: 'noTable' } };
    const [helper, watched] = two.hands;
    const by = `${helper.name}、${watched.name}`;
    const key = `${formKey} ${resident}`;
    const given = { key, service: 'castAssisted' as const, at, community, channel: 'assisted' as const, by, resident, withCard: true, picks };
    const outcome = await castOne({ ...given, beginWrite: () => undefined });
    if (!('receipt' in outcome)) return outcome;
    const _id = { cycle: cycle._id, key: world.vault.hmac('act', cycle._id, key, 'castAssisted') };
    await withLog(world)(community, async (session, write) => {
      const record = { community, helper, witness: watched, ...(table !== undefined && { table }) };
      await collection(Assist).updateOne({ _id }, { $setOnInsert: record }, { session, upsert: true });
      const after = { by: [helper.name, watched.name], ...(table !== undefined && { table }) };
      await write({ ...acting, subject: cycle._id, detail: { after }, once: _id.key });
      const said = { key: 'notice.namedAsWitness', params: { by: helper.name } };
      const act = `${cycle._id}/assist/${helper.phone}/${await todayIn(world, community)}`;
      await tellNamed(world, tell, { community, other: witness, act, said }, session);
    });
    const line = { community, occasion: `assisted|${_id.key}`, said: { key: 'notice.assisted', params: { receipt: outcome.receipt } } };
    if (!(bySms && (await sendReceipt(world, tell, { community, resident, key: _id.key, outcome })))) await tellVoter(resident, line);
    return outcome;
  };
}

async function isAtTable(cycle: string, number: number): Promise<boolean> {
  return (await collection(Table).findOne({ _id: { cycle, number }, closed: { $exists: false } }, { projection: { _id: 1 } })) !== null;
}

/** False if they have no phone that takes texts. */
async function sendReceipt(
  { vault }: World,
  tell: TellReceipt,
  { community, resident: _id, key, outcome }: { community: string; resident: string; key: string; outcome: Extract<Cast, { receipt: string }> },
): Promise<boolean> {
  const [voter, home] = await Promise.all([collection(Resident).findOne({ community, _id }, { promoteBuffers: true }), findCommunity(community)]);
  const phone = voter && contactsOf(vault, voter).find((contact) => canReceiveSms(contact) === 'yes');
  if (!voter || !phone) return false;
  const { picks, receipt, closesAt } = outcome;
  await tell({
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
export function castAtKiosk(world: World, notify: Notify): (ballot: KioskBallot) => Promise<Cast> {
  const castOne = cast(world);
  const tell = notifyHolder(world, notify);
  return async ({ picks, resident, community, key, at }) => {
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
      await tell(holder, { community, occasion: `atTablet|${key}`, said: { key: 'notice.atTablet', params: { receipt: outcome.receipt } } });
    return outcome;
  };
}
