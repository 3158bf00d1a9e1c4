import type { mongo } from 'mongoose';
import type { Notify } from '../../contacts/notify.ts';
import type { Problem } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { pauses } from '../../store/pauses.ts';
import type { World } from '../../store/world.ts';
import { type CommunityRecord, ownNumbersAmong } from '../communities/index.ts';
import {
  type Actor,
  type Changed,
  cardHmac,
  changeResidents,
  moveStops,
  ofEach,
  officeOf,
  PLAIN,
  personOf,
  Resident,
  type ResidentRecord,
  type RosterChanges,
  recordKeyChanges,
  residentId,
  residentRecord,
  tellPhones,
} from '../people/index.ts';
import { withOtherStaffPhone } from '../staff/index.ts';
import {
  type Comparing,
  changeOf,
  keysIn,
  newcomer,
  type OnRoster,
  RESIDENTS_FILE,
  type ResidentChange,
  sameness,
  whileVoting,
} from './compareResident.ts';
import type { ResidentRow, ResidentsRead } from './readResidents.ts';

/**
 * The changes that an import makes to a roster. If they are only looked at, nothing is encrypted for them: `added` is empty, and no `set` has name and phone.
 */
export interface ResidentChanges extends RosterChanges {
  readonly changed: readonly ResidentChange[];
  /** The rows of `added`. */
  readonly addedRows: readonly ResidentRow[];
  /** Rows of people who asked to be deleted. They stay deleted. */
  readonly left: number;
  /** Rows with a card that was ended by `residents cards --new`. It stays ended. */
  readonly ended: number;
  /** Phones and cards that change while voting is open. A new resident on a phone that others hold changes it for them, too. */
  readonly keys: readonly Changed[];
  /** How many on the roster have each phone. */
  readonly holders: ReadonlyMap<string, number>;
  readonly problems: readonly Problem[];
}

interface Now {
  readonly replace: boolean;
  /** The cycle whose vote is open, if one is: no resident is removed then, and no id and no role is changed. */
  readonly voting: string | undefined;
  /** It was said who changes phones and cards, and why. */
  readonly isExplained: boolean;
  readonly now: Date;
  /** The community as its file gives it, if that is imported, too. */
  readonly unsaved?: CommunityRecord | undefined;
  /** The transaction in which they are made; absent if they are only looked at. */
  readonly session?: mongo.ClientSession | undefined;
}

/** What is only looked at takes its time: so long after each piece the turns have the processor for themselves. Milliseconds. */
const PAUSE_MS = 1;

/** Compares `residents.csv` with the roster. A column that is absent changes nothing. An empty card changes nothing either, because cards are also made here. */
export async function residentChanges(
  { vault }: World,
  community: string,
  { rows, columns }: Pick<ResidentsRead, 'rows' | 'columns'>,
  { replace, voting, isExplained, now, unsaved, session }: Now,
): Promise<ResidentChanges> {
  const isVoting = voting !== undefined;
  const turn = pauses(session ? undefined : PAUSE_MS);
  const { known, cards, holders, held, withoutZeros } = await rosterNow(vault, community, { voting, session }, turn);
  const identified: { readonly row: ResidentRow; readonly _id: string }[] = [];
  const ids = new Set<string>();
  for (const row of rows) {
    await turn();
    const _id = residentId(vault, community, row.id);
    identified.push({ row, _id });
    ids.add(_id);
  }
  const gone = new Set<string>();
  const leftOut = new Set<string>();
  for (const resident of replace || isVoting ? known.values() : []) {
    await turn();
    if (resident.erasedAt || ids.has(resident._id)) continue;
    if (replace) gone.add(resident._id);
    const same = isVoting ? sameness(resident) : undefined;
    if (same !== undefined) leftOut.add(same);
  }
  const freed = new Set<string>();
  const comparing: Comparing = {
    vault,
    community,
    now,
    columns,
    voting,
    isExplained,
    isMade: session !== undefined,
    withoutZeros,
    leftOut,
    held,
    holders,
  };

  const problems: Problem[] = [];
  if (isVoting && gone.size > 0)
    problems.push({ file: RESIDENTS_FILE, line: 1, what: `${gone.size} residents are left out, and while voting is open none is removed` });
  const added: ResidentRecord[] = [];
  const addedRows: ResidentRow[] = [];
  const changed: ResidentChange[] = [];
  const claims: { line: number; card: string; _id: string }[] = [];
  const keys: Changed[] = [];
  let left = 0;
  let ended = 0;
  for (const { row, _id } of identified) {
    await turn();
    const before = known.get(_id);
    if (before?.erasedAt) {
      left += 1;
      continue;
    }
    const given = row.card === undefined ? undefined : cardHmac(vault, community, row.card);
    const isEnded = given !== undefined && before?.endedCards?.includes(given) === true;
    if (isEnded) ended += 1;
    const card = isEnded ? undefined : given;
    if (card !== undefined) claims.push({ line: row.line, card, _id });
    if (!before) {
      const { wrong, sharesPhone } = newcomer(row, comparing);
      problems.push(...wrong);
      if (sharesPhone) keys.push({ resident: _id, what: 'phone' });
      const { line: _, id, card: __, ...rest } = row;
      if (session) added.push(residentRecord(vault, { _id, community, rosterId: id, ...rest, ...(card !== undefined && { card }), addedAt: now }));
      addedRows.push(row);
      continue;
    }
    const change = changeOf(row, before, card, comparing);
    if (!change) continue;
    changed.push(change);
    if (change.endsLinks && before.card !== undefined) freed.add(before.card);
    if (!isVoting) continue;
    const keysHere = keysIn(change);
    problems.push(...whileVoting(row, change, keysHere, isExplained));
    keys.push(...keysHere.map((what) => ({ resident: _id, what })));
  }
  for (const { line, card, _id } of claims) {
    const holder = cards.get(card);
    if (holder === undefined || holder === _id || freed.has(card) || gone.has(holder)) continue;
    const what = known.get(holder)?.erasedAt ? 'card is that of somebody who asked to be deleted' : 'card is that of somebody else on the roster';
    problems.push({ file: RESIDENTS_FILE, line, what, why: { key: 'cardTaken' } });
  }
  const phoned: Phoned[] = [...addedRows.map((row) => ({ line: row.line, after: row })), ...changed.flatMap(otherPerson)];
  for (let start = 0; start < phoned.length; start += CHUNK) {
    const some = phoned.slice(start, start + CHUNK);
    const ofOthers = new Set<object>(await withOtherStaffPhone({ vault }, some.flatMap(beforeAndAfter), session));
    const ours = await ownNumbersAmong(
      some.flatMap(({ after: { phone } }) => phone ?? []),
      session,
      unsaved,
    );
    for (const { line, after } of some)
      if (after.phone !== undefined && ours.has(after.phone))
        problems.push({ file: RESIDENTS_FILE, line, what: 'phone is a number of the service itself', why: { key: 'ownNumber' } });
    for (const { line, after, before } of some)
      if (ofOthers.has(after) && !(before && before.phone === after.phone && ofOthers.has(before)))
        problems.push({ file: RESIDENTS_FILE, line, what: 'phone is the staff phone of somebody else', why: { key: 'staffPhone' } });
    await turn();
  }
  return { added, addedRows, changed, removed: [...gone], left, ended, keys, holders, problems };
}

/** Rows whose phones are looked up among those of the staff at once. */
const CHUNK = 200;

/** Somebody whose name and phone are new, or others than before. */
interface Phoned {
  readonly line: number;
  readonly before?: NameAndPhone;
  readonly after: NameAndPhone;
}

type NameAndPhone = Partial<Pick<ResidentChange, 'name' | 'phone'>>;

function otherPerson({ row: { line }, name, phone, differing }: ResidentChange): Phoned[] {
  const [otherName, otherPhone] = ['name', 'phone'].map((each) => differing.find(({ field }) => field === each));
  const before = { name: otherName ? otherName.here : name, phone: otherPhone ? otherPhone.here : phone };
  return otherName || otherPhone ? [{ line, after: { name, phone }, before }] : [];
}

function beforeAndAfter({ before, after }: Phoned): NameAndPhone[] {
  return before ? [before, after] : [after];
}

const COMPARED = {
  ...{ person: 1, phoneId: 1, newContacts: 1, ...ofEach(() => 1 as const, PLAIN), officeMark: 1, card: 1, endedCards: 1, erasedAt: 1 },
  'linkedContacts.id': 1,
} as const;

/** Residents that are read out of the driver's batch in one step: read one by one they cost twice as much. */
const AT_ONCE = 50;

/** The roster as it is, and what is found in it. */
async function rosterNow(
  vault: World['vault'],
  community: string,
  { voting, session }: Pick<Now, 'voting' | 'session'>,
  turn: ReturnType<typeof pauses>,
): Promise<
  Pick<Comparing, 'withoutZeros'> & { known: Map<string, OnRoster>; cards: Map<string, string>; holders: Map<string, number>; held: Set<string> }
> {
  const known = new Map<string, OnRoster>();
  const cards = new Map<string, string>();
  const holders = new Map<string, number>();
  const held = new Set<string>();
  const withoutZeros = new Map<string, string>();
  const stored = collection(Resident).find(
    { community },
    { ...(session && { session }), batchSize: 1_000, projection: COMPARED, promoteBuffers: true },
  );
  for await (const first of stored)
    for (const { person, linkedContacts, ...compared } of [first, ...stored.readBufferedDocuments(AT_ONCE)]) {
      await turn();
      const resident = { ...compared, role: officeOf(vault, compared), ...personOf(vault, { _id: compared._id, ...(person && { person }) }) };
      const { _id, rosterId, phone, phoneId, card, erasedAt } = resident;
      known.set(_id, resident);
      if (card !== undefined) cards.set(card, _id);
      if (phone !== undefined && !erasedAt) holders.set(phone, (holders.get(phone) ?? 0) + 1);
      if (rosterId?.startsWith('0')) withoutZeros.set(rosterId.replace(/^0+/, ''), rosterId);
      if (voting === undefined) continue;
      if (phoneId) held.add(phoneId);
      for (const { id } of linkedContacts) held.add(id);
    }
  return { known, cards, holders, held, withoutZeros };
}

/**
 * Makes the changes, in a transaction. While voting is open phones and cards change with a reason only, each such change is recorded, and the old number and
 * the new one of each phone are told.
 */
export async function applyChanges(
  world: World,
  community: string,
  changes: ResidentChanges,
  { actor, reason, at, notify }: { readonly actor: Actor; readonly reason: string | undefined; readonly at: Date; readonly notify: Notify },
  session: mongo.ClientSession,
  progress?: (done: number, total: number) => void,
): Promise<void> {
  await changeResidents(community, changes, session, progress);
  if (reason !== undefined) await recordKeyChanges(community, changes.keys, { actor, reason, at }, session);
  await moveStops(world, community, phonesIn(changes), session);
  const ofVoters = new Set(changes.keys.flatMap(({ resident, what }) => (what === 'phone' ? [resident] : [])));
  const others = changes.changed.flatMap(({ _id: resident, language, differing }) => {
    const phone = differing.find(({ field }) => field === 'phone');
    return phone && ofVoters.has(resident) ? [{ resident, language, before: phone.here, after: phone.file }] : [];
  });
  await tellPhones(world, notify)(community, others, session);
}

/** The phones that change, of residents who did not share the old one. */
function phonesIn({ changed }: ResidentChanges): Map<string, string> {
  return new Map(changed.flatMap(({ set, phoneBefore }) => (set.phoneId && phoneBefore ? [[phoneBefore, set.phoneId] as const] : [])));
}
