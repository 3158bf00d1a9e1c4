import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { voteOf } from '../calendar/voteOf.ts';
import { currentCycle } from '../cycles/currentCycle.ts';
import { isFrozen } from '../cycles/isFrozen.ts';
import { Address } from '../records/addressBook.ts';
import type { EntryRecord } from '../records/entry.ts';
import { Resident } from '../records/resident.ts';
import { addressHmac } from '../roster/addressHmac.ts';
import { addressId } from '../roster/addressId.ts';
import { tieOf } from '../roster/tieOf.ts';
import { type CycleKeys, cycleKeys, type Voter } from './cycleKeys.ts';
import { entryByKey } from './entryByKey.ts';
import { lastEntry } from './lastEntry.ts';
import { ledger } from './ledger.ts';
import { openSecret } from './openSecret.ts';

/** `none`: no ballot that counts was cast from here without a card, or with a card of this phone's holder from elsewhere. */
export type Voided = { readonly voided: true } | { readonly none: true } | { readonly afterClose: true };

interface Suspect {
  readonly voter: Voter;
  readonly entry: EntryRecord;
  /** What stands for the number that the roster has for the voter. */
  readonly roster?: string;
}

/**
 * Service for 不是我: voids the ballot last cast from this number without a card, or with the card of somebody who holds this number from
 * elsewhere (shown with the ballot, or once before to tie a phone), if it is the one that counts; none before it revives. From then on
 * every ballot from this number needs the card. After the close nothing is changed: `afterClose`.
 */
export function voidBallot(world: World): (input: unknown, act: Act) => Promise<Voided> {
  const { vault } = world;
  const current = currentCycle(world);
  const keysOf = cycleKeys(world);
  const submit = ledger(world);

  return async (_, act) => {
    const { community, at, channel, withCard, beginWrite } = act;
    const cycle = await current(community, at);
    const keys = cycle && keysOf(cycle);
    const key = keys?.once(act.key, 'voidBallot');
    if (key && (await entryByKey(key))) return { voided: true };
    const vote = cycle && voteOf(cycle);
    if (vote && at >= vote.to) return { afterClose: true };
    beginWrite();
    await native(Address).updateOne({ _id: addressId(act) }, { $set: { needsCard: world.now() }, $setOnInsert: { log: [] } }, { upsert: true });
    const suspect = keys && (await lastSuspect(keys, act)); // now that no other comes
    if (!suspect || !key || !isFrozen(cycle)) return { none: true };
    const { voter, roster } = suspect;
    const from = keys.from(addressHmac(vault, act));
    const outcome = await submit({
      key,
      cycle,
      at,
      voter: voter.mark,
      needsLast: true,
      decide: ({ last }) =>
        last && isSuspect(last, from, roster) ? { voter: voter.pseudonym, picks: [], channel, from, withCard } : { refused: { reason: 'none' } },
      beginWrite,
    });
    if ('refused' in outcome) return { none: true };
    return 'entry' in outcome ? { voided: true } : { afterClose: true };
  };

  /** Of the ballots that count and whose voters hold this number, the one cast last that may not be theirs. */
  async function lastSuspect(keys: CycleKeys, act: Act): Promise<Suspect | undefined> {
    const { community, channel, address, resident } = act;
    const held = [{ ties: tieOf(act) }, ...(channel === 'wechat' ? [] : [{ phone: address }]), ...(resident ? [{ _id: resident }] : [])];
    const holders = await native(Resident)
      .find({ community, leftAt: { $exists: false }, $or: held }, { projection: { phone: 1 } })
      .toArray();
    const here = keys.from(addressHmac(vault, act));
    const suspects: Suspect[] = [];
    for (const { _id, phone } of holders) {
      const voter = keys.voter(_id);
      const roster = phone === undefined ? undefined : keys.from(addressHmac(vault, { community, channel: 'sms', address: phone }));
      const entry = await lastEntry(voter.mark);
      if (entry && isSuspect(entry, here, roster)) suspects.push({ voter, entry, ...(roster && { roster }) });
    }
    return suspects.toSorted((one, other) => other.entry._id.seq - one.entry._id.seq)[0];
  }

  /** From here it is one without a card; elsewhere one with it, and any but from the voter's own number: it takes the card to be known there. */
  function isSuspect(entry: EntryRecord, here: string, roster: string | undefined): boolean {
    if (entry.voided) return false;
    const { from, withCard } = openSecret(vault, entry);
    return from === here ? !withCard : withCard || from !== roster;
  }
}
