import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { voteOf } from '../calendar/voteOf.ts';
import { currentCycle } from '../cycles/currentCycle.ts';
import { type FrozenCycle, isFrozen } from '../cycles/isFrozen.ts';
import { Address } from '../records/addressBook.ts';
import type { EntryRecord } from '../records/entry.ts';
import { Resident } from '../records/resident.ts';
import { entryByKey } from './entryByKey.ts';
import { lastEntry } from './lastEntry.ts';
import { ledger } from './ledger.ts';
import { openSecret } from './openSecret.ts';
import { type Voter, voterOf } from './voterOf.ts';

/** `none`: no ballot that counts was cast from here without a card, or with a card of this phone's holder from elsewhere. */
export type Voided = { readonly voided: true } | { readonly none: true } | { readonly afterClose: true };

interface Suspect {
  readonly voter: Voter;
  readonly entry: EntryRecord;
}

/**
 * Service for 不是我: voids the ballot last cast from this number without a card, or with the card of somebody who holds this number from
 * elsewhere, if it is the one that counts; none before it revives. From then on every ballot from this number needs the card.
 * After the close nothing is changed: `afterClose`.
 */
export function voidBallot(world: World): (input: unknown, act: Act) => Promise<Voided> {
  const { vault } = world;
  const current = currentCycle(world);
  const voterIn = voterOf(world);
  const submit = ledger(world);

  return async (_, act) => {
    const key = vault.hmac('act', act.key, 'voidBallot');
    if (await entryByKey(key)) return { voided: true };
    const { community, at, channel, address, withCard, beginWrite } = act;
    const cycle = await current(community, at);
    const vote = cycle && voteOf(cycle);
    if (vote && at >= vote.to) return { afterClose: true };
    const suspect = isFrozen(cycle) ? await lastSuspect(cycle, act) : undefined;
    beginWrite();
    await native(Address).updateOne(
      { _id: `${community}|${channel}|${address}` },
      { $set: { needsCard: world.now() }, $setOnInsert: { log: [] } },
      { upsert: true },
    );
    if (!suspect || !isFrozen(cycle)) return { none: true };
    const { pseudonym, mark } = suspect.voter;
    const from = vault.hmac('address', channel, address);
    const outcome = await submit({
      key,
      cycle,
      at,
      voter: mark,
      needsLast: true,
      decide: ({ last }) =>
        last && isSuspect(last, from) ? { voter: pseudonym, picks: [], channel, from, withCard } : { refused: { reason: 'none' } },
      beginWrite,
    });
    if ('refused' in outcome) return { none: true };
    return 'entry' in outcome ? { voided: true } : { afterClose: true };
  };

  /** Of the ballots that count and whose voters hold this number, the one cast last that may not be theirs. */
  async function lastSuspect(cycle: FrozenCycle, { community, channel, address, resident }: Act): Promise<Suspect | undefined> {
    const holders = await native(Resident)
      .find({ community, leftAt: { $exists: false }, $or: [{ phone: address }, { ties: `${channel}|${address}` }] }, { projection: { _id: 1 } })
      .toArray();
    const ids = new Set([...holders.map(({ _id }) => _id), ...(resident ? [resident] : [])]);
    const from = vault.hmac('address', channel, address);
    const suspects: Suspect[] = [];
    for (const id of ids) {
      const voter = voterIn(cycle, id);
      const entry = voter && (await lastEntry(voter.mark));
      if (entry && isSuspect(entry, from)) suspects.push({ voter, entry });
    }
    return suspects.toSorted((one, other) => other.entry._id.seq - one.entry._id.seq)[0];
  }

  function isSuspect(entry: EntryRecord, here: string): boolean {
    if (entry.voided) return false;
    const { from, withCard } = openSecret(vault, entry);
    return withCard ? from !== here : from === here;
  }
}
