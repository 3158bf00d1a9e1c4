import { setTimeout as sleep } from 'node:timers/promises';
import type { Act } from '../../../contacts/act.ts';
import { needCard } from '../../../contacts/addressBook.ts';
import { addressHmac } from '../../../contacts/contact.ts';
import { collection } from '../../../store/collection.ts';
import type { World } from '../../../store/world.ts';
import { currentCycle, type FrozenCycle, isFrozen, voteOf } from '../../cycles/index.ts';
import { Resident } from '../../people/index.ts';
import { type CycleKeys, cycleKeys, type Voter } from '../ledger/cycleKeys.ts';
import { decryptSecret, type EntryRecord, entryByKey, lastEntry } from '../ledger/entry.ts';
import { ledger, type Submitted } from '../ledger/ledger.ts';

/** `none`: no ballot that counts was cast from here without a card, or from elsewhere with the card of a resident who holds this phone. */
export type Voided = { readonly voided: true } | { readonly none: true } | { readonly afterClose: true };

interface Suspect {
  readonly voter: Voter;
  readonly entry: EntryRecord;
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

/** A turn that found the number unlocked has cast its ballot after this time, unless the database is slow. */
const UNDER_WAY_MS = 500;

/**
 * Service for 不是我: voids the last ballot that was cast from this number without a card, or from elsewhere with the card of a resident
 * who holds this number (the card was shown with the ballot, or once before to link a phone). It is voided only if it is the ballot that
 * counts. No earlier ballot counts again after that.
 * If several residents hold the number and no card says who writes, only ballots that were cast from it are looked at: nobody may void a
 * ballot that another holder cast elsewhere.
 * From then on every ballot from this number needs the card. A ballot without the card that was just being cast, in any process, is voided,
 * too. After the close nothing is changed: `afterClose`.
 */
export function voidBallot(world: World, pause: (ms: number) => Promise<unknown> = sleep): (input: unknown, act: Act) => Promise<Voided> {
  const { vault } = world;
  const current = currentCycle(world);
  const keysOf = cycleKeys(world);
  const submit = ledger(world);

  return async (_, act) => {
    const { community, at, beginWrite } = act;
    const cycle = await current(community, at);
    const keys = cycle && keysOf(cycle);
    const key = keys?.once(act.key, 'voidBallot');
    if (key && (await entryByKey(key))) return { voided: true };
    const vote = cycle && voteOf(cycle, at);
    if (vote && at >= vote.to) return { afterClose: true };
    beginWrite();
    await needCard(addressHmac(vault, act), community);
    if (!keys || !key || !isFrozen(cycle)) return { none: true };
    const voided = await voidLast(cycle, keys, key, act, isSuspect); // now that no other turn begins to cast
    if ('sealed' in voided) return { afterClose: true };
    await pause(UNDER_WAY_MS);
    const after = 'entry' in voided ? voided.entry._id.seq : 0;
    const isLate: Suspicion = (entry, { here }) => entry._id.seq > after && isSuspect(entry, { here, onlyHere: true });
    const late = await voidLast(cycle, keys, keys.once(act.key, 'voidLate'), act, isLate);
    return 'entry' in voided || 'entry' in late ? { voided: true } : { none: true };
  };

  async function voidLast(cycle: FrozenCycle, keys: CycleKeys, key: string, act: Act, isIt: Suspicion): Promise<Submitted> {
    const { at, channel, withCard, beginWrite } = act;
    const suspect = await lastSuspect(keys, act, isIt);
    if (!suspect) return { refused: { reason: 'none' } };
    const { voter, places } = suspect;
    const from = places.here;
    return submit({
      key,
      cycle,
      at,
      voter: voter.voterId,
      needsLast: true,
      decide: ({ last }) =>
        last && isIt(last, places)
          ? { voter: voter.pseudonym, picks: [], channel, from, withCard, moment: keys.hidden(momentOf(keys, last, at), key) }
          : { refused: { reason: 'none' } },
      beginWrite,
    });
  }

  /** When the ballot was received that is voided: a slip that was handed in after it counts still, whenever it is entered; one from before does not revive. */
  function momentOf(keys: CycleKeys, last: EntryRecord, at: Date): number {
    const { moment } = decryptSecret(vault, last);
    return moment === undefined ? at.getTime() : keys.hidden(moment, last.key);
  }

  /** The ballots that count and whose voters hold this number are looked at. Gives the last of them that may not be its voter's. */
  async function lastSuspect(keys: CycleKeys, act: Act, isIt: Suspicion): Promise<Suspect | undefined> {
    const { community, resident, withCard } = act;
    const id = addressHmac(vault, act);
    const held = [{ 'linkedContacts.id': id }, { phoneId: id }, ...(resident ? [{ _id: resident }] : [])];
    const holders = await collection(Resident)
      .find({ community, erasedAt: { $exists: false }, $or: held }, { projection: { phoneId: 1 } })
      .toArray();
    const here = keys.from(id);
    const suspects: Suspect[] = [];
    for (const { _id, phoneId } of holders) {
      const voter = keys.voter(_id);
      const onlyHere = holders.length > 1 && !(withCard && _id === resident);
      const places = { here, onlyHere, ...(phoneId !== undefined && { roster: keys.from(phoneId) }) };
      const entry = await lastEntry(voter.voterId);
      if (entry && isIt(entry, places)) suspects.push({ voter, entry, places });
    }
    return suspects.toSorted((one, other) => other.entry._id.seq - one.entry._id.seq)[0];
  }

  /** From here a ballot without a card is suspect. From elsewhere a ballot with a card is, and any ballot that is not from the voter's own number: a voter is known there only by the card. */
  function isSuspect(entry: EntryRecord, { here, roster, onlyHere }: Places): boolean {
    if (entry.voided) return false;
    const { from, withCard } = decryptSecret(vault, entry);
    if (from === here) return !withCard;
    return !onlyHere && (withCard || from !== roster);
  }
}
