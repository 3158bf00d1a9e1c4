import { setTimeout as sleep } from 'node:timers/promises';
import type { Act } from '../../../contacts/act.ts';
import { needCard } from '../../../contacts/addressBook.ts';
import { addressHmac } from '../../../contacts/contact.ts';
import { collection } from '../../../store/collection.ts';
import type { World } from '../../../store/world.ts';
import { type CycleRecord, currentCycle, type FrozenCycle, isFrozen, keyingUntil, voteOf } from '../../cycles/index.ts';
import { isLinkedTo, isPhoneOf, newIn, Resident } from '../../people/index.ts';
import { type CycleKeys, cycleKeys, decryptSecret, type EntryRecord, entryByKey, lastEntry, receivedAt, type Voter } from '../ledger/entry.ts';
import { ledger, type Submitted } from '../ledger/ledger.ts';

/** `none`: no ballot that counts was cast from here without a card, or from elsewhere with the card of a resident who holds this phone. */
export type Voided =
  /** `slip`: of paper, after the close: it is not counted, and there is no voting again. */
  { readonly voided: true; readonly slip?: true } | { readonly none: true } | { readonly afterClose: true };

/** When each of these voters (by `Voter.voterId`) of a cycle handed in the slip that is their last one, in milliseconds. Whoever did not has none. */
export type HandedIn = (world: World, cycle: CycleRecord, voters: readonly string[]) => Promise<ReadonlyMap<string, number>>;

interface Suspect {
  readonly voter: Voter;
  /** The place of the suspect ballot in the ledger; of a slip that is not in it yet, a later one than any. */
  readonly seq: number;
  /** When that slip was handed in, in milliseconds. */
  readonly slipAt?: number;
  readonly places: Places;
}

interface Places {
  /** Stands for this number. */
  readonly here: string;
  /** Stands for the number that the roster has for the voter. */
  readonly roster?: string;
  /** The writer may not be the voter. Then a ballot that was cast elsewhere must not be voided. */
  readonly onlyHere: boolean;
}

/** Whether an entry may have been cast by another person than its voter. */
type Suspicion = (entry: EntryRecord, places: Places) => boolean;

interface Wanted {
  readonly isIt: Suspicion;
  /** A slip that was handed in last, and is not in the ledger yet, too. */
  readonly orSlip?: true;
}

const SLIP_VOIDED = { voided: true, slip: true } as const;

/** A turn that found the number unlocked has cast its ballot after this time, unless the database is slow. */
const UNDER_WAY_MS = 500;

/**
 * Service for 不是我: voids the last ballot that was cast from this number without a card, or from elsewhere with the card of a resident
 * who holds this number (the card was shown with the ballot, or once before to link a phone). It is voided only if it is the ballot that
 * counts. No earlier ballot counts again after that.
 * If several residents hold the number, or it is new in this vote, and no card says who writes, only ballots that were cast from it are looked at: nobody
 * may void a ballot that another person cast elsewhere.
 * A slip of paper that was handed in with the card and is not keyed yet is a ballot like any other: the entry that voids bears a moment after it, so that it is
 * `superseded` whenever it is keyed. From then on every ballot from this number needs the card. A ballot without the card that was just being cast, in any
 * process, is voided, too. After the close nothing in the ledger is changed (`afterClose`); a slip that is not in it is still reached until slips are closed.
 */
export async function voidBallot(
  world: World,
  _: unknown,
  act: Act,
  handedIn: HandedIn = async () => new Map(),
  pause: (ms: number) => Promise<unknown> = sleep,
): Promise<Voided> {
  const { vault } = world;
  const current = currentCycle(world);
  const keysOf = cycleKeys(world);
  const submit = ledger(world);
  const { community, at, beginWrite } = act;
  const cycle = await current(community, at);
  const keys = cycle && keysOf(cycle);
  const [before, afterClose] = [keys?.once(act.key, 'voidBallot'), keys?.once(act.key, 'voidSlip')];
  if (cycle && before && (await entryByKey(cycle._id, before))) return { voided: true };
  if (cycle && afterClose && (await entryByKey(cycle._id, afterClose))) return SLIP_VOIDED;
  const vote = cycle && voteOf(cycle, at);
  const isOver = vote ? at >= vote.to : false;
  const key = isOver ? afterClose : before;
  const isKeyed = cycle !== null && keyingUntil(cycle, at) !== undefined;
  if (isOver && !(isKeyed && key && isFrozen(cycle))) return { afterClose: true };
  beginWrite();
  if (!isOver) await needCard(addressHmac(vault, act), community);
  if (!keys || !key || !isFrozen(cycle)) return { none: true };
  const voided = await voidLast(cycle, keys, key, act, { isIt: isOver ? () => false : isSuspect, orSlip: true }); // now no other turn begins to cast
  if (isOver) return 'entry' in voided ? SLIP_VOIDED : { afterClose: true };
  if ('sealed' in voided) return { afterClose: true };
  await pause(UNDER_WAY_MS);
  const after = 'entry' in voided ? voided.entry._id.seq : 0;
  const isLate: Suspicion = (entry, { here }) => entry._id.seq > after && isSuspect(entry, { here, onlyHere: true });
  const late = await voidLast(cycle, keys, keys.once(act.key, 'voidLate'), act, { isIt: isLate });
  return 'entry' in voided || 'entry' in late ? { voided: true } : { none: true };

  async function voidLast(cycle: FrozenCycle, keys: CycleKeys, key: string, act: Act, wanted: Wanted): Promise<Submitted> {
    const { at, channel, withCard, beginWrite } = act;
    const suspect = await lastSuspect(cycle, keys, act, wanted);
    if (!suspect) return { refused: { reason: 'none' } };
    const { voter, places, slipAt } = suspect;
    const voiding = (moment: number) => ({
      voter: voter.pseudonym,
      picks: [],
      channel,
      from: places.here,
      withCard,
      moment: keys.hidden(moment, key),
    });
    return submit({
      key,
      cycle,
      at,
      voter: voter.voterId,
      needsLast: true,
      decide: ({ last }) => {
        if (slipAt !== undefined && isAfter(keys, slipAt, last)) return voiding(slipAt + 1);
        // a slip that was handed in after the ballot counts still, whenever it is entered; one from before does not revive
        return last && wanted.isIt(last, places) ? voiding(receivedAt(vault, keys, last) ?? at.getTime()) : { refused: { reason: 'none' } };
      },
      beginWrite,
    });
  }

  /** Whether something was handed in after a voter's last entry was received. */
  function isAfter(keys: CycleKeys, moment: number, last: EntryRecord | null | undefined): boolean {
    return !last || moment > (receivedAt(vault, keys, last) ?? 0);
  }

  /** The ballots that count and whose voters hold this number are looked at. Gives the last of them that may not be its voter's. */
  async function lastSuspect(cycle: CycleRecord, keys: CycleKeys, act: Act, { isIt, orSlip }: Wanted): Promise<Suspect | undefined> {
    const { community, resident, withCard } = act;
    const id = addressHmac(vault, act);
    const held = [{ 'linkedContacts.id': id }, { phoneId: id }, ...(resident ? [{ _id: resident }] : [])];
    const found = await collection(Resident)
      .find(
        { community, erasedAt: { $exists: false }, $or: held },
        { projection: { community: 1, person: 1, phoneId: 1, linkedContacts: 1, newContacts: 1 }, promoteBuffers: true },
      )
      .toArray();
    const holders = found.filter((one) => one._id === resident || isPhoneOf(vault, one, id) || isLinkedTo(vault, one, id));
    const here = keys.from(id);
    const voters = new Map(holders.map(({ _id }) => [_id, keys.voter(_id)]));
    const slips = orSlip
      ? await handedIn(
          world,
          cycle,
          [...voters.values()].map(({ voterId }) => voterId),
        )
      : new Map<string, number>();
    const suspects: Suspect[] = [];
    for (const holder of holders) {
      const { _id, phoneId } = holder;
      const voter = voters.get(_id) ?? keys.voter(_id);
      const isSure = holders.length === 1 && newIn(holder, id) !== cycle._id;
      const onlyHere = !isSure && !(withCard && _id === resident);
      const places = { here, onlyHere, ...(phoneId !== undefined && { roster: keys.from(phoneId) }) };
      const entry = await lastEntry(cycle._id, voter.voterId);
      const slipAt = onlyHere ? undefined : slips.get(voter.voterId);
      if (slipAt !== undefined && isAfter(keys, slipAt, entry)) suspects.push({ voter, slipAt, seq: Number.MAX_SAFE_INTEGER, places });
      else if (entry && isIt(entry, places)) suspects.push({ voter, seq: entry._id.seq, places });
    }
    return suspects.toSorted((one, other) => other.seq - one.seq)[0];
  }

  /** From here a ballot without a card is suspect. From elsewhere a ballot with a card is, and any ballot that is not from the voter's own number: a voter is known there only by the card. */
  function isSuspect(entry: EntryRecord, { here, roster, onlyHere }: Places): boolean {
    if (entry.voided) return false;
    const { from, withCard } = decryptSecret(vault, entry);
    if (from === here) return !withCard;
    return !onlyHere && (withCard || from !== roster);
  }
}
