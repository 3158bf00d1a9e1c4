import type { Act } from '../../../contacts/act.ts';
import { addressHmac } from '../../../contacts/contact.ts';
import { CodedError } from '../../../store/codedError.ts';
import type { Vault } from '../../../store/vault.ts';
import { dayOf } from '../../../store/wallTime.ts';
import { perWorld, type World } from '../../../store/world.ts';
import { type CycleRecord, currentCycle, cycleById, type Frozen, heldVote, isFrozen, keyingUntil, stageAt, voteOf } from '../../cycles/index.ts';
import type { BallotItem } from '../../projects/index.ts';
import { type CycleKeys, cycleKeys, decryptSecret, type EntryRecord, type EntrySecret, lastEntry, receivedAt } from '../ledger/entry.ts';
import { ledger, type Submission, type Submitted } from '../ledger/ledger.ts';
import { type CastRefusal, refusePicks } from '../ledger/ledgerRules.ts';
import { ballotOf, itemsOf } from './openBallot.ts';

/** Service: casts the acting resident's ballot in the community's current cycle. A key that has cast already gives its stored receipt, before any rule. */
export function castBallot(
  world: World,
  { picks }: { picks: readonly number[] },
  { key, at, community, channel, address, resident, isOnRoster, withCard, onlyFirst, beginWrite, alongside }: Act,
): Promise<Cast> {
  const castOne = cast(world);
  return castOne({
    key,
    service: 'castBallot',
    at,
    community,
    channel,
    from: addressHmac(world.vault, { community, channel, address }),
    resident,
    isOnRoster,
    withCard,
    picks,
    onlyFirst,
    beginWrite,
    ...(alongside && { alongside }),
  });
}

/** A ballot as a service received it, on any channel. */
export interface ReceivedBallot extends Pick<EntrySecret, 'channel' | 'withCard' | 'by'> {
  /** The key of the act, or of the sheet of paper. With the service's name it counts once. */
  readonly key: string;
  readonly service: 'castBallot' | 'castSlip' | 'castAssisted';
  /** `addressHmac(…)` of the phone or chat that sent it. */
  readonly from?: string;
  readonly community: string;
  /** `_id` of the resident whose ballot it is. */
  readonly resident?: string;
  /** The resident was found on the community's roster in this very turn. */
  readonly isOnRoster?: boolean;
  readonly picks: readonly number[];
  /** It counts only if its voter has no ballot yet. */
  readonly onlyFirst?: boolean;
  /** When the service received it; of a slip, when it was handed in. */
  readonly at: Date;
  readonly beginWrite: () => void;
  readonly alongside?: Act['alongside'];
}

/** The outcome of a ballot. `changed`: its voter had cast before. `closesAt` in ISO 8601: until then another ballot may be cast. */
export type Cast =
  | Told
  /** `stands`: a ballot that was to count only as the first one has these picks already, and was cast over this channel. Its voter may not know: they are told again. */
  | { readonly refused: CastRefusal; readonly stands?: Told };

interface Told {
  readonly receipt: string;
  readonly changed: boolean;
  readonly picks: readonly BallotItem[];
  readonly closesAt: string;
}

/**
 * Casts a ballot. Every channel and paper use it: there is no other way into a ledger. A slip is entered long after it was handed in: if its voter cast
 * again since, it is refused as `superseded`, so that the last entry of a voter is always their last ballot by its moment.
 */
export const cast: (world: World) => (ballot: ReceivedBallot) => Promise<Cast> = perWorld((world) => {
  const current = currentCycle(world);
  const byId = cycleById(world);
  const submit = ledger(world);
  const keysOf = cycleKeys(world);

  return async ({ key, service, community, resident, isOnRoster, picks, onlyFirst, at, beginWrite, channel, from, withCard, by, alongside }) => {
    const cycle = await current(community, at);
    const keys = cycle && keysOf(cycle);
    if (!isFrozen(cycle) || !keys) return { refused: refuseBallot(cycle, picks, at, community) ?? { reason: 'none' } };
    const voter = resident ? keys.voter(resident) : undefined;
    const { frozen } = cycle;
    const submission: Submission = {
      key: keys.once(key, service),
      at,
      cycle,
      resident,
      ...(isOnRoster && { rosterOf: community }),
      voter: voter?.voterId,
      decide: ({ rosterOf, hasVoted, ...before }) => {
        const refused = refuseBallot(cycle, picks, at, rosterOf);
        if (refused) return { refused };
        if (service !== 'castSlip' && !mayCastAgain(world.vault, frozen, before, { channel, withCard, at }))
          return { refused: { reason: withCard ? 'enoughWithCard' : 'enough' } };
        if (!voter) return { refused: { reason: 'notOnRoll' } };
        if (onlyFirst && hasVoted) return { refused: { reason: 'hasBallot' } };
        if (service === 'castSlip' && hasCastSince(world.vault, keys, before, at)) return { refused: { reason: 'superseded' } };
        return {
          voter: voter.pseudonym,
          picks: picks.toSorted((one, other) => one - other),
          channel,
          ...(from && { from: keys.from(from) }),
          withCard,
          by,
          moment: keys.hidden(at.getTime(), submission.key),
          ...dayCast(frozen, at),
          ...(hasVoted && { changed: true }),
        };
      },
      beginWrite,
      canWait: service === 'castSlip',
    };
    const outcome = await (alongside ? drafted(submission, alongside) : submit(submission));
    if ('refused' in outcome) {
      const last = onlyFirst && voter && outcome.refused.reason === 'hasBallot' && (await lastEntry(cycle._id, voter.voterId));
      return last ? hasBallot(last, { cycle, picks, channel }) : outcome;
    }
    if ('entry' in outcome) return said(outcome, cycle);
    return { refused: { reason: 'late', closedAt: closeOf(cycle, at) } };
  };

  /** The outcome as it is about to be written. The other writes of the turn go alongside, and the turn's answer waits for both. */
  function drafted(submission: Submission, alongside: NonNullable<Act['alongside']>): Promise<Submitted> {
    return new Promise((resolve, reject) => {
      let early: Entered | undefined;
      const outcome = submit({
        ...submission,
        drafted: (written) => {
          if (early) return;
          early = written;
          alongside(outcome.then((durable) => mustBe(early, durable)));
          resolve(written);
        },
      });
      outcome.then(resolve, reject);
    });
  }

  function hasBallot(last: EntryRecord, { cycle, picks, channel }: { cycle: CycleRecord } & Pick<ReceivedBallot, 'picks' | 'channel'>): Cast {
    const secret = decryptSecret(world.vault, last);
    if (secret.picks.join() !== picks.toSorted((one, other) => one - other).join()) return { refused: { reason: 'hasBallot' } };
    const refused = { reason: 'hasBallot', isSame: true } as const;
    if (secret.channel !== channel) return { refused };
    return {
      refused,
      stands: { receipt: last.receipt ?? '', changed: false, picks: itemsOf(cycle, secret.picks), closesAt: closeOf(cycle, world.now()) },
    };
  }

  async function said({ entry, content }: Entered, current: CycleRecord | null): Promise<Cast> {
    const { cycle: id } = entry._id;
    const cycle = current?._id === id ? current : await byId(id);
    const { picks, changed = false } = content && content !== 'seal' ? content : decryptSecret(world.vault, entry);
    return { receipt: entry.receipt ?? '', changed, picks: itemsOf(cycle, picks), closesAt: closeOf(cycle, world.now()) };
  }
});

type Entered = Extract<Submitted, { entry: unknown }>;

/** Another process may have written in between. Then the turn runs again, and finds under its key the entry that was written. */
function mustBe(early: Entered | undefined, durable: Submitted): void {
  const isSame = 'entry' in durable && durable.entry.receipt === early?.entry.receipt && (!durable.content || isChange(durable) === isChange(early));
  if (!isSame) throw new CodedError('overtaken', 'Something came before this ballot that makes its answer another one; take the turn again.');
}

function isChange(entered: Entered | undefined): boolean {
  const content = entered?.content;
  return content !== undefined && content !== 'seal' && content.changed === true;
}

function closeOf(cycle: CycleRecord | null, at: Date): string {
  return (cycle && voteOf(cycle, at)?.to.toISOString()) ?? '';
}

/**
 * The first rule of the vote (docs/contract.md: The vote) that refuses a ballot which the service received at `at`; undefined if it is to be
 * cast. `rosterOf` is the community whose roster its resident is on.
 */
function refuseBallot(cycle: CycleRecord | null, picks: readonly number[], at: Date, rosterOf: string | undefined): CastRefusal | undefined {
  const vote = cycle && voteOf(cycle, at);
  const isOpen = vote && vote.from <= at && at < vote.to;
  if (!cycle || !isOpen) return refuseOutside(cycle, vote, at);
  if (rosterOf !== cycle.community) return { reason: 'notOnRoll' };
  if (!cycle.frozen) return early(cycle, vote, at);
  const { frozen, items } = ballotOf(cycle.frozen);
  return refusePicks({ projects: items, ...frozen.choices }, picks);
}

type Vote = NonNullable<ReturnType<typeof voteOf>>;

function refuseOutside(cycle: CycleRecord | null, vote: Vote | null | undefined, at: Date): CastRefusal {
  if (cycle && heldVote(cycle, at)) return { reason: 'held' };
  if (!cycle || !vote) return { reason: 'none' };
  if (at < vote.from) return early(cycle, vote, at);
  const keyedUntil = keyingUntil(cycle, at);
  return { reason: 'late', closedAt: vote.to.toISOString(), ...(keyedUntil && { keyedUntil }) };
}

function early(cycle: CycleRecord, vote: Vote, at: Date): CastRefusal {
  const stage = stageAt(cycle, at);
  return { reason: 'early', opensAt: vote.from.toISOString(), closesAt: vote.to.toISOString(), ...(stage && { stage }) };
}

/** The most casts of one person that are accepted a day with the card, as many without it, and as many that others entered beside them (docs/contract.md: Addresses). */
const MOST_A_DAY = 50;

/**
 * Whether somebody with these entries may cast once more today. A sender can be forged, and who enters a ballot beside its voter may be alone, so both
 * are counted apart from casts with the card: they never refuse a person who shows it. A voided ballot starts the count again: a person who said 不是我 gets their vote back.
 * False as long as some of the entries are unknown: the ledger looks up the facts of every ballot that would be refused, and asks again.
 */
function mayCastAgain(
  vault: Vault,
  { timezone }: Pick<Frozen, 'timezone'>,
  { count, entries }: { readonly count: number; readonly entries: readonly EntryRecord[] },
  { channel, withCard, at }: Pick<EntrySecret, 'channel'> & { readonly withCard: boolean; readonly at: Date },
): boolean {
  if (count < MOST_A_DAY) return true;
  if (entries.length < count) return false;
  const today = dayOf(at, timezone);
  let left = MOST_A_DAY;
  for (const entry of entries.toSorted((one, other) => other._id.seq - one._id.seq)) {
    if (entry.voided) return true;
    const secret = decryptSecret(vault, entry);
    if ((secret.day ?? entry.at) < today) return true;
    if (secret.withCard === withCard && (secret.channel === 'assisted') === (channel === 'assisted')) left -= 1;
    if (left === 0) return false;
  }
  return true;
}

/**
 * Whether somebody with these entries cast another ballot after a moment. True as long as some of the entries are unknown: the ledger looks up the facts of
 * every ballot that would be refused, and asks again.
 */
function hasCastSince(
  vault: Vault,
  keys: CycleKeys,
  { count, entries }: { readonly count: number; readonly entries: readonly EntryRecord[] },
  at: Date,
): boolean {
  if (entries.length < count) return true;
  return entries.some((entry) => (receivedAt(vault, keys, entry) ?? 0) > at.getTime());
}

/** The field of an entry that tells on which day it was cast, if the entry needs it. */
function dayCast({ day, timezone }: Pick<Frozen, 'day' | 'timezone'>, at: Date): Pick<EntrySecret, 'day'> {
  return day === undefined ? {} : { day: dayOf(at, timezone) };
}
