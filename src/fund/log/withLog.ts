import { setTimeout as sleep } from 'node:timers/promises';
import mongoose, { type mongo } from 'mongoose';
import { CodedError } from '../../store/codedError.ts';
import { collection } from '../../store/collection.ts';
import { isDuplicate } from '../../store/databaseErrors.ts';
import { cleanText } from '../../store/text.ts';
import { sha256 } from '../../store/vault.ts';
import { perWorld, type World } from '../../store/world.ts';
import { type Detail, detailHash, firstLogPrevious, type LogHead, logHash } from './chain.ts';
import { asLast, encryptedOpening, entryMark, type LastEntry, LogEntry, type LogEntryRecord, lastEntryOf, logRow, toSecond } from './logEntry.ts';

/** Who acts, in which community, and what the log calls the act. `checkRight` gives it. */
export interface Acting {
  readonly community: string;
  readonly by: string;
  readonly role: string;
  /** Such as `proposal.hide`. */
  readonly act: string;
  readonly confirmed?: Confirmed;
}

/** The second person, with whom somebody acts. Both names stand in the act's entry. */
export interface Confirmed {
  readonly by: string;
  readonly role: string;
  /** Notes the confirmation in the act's own transaction: called once its entry is written, more than once if it has several. */
  readonly settle: (session: mongo.ClientSession, write: WriteLog) => Promise<void>;
}

/** What somebody did, as the log is to say it. */
export interface Deed extends Acting {
  /** What it was done to, such as `qingsong-2027/12`. Everybody who reads the log sees it: it names no resident. */
  readonly subject: string;
  readonly detail: Detail;
  /** The people whom the detail names: `_id`s of residents and `addressHmac(…)`s. It is dropped when one of them is deleted. */
  readonly names?: readonly string[];
  /** A key, also one from a form: the same act on the same subject is written once under it. Another act, subject or community has its own entry. */
  readonly once?: string;
}

/** Several deeds go in one command. */
export type WriteLog = (...deeds: readonly Deed[]) => Promise<void>;

/** A try fails only if another process wrote an entry of this community in the same moment. */
const TRIES = 200;

/**
 * Does an act of a community and writes it into the log, in one transaction: both are there, or neither. `run` changes records in the session that it
 * is given, and calls `write` once they are changed, or not at all if there was nothing to change. It may run several times: what it does outside the
 * session has to be harmless to repeat. Gives what `run` gives.
 *
 * In this process the acts of a community come one after the other. If another process was faster, everything is done anew on its entry.
 */
export function withLog<Done>(world: World, community: string, run: (session: mongo.ClientSession, write: WriteLog) => Promise<Done>): Promise<Done> {
  const { waiting, heads } = writers(world);
  return inTurn(waiting, community, async () => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await inTransaction(world, heads, run);
      } catch (error) {
        if (!(error instanceof CodedError && error.code === TAKEN) || tries >= TRIES) throw error;
        await sleep(Math.random() * Math.min(tries, 20));
      }
    }
  });
}

const TAKEN = 'log-taken';
/** Behind the entry that a community has left for another cell nothing is written but that it has come there. */
const LEFT = 'community.leave';
const CAME = 'community.settle';

/** Where each community's log ends, as this process knows it, and the acts that wait for the one before. */
const writers = perWorld(() => ({ heads: new Map<string, LastEntry>(), waiting: new Map<string, Promise<unknown>>() }));

async function inTurn<Done>(waiting: Map<string, Promise<unknown>>, community: string, run: () => Promise<Done>): Promise<Done> {
  const before = waiting.get(community) ?? Promise.resolve();
  const own = before.then(run, run);
  waiting.set(community, own);
  try {
    return await own;
  } finally {
    if (waiting.get(community) === own) waiting.delete(community);
  }
}

async function inTransaction<Done>(
  world: World,
  heads: Map<string, LastEntry>,
  run: (session: mongo.ClientSession, write: WriteLog) => Promise<Done>,
): Promise<Done> {
  let written = new Map<string, LastEntry>();
  const done = await mongoose.connection.getClient().withSession((session) =>
    session.withTransaction(async () => {
      written = new Map();
      const write: WriteLog = async (...deeds) => {
        const entries: LogEntryRecord[] = [];
        for (const deed of deeds) {
          const before = written.get(deed.community) ?? heads.get(deed.community) ?? (await lastEntryOf(deed.community));
          heads.delete(deed.community);
          if (before?.act === LEFT && deed.act !== CAME)
            throw new CodedError('community-left', `${deed.community} has left for another cell: do it there.`);
          const entry = await entryAfter(world, deed, before ?? { seq: 0, hash: firstLogPrevious(sha256, deed.community) });
          if (!entry) continue;
          written.set(deed.community, asLast(entry));
          entries.push(entry);
        }
        await insertEntries(entries, session);
        for (const deed of deeds) await deed.confirmed?.settle(session, write);
      };
      return run(session, write);
    }),
  );
  for (const [community, head] of written) heads.set(community, head);
  return done;
}

/** The entry behind another one; undefined if it was written before under `once`. */
async function entryAfter(world: World, deed: Deed, before: LogHead): Promise<LogEntryRecord | undefined> {
  const { community, act, role, names, confirmed } = deed;
  const once = deed.once === undefined ? undefined : world.vault.hmac('act', community, act, deed.subject, deed.once);
  if (once !== undefined && (await collection(LogEntry).findOne({ '_id.community': community, once }, { projection: { _id: 1 } }))) return undefined;
  const _id = { community, seq: before.seq + 1 };
  const now = toSecond(world.now());
  const at = new Date(before.at !== undefined && before.at > now ? before.at : now);
  const salt = world.randomBytes(16).toString('hex');
  const detail: Detail = { ...deed.detail, ...(confirmed && { second: { by: cleanText(confirmed.by), role: confirmed.role } }) };
  const json = JSON.stringify(detail);
  const values = {
    _id,
    at,
    by: cleanText(deed.by),
    role,
    act,
    subject: cleanText(deed.subject),
    detail: detailHash(sha256, salt, json),
    previous: before.hash,
  };
  const hash = logHash(sha256, logRow({ ...values, hash: '' }));
  const named = names !== undefined && names.length > 0;
  return {
    ...values,
    hash,
    opening: encryptedOpening(world.vault, _id, { salt, detail }),
    ...(named && { names: [...names] }),
    ...(once !== undefined && { once }),
    mark: entryMark(world.vault, { _id, hash }, named),
  };
}

/** Throws `log-taken` if the place of one is taken. */
async function insertEntries(entries: readonly LogEntryRecord[], session: mongo.ClientSession): Promise<void> {
  if (entries.length === 0) return;
  try {
    await collection(LogEntry).insertMany([...entries], { session });
  } catch (error) {
    if (isDuplicate(error)) throw new CodedError(TAKEN, 'Another process wrote into the log in the same moment; try again.');
    throw error;
  }
}
