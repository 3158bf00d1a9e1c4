import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { cleanText } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { findCommunity, todayIn } from '../communities/index.ts';
import { withLog } from '../log/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { askSecond, needsSecond, type Waiting } from '../second/index.ts';
import {
  Account,
  AccountEntry,
  type AccountRecord,
  accountSubject,
  addEntry,
  type EntryGiven,
  type EntryRefusal,
  leftOf,
  planEntry,
  totalOf,
} from './account.ts';
import { sumsOf } from './readAccount.ts';

/** `same`: nothing would change. `noReason`: it takes one. `noDocument`: the work has no such document. */
type Refused = { readonly refused: EntryRefusal | 'noEntry' | 'noReason' | 'noDocument' | 'same' | 'changed' | 'isCorrection' };

type Added = { readonly entry: number } | Refused;

/** Whether a work has a document (its id), as the room `works` knows. */
export type HasDocument = (
  work: { readonly _id: { readonly cycle: string; readonly number: number }; readonly community: string },
  id: string,
) => Promise<boolean>;

const NONE: HasDocument = async () => false;

interface Given {
  readonly cycle: string;
  readonly work: number;
  readonly day: string;
  readonly paper?: string;
  /** A document of the work that shows the paper. */
  readonly document?: string;
  /** Names the form: what is sent twice counts once. */
  readonly key: string;
  readonly actor: Actor;
}

/** Changes what is granted to a work to another sum, with a reason. Rejects with `not-allowed` (`checkRight`). */
export function changeGrant(world: World, has = NONE): (given: Given & { readonly to: number; readonly reason: string }) => Promise<Added> {
  return async ({ cycle, work, to, reason: written, actor, ...given }) => {
    const account = await collection(Account).findOne({ _id: cycle });
    if (!account) return { refused: 'noAccount' };
    checkRight(actor, 'changeGrant', account.community);
    const reason = cleanText(written);
    if (reason === '') return { refused: 'noReason' };
    if (await lacks(has, account, work, given.document)) return { refused: 'noDocument' };
    return added(world, account, 'changeGrant', actor, async (session) => {
      const now = await sumsOf(cycle, work, session);
      return now.granted === to ? { refused: 'same' } : { ...given, work, kind: 'granted', amount: to - now.granted, reason };
    });
  };
}

/** Adds what residents bring themselves to a work. Rejects with `not-allowed` (`checkRight`). */
export function addOwn(world: World, has = NONE): (given: Given & { readonly amount: number }) => Promise<Added> {
  return async ({ cycle, actor, ...given }) => {
    const account = await collection(Account).findOne({ _id: cycle });
    if (!account) return { refused: 'noAccount' };
    checkRight(actor, 'addOwn', account.community);
    if (given.amount < 0) return { refused: 'amount' };
    if (await lacks(has, account, given.work, given.document)) return { refused: 'noDocument' };
    return added(world, account, 'addOwn', actor, async () => ({ ...given, kind: 'own' }));
  };
}

async function lacks(has: HasDocument, { _id: cycle, community }: AccountRecord, number: number, document: string | undefined): Promise<boolean> {
  return document !== undefined && !(await has({ _id: { cycle, number }, community }, document));
}

type Entry = Omit<EntryGiven, 'by' | 'at' | 'key'> & { readonly key: string };

/** Adds the entry that `entryNow` gives, looked at in the same transaction. */
async function added(
  world: World,
  { _id: cycle, community }: Pick<AccountRecord, '_id' | 'community'>,
  act: 'changeGrant' | 'addOwn' | 'correctEntry',
  actor: Actor,
  entryNow: (session: mongo.ClientSession) => Promise<Entry | Refused>,
): Promise<Added> {
  const acting = checkRight(actor, act, community);
  const today = await todayIn(world, community);
  return withLog(world)(community, async (session, write): Promise<Added> => {
    const entry = await entryNow(session);
    if ('refused' in entry) return entry;
    const given = entryOf(world, actor, act, entry);
    const outcome = await addEntry(cycle, given, today, session);
    if ('refused' in outcome) return outcome;
    await write({ ...acting, subject: accountSubject(cycle), once: given.key ?? '', detail: detailOf(outcome.entry, given) });
    return { entry: outcome.entry };
  });
}

/** An entry of the person who adds it, with what it counts under. */
export function entryOf({ vault, now }: World, { name }: Actor, act: string, { paper, reason, key, ...entry }: Entry): EntryGiven {
  const number = cleanText(paper ?? '');
  return {
    ...entry,
    ...(number && { paper: number }),
    ...(reason && { reason: cleanText(reason) }),
    ...{ by: name, at: now(), key: vault.hmac('act', key, act) },
  };
}

/** What the log says of an entry. */
export function detailOf(entry: number, { kind, work, amount, day, paper, corrects, reason }: EntryGiven) {
  const after = { entry, kind, work, amount, day, ...(paper && { paper }), ...(corrects !== undefined && { corrects }) };
  return { after, ...(reason !== undefined && { reason }) };
}

interface Correction extends Omit<Given, 'work'> {
  readonly entry: number;
  /** What it should have said. */
  readonly to: number;
  /** What it said when that was looked at, earlier corrections included. */
  readonly seen: number;
  readonly reason: string;
}

/**
 * Corrects an entry by another one, with a reason; the wrong one stays. If more is contracted by it, or more paid than the community's `twoPersonsAbove`, it
 * waits for a second person: a contract is for no more than the offer that two chose. Rejects with `not-allowed` (`checkRight`).
 */
export function correctEntry(world: World, has = NONE): (correction: Correction) => Promise<Added | Waiting> {
  return async ({ cycle, entry: number, to, seen, day, reason: written, paper, document, key, actor }) => {
    const account = await collection(Account).findOne({ _id: cycle });
    if (!account) return { refused: 'noAccount' };
    const { community } = account;
    checkRight(actor, 'correctEntry', community);
    const reason = cleanText(written);
    if (reason === '') return { refused: 'noReason' };
    const entry = await collection(AccountEntry).findOne({ _id: { cycle, entry: number } });
    if (!entry) return { refused: 'noEntry' };
    if (entry.corrects !== undefined) return { refused: 'isCorrection' };
    const earlier = await collection(AccountEntry).find({ '_id.cycle': cycle, corrects: number }, { limit: MOST_CORRECTIONS }).toArray();
    const own = world.vault.hmac('act', key, 'correctEntry');
    const same = earlier.find((correction) => correction.key === own);
    if (same) return { entry: same._id.entry };
    const now = earlier.reduce((sum, { amount }) => sum + amount, entry.amount);
    if (now !== seen) return { refused: 'changed' };
    if (to === now) return { refused: 'same' };
    if (to < 0 && entry.kind !== 'granted') return { refused: 'amount' };
    if (earlier.length >= MOST_CORRECTIONS) return { refused: 'amount' };
    if (await lacks(has, account, entry.work, document)) return { refused: 'noDocument' };
    const shown = { ...(paper !== undefined && { paper }), ...(document !== undefined && { document }) };
    const given = { work: entry.work, kind: entry.kind, amount: to - now, day, reason, ...shown, corrects: number, key };
    const planned = await planEntry(cycle, entryOf(world, actor, 'correctEntry', given), await todayIn(world, community));
    if ('refused' in planned) return planned;
    const { twoPersonsAbove = 0 } = (await findCommunity(community)) ?? {};
    const isMuch = (entry.kind === 'contracted' && given.amount > 0) || (entry.kind === 'paid' && given.amount > twoPersonsAbove);
    if (needsSecond(actor, 'correctEntry', isMuch ? 'muchMoney' : undefined)) {
      const payload = { cycle, entry: number, to, seen, day, reason, ...shown, key };
      const detail = { before: { amount: now }, after: { kind: entry.kind, work: entry.work, amount: to, day }, reason };
      return askSecond(world)({
        act: 'correctEntry',
        community,
        actor,
        subject: accountSubject(cycle),
        about: `${cycle}/${number}`,
        detail,
        payload,
      });
    }
    return added(world, account, 'correctEntry', actor, async (session) => {
      const corrections = await collection(AccountEntry).countDocuments({ '_id.cycle': cycle, corrects: number }, { session });
      return corrections === earlier.length ? given : { refused: 'changed' };
    });
  };
}

const MOST_CORRECTIONS = 100;

export type AccountClosed = { readonly left: number } | { readonly refused: 'noAccount' | 'already' | 'owed' | 'changed' };

/**
 * Closes a cycle's account with what is left. Everything contracted has to be paid first; a correction takes off the contract what will not be
 * paid. `seen`: how many entries the account had when it was looked at. Rejects with `not-allowed` (`checkRight`).
 */
export function closeAccount(world: World): (closing: { cycle: string; seen: number; actor: Actor }) => Promise<AccountClosed> {
  return async ({ cycle, seen, actor }) => {
    const found = await collection(Account).findOne({ _id: cycle });
    if (!found) return { refused: 'noAccount' };
    const { community } = found;
    const acting = checkRight(actor, 'closeAccount', community);
    return withLog(world)(community, async (session, write): Promise<AccountClosed> => {
      const account = (await collection(Account).findOne({ _id: cycle }, { session })) ?? found;
      if (account.closed) return { refused: 'already' };
      if (account.entries !== seen) return { refused: 'changed' };
      const total = totalOf(account.works);
      if (total.contracted !== total.paid) return { refused: 'owed' };
      const left = leftOf(total);
      await collection(Account).updateOne({ _id: cycle }, { $set: { closed: { left, by: actor.name, at: world.now() } } }, { session });
      await write({ ...acting, subject: accountSubject(cycle), detail: { after: { ...total, left } } });
      return { left };
    });
  };
}
