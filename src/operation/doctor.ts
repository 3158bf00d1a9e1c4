import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { wrongAccounts } from '../fund/accounts/index.ts';
import { cutLedgers } from '../fund/ballots/index.ts';
import { type CarrierAccount, carrierAccounts, underWay } from '../fund/communities/index.ts';
import { type Held, knownKey, readWatching } from '../fund/heads/index.ts';
import { backupBehind } from '../store/backupState.ts';
import { clock } from '../store/clock.ts';
import { CodedError } from '../store/codedError.ts';
import { missingIndexes } from '../store/indexes.ts';
import { isItsSecret, keysRecords, openedBy, rotationUnderWay } from '../store/keys.ts';
import { openDatabase, type StoreSettings, secretOf } from '../store/openStore.ts';
import { type Vault, vault } from '../store/vault.ts';
import { type Signer, verifierKey } from '../transparency/note.ts';
import { forgedRecords } from './forged.ts';
import { putBackRecords } from './putBack.ts';

/** One thing that was looked at. `said` tells what was found and, where it is wrong, what to do. */
export interface Finding {
  readonly about: string;
  readonly isRight: boolean;
  readonly said: string;
}

export interface Examined extends StoreSettings {
  readonly publicUrl: string;
  /** What turns a carrier on is set. */
  readonly isReal: boolean;
  /** The key of the log of heads, by LOG_KEY or by its file; undefined if there is none. Rejects with `bad-log-key`. */
  readonly logSigner: () => Promise<Signer | undefined>;
  /** Asks the accounts of offices and communities with carriers, while the database is open. */
  readonly askAccounts: (accounts: readonly CarrierAccount[], vault: Vault) => Promise<Finding[]>;
}

/**
 * Looks at what a service needs to run well, without changing anything: address, files, disk, database, secret, clock, indexes, accounts, ledgers, the log of heads and its key,
 * and records that nobody wrote who has SECRET (`isWhole`: all of them, and not the newest alone). Give it after all models are imported: it knows the indexes
 * of those.
 */
export async function doctor(settings: Examined, isWhole = false): Promise<Finding[]> {
  const files = [address(settings), await secretFile(settings), await logKeyFile(settings), await environmentFile(), await disk(settings)];
  try {
    const database = await openDatabase(settings);
    try {
      return [
        ...files,
        await members(settings),
        await room(settings),
        await secret(settings),
        await rotating(),
        await moving(),
        await lately(settings),
        await time(),
        await indexes(),
        await accounts(),
        await ledgers(),
        await logKey(settings),
        await headsLog(),
        ...(await records(settings, isWhole)),
        ...(await carriers(settings)),
      ].flatMap((each) => each ?? []);
    } finally {
      await database.close();
    }
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return [...files.flatMap((each) => each ?? []), wrong('database', error.message)];
  }
}

const right = (about: string, said: string): Finding => ({ about, isRight: true, said });
const wrong = (about: string, said: string): Finding => ({ about, isRight: false, said });

function address({ publicUrl, isReal }: Examined): Finding {
  if (!isReal || publicUrl.startsWith('https://')) return right('address', publicUrl);
  return wrong(
    'address',
    `PUBLIC_URL is ${publicUrl}: what carriers bring would cross the net unencrypted. Put a web server with TLS in front, and name its https:// address.`,
  );
}

/** The generated secret, if it is used. */
async function secretFile({ secret, dataDir }: Examined): Promise<Finding | undefined> {
  return secret ? undefined : ownersAlone('secret', join(dataDir, 'secret'), 'It is made at the first start.');
}

/** The key of the log of heads in its file: there may be one beside LOG_KEY, too. */
function logKeyFile({ dataDir }: Examined): Promise<Finding | undefined> {
  return ownersAlone('log key', join(dataDir, 'log.key'));
}

function environmentFile(): Promise<Finding | undefined> {
  return ownersAlone('.env', '.env');
}

const OTHERS = 0o077;

async function ownersAlone(about: string, file: string, ifMissing?: string): Promise<Finding | undefined> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!found) return ifMissing ? right(about, ifMissing) : undefined;
  return (found.mode & OTHERS) === 0
    ? right(about, `${file} can be read by its owner alone`)
    : wrong(about, `${file} can be read by others on this machine. Do: chmod 600 ${file}`);
}

const GIB = 1024 ** 3;
/** A ballot is a kilobyte; the oplog and indexes of a city's vote are some hundred megabytes. */
const LEAST_FREE = 2 * GIB;

async function disk({ dataDir, mongodbUri }: Examined): Promise<Finding | undefined> {
  if (mongodbUri) return undefined;
  const { bavail, bsize } = await statfs(dataDir).catch(() => statfs('.')); // before the first start there is no folder yet
  return enough('disk', bavail * bsize, `where ${dataDir} is`);
}

function enough(about: string, free: number, where: string): Finding {
  const said = `${(free / GIB).toFixed(1)} GB free ${where}`;
  return free >= LEAST_FREE ? right(about, said) : wrong(about, `${said}: make room, at least 2 GB; a full disk takes no ballot.`);
}

/** The members of the replica set: each is asked itself, because the service's user need not see the set's state. */
async function members({ mongodbUri, dataDir }: Examined): Promise<Finding> {
  const admin = mongoose.connection.getClient().db('admin');
  const { version } = await admin.command({ buildInfo: 1 });
  if (Number.parseInt(version, 10) < 6) return wrong('database', `MongoDB ${version}: 6.0 or later is needed.`);
  const { hosts = [], passives = [] }: { hosts?: string[]; passives?: string[] } = await admin.command({ hello: 1 });
  const all = [...hosts, ...passives];
  const answers = await Promise.all(all.map((host) => !mongodbUri || all.length === 1 || isWell(mongodbUri, host)));
  const down = all.filter((_, index) => !answers[index]);
  if (down.length > 0)
    return wrong(
      'database',
      `MongoDB ${version}: ${down.join(', ')} cannot be reached, or has not caught up. One more lost, and nothing can be written.`,
    );
  const alone = all.length < 3 ? '; for anything but a trial three members are needed' : '';
  const which = mongodbUri ? `${all.length} of the replica set` : `the service's own, in ${dataDir}`;
  return right('database', `MongoDB ${version}, ${which}${alone}`);
}

const TIMEOUT_MS = 5_000;

/** A member answers, as the first of its set or as one that follows. Nobody has to sign in to ask that. */
async function isWell(uri: string, host: string): Promise<boolean> {
  const [address = '', query = ''] = uri.split('?');
  const options = new URLSearchParams(query);
  for (const name of ['replicaSet', 'authSource', 'authMechanism', 'authMechanismProperties', 'readPreference', 'srvMaxHosts', 'srvServiceName'])
    options.delete(name);
  if (address.startsWith('mongodb+srv:') && !options.has('tls')) options.set('tls', 'true');
  const patience = { serverSelectionTimeoutMS: TIMEOUT_MS, connectTimeoutMS: TIMEOUT_MS, socketTimeoutMS: TIMEOUT_MS };
  const client = new mongoose.mongo.MongoClient(`mongodb://${host}/?${options}`, { ...patience, directConnection: true });
  try {
    const { isWritablePrimary, secondary } = await client.db('admin').command({ hello: 1 });
    return isWritablePrimary || secondary;
  } catch (error) {
    if (error instanceof mongoose.mongo.MongoError) return false;
    throw error;
  } finally {
    await client.close();
  }
}

/** The room where a database of its own is; a new one tells nothing yet. */
async function room({ mongodbUri }: Examined): Promise<Finding | undefined> {
  const { fsTotalSize, fsUsedSize } = (mongodbUri && (await mongoose.connection.db?.stats())) || {};
  return fsTotalSize > 0 ? enough('database disk', fsTotalSize - fsUsedSize, 'where the database is') : undefined;
}

async function secret(settings: Examined): Promise<Finding> {
  const isIts = await isItsSecret(await secretOf(settings));
  if (isIts === undefined) return right('SECRET', 'the database is new');
  return isIts
    ? right('SECRET', 'the one that this database was made with')
    : wrong('SECRET', 'not the one that this database was made with: nothing in it can be read. Put that one back.');
}

/** A rotation of SECRET that is not over. */
async function rotating(): Promise<Finding | undefined> {
  const step = await rotationUnderWay();
  if (!step) return undefined;
  return wrong(
    'rotation',
    step === 'rewritten'
      ? 'everything is rewritten, but the old SECRET still opens the database. Give all processes the new one (the file secret.next in DATA_DIR), then: npm run secret -- rotate'
      : 'SECRET is being replaced, and not everything is rewritten yet. If no npm run secret is at it, start it again: npm run secret -- rotate. Nothing is lost meanwhile.',
  );
}

/** A community that has left for another cell and not arrived. */
async function moving(): Promise<Finding | undefined> {
  const [first] = await underWay();
  return (
    first &&
    wrong('move', `${first._id} is on its way to ${first.to}, and no cell serves it. If no npm run community is at it, start the same move again.`)
  );
}

/** A day, and what a backup takes. */
const BACKUP_S = 26 * 3_600;

/** What follows is at most as far behind. */
const FOLLOWED_S = 60;

/** Of a trial nobody makes a backup. */
async function lately({ isReal }: Examined): Promise<Finding | undefined> {
  if (!isReal) return undefined;
  const found = await backupBehind({ now: () => new Date() });
  const advice = 'Make one each day: npm run backup -- --out DIR';
  if (!found) return wrong('backup', `No backup was ever made of this database. ${advice}`);
  const { behind, isFollowed } = found;
  if (isFollowed) {
    const far = `what follows is ${Math.round(behind)} s behind`;
    return behind <= FOLLOWED_S
      ? right('backup', far)
      : wrong('backup', `${far}: look whether npm run backup -- --follow still runs, and start it again.`);
  }
  const said = `the last one holds what was written until ${(behind / 3_600).toFixed(1)} hours ago`;
  return behind <= BACKUP_S ? right('backup', said) : wrong('backup', `${said}. ${advice}`);
}

/** What was found as metrics, for a Prometheus that reads text files: 1 where it is right. Of what was looked at several times, the worst. */
export function asMetrics(found: readonly Finding[], at: Date): string {
  const worst = new Map<string, boolean>();
  for (const { about, isRight } of found) worst.set(about, isRight && (worst.get(about) ?? true));
  const lines = [...worst].map(([about, isRight]) => `yisheng_doctor_right{about=${JSON.stringify(about)}} ${isRight ? 1 : 0}`);
  return [
    '# TYPE yisheng_doctor_right gauge',
    ...lines,
    '# TYPE yisheng_doctor_seconds gauge',
    `yisheng_doctor_seconds ${Math.floor(at.getTime() / 1_000)}`,
    '',
  ].join('\n');
}

async function time(): Promise<Finding> {
  const measured = await clock();
  try {
    const off = Math.abs(Date.now() - measured.now().getTime());
    return measured.agrees()
      ? right('clock', `${off} ms from the database's`)
      : wrong('clock', `${(off / 1_000).toFixed(1)} s from the database's: keep both by NTP. Until then /readyz says 503, and nothing is sealed.`);
  } finally {
    measured.close();
  }
}

async function indexes(): Promise<Finding> {
  const isNew = (await mongoose.connection.db?.listCollections({}, { nameOnly: true }).toArray())?.length === 0;
  if (isNew) return right('indexes', 'they are made at the first start');
  const missing = await missingIndexes();
  return missing.length === 0
    ? right('indexes', 'all there')
    : wrong('indexes', `${missing.length} missing (${missing.slice(0, 3).join('; ')}): they are made at the start of the service; start it once.`);
}

/** The sums that pages show are kept beside the entries; somebody who writes into the database would change one of the two. */
async function accounts(): Promise<Finding> {
  const [first, ...others] = await wrongAccounts();
  if (first === undefined) return right('accounts', 'each has the sums of its entries');
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return wrong(
    'accounts',
    `${first}${more}: its sums are not those of its entries, so somebody wrote into the database. Put back the last backup that is right.`,
  );
}

/** Up to where a ledger was counted last it has to reach; a running service knows its very end (`/readyz`). */
async function ledgers(): Promise<Finding> {
  const [first, ...others] = await cutLedgers();
  if (first === undefined) return right('ledgers', 'each reaches as far as it was counted last');
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return wrong(
    'ledgers',
    `${first}${more} ends before entries that were counted: somebody deleted them in the database. Stop the service, tell the supervisors, put back the last backup, and compare it with the heads that they hold (npm run verify -- DIR --head).`,
  );
}

/** What reads the database; undefined if SECRET does not open it. */
async function itsVault(settings: Examined): Promise<Vault | undefined> {
  const kept = await keysRecords().findOne({ _id: 'secret' });
  const opened = kept && openedBy(kept, await secretOf(settings));
  return opened ? vault(() => opened.keys) : undefined;
}

/** The accounts of offices and communities. One that was written past the service is told among the records. */
async function carriers(settings: Examined): Promise<Finding[]> {
  const ours = await itsVault(settings);
  return ours ? settings.askAccounts(await carrierAccounts({ vault: ours }).catch(() => []), ours) : [];
}

/** Records that somebody wrote past the service. */
async function records(settings: Examined, isWhole: boolean): Promise<Finding[]> {
  const ours = await itsVault(settings);
  if (!ours) return []; // what is wrong with SECRET was said
  const { forged: written, left } = await forgedRecords(ours, isWhole);
  const forged = [...written, ...(await putBackRecords(ours))];
  const more = left.length > 0 ? ` Of ${left.join(', ')} the newest were looked at; all of it: npm run doctor -- --all` : '';
  if (forged.length === 0) return [right('records', `each bears what only the service can make.${more}`)];
  return forged.map(({ kind, community, count }) => {
    const advice = ADVICE[kind] ?? 'Put those records back from the last backup that is right.';
    return wrong('records', `${count} of ${kind}${community && ` in ${community}`}: not as the service wrote them. ${advice}${more}`);
  });
}

const WORKS =
  'Pages show them as they are. Compare them with the log, which has each step, offer, contract, paper and news, and put back the last backup that is right.';

const BACK = 'Compare them with the log, and put back the last backup that is right.';

const BATCH =
  'Those are not entered. If it was not accepted before, key its slips again in a new batch; compare what was with the paper, and put back the last backup that is right.';

/** What to do, besides finding out who can write into the database and telling the supervisors. */
const ADVICE: Readonly<Record<string, string>> = {
  'accountEntries entry': 'Compare them with the papers and the log, and put back the last backup that is right.',
  'accounts sums': 'Compare them with the papers and the log, and put back the last backup that is right.',
  'batches batch': BATCH,
  'batches keyed.slips': BATCH,
  'broadcasts text': 'They are neither sent nor shown. Remove them.',
  'communities settings': 'Until then money takes two persons and all papers. Compare community.yaml, and import it again.',
  'cycles dates': 'Nothing of that vote is sealed or told until they are right. Put back what the log says, then: npm run cycle -- sign CYCLE',
  'cycles tables': 'Pages show them. Compare the tables that are announced with the log, and announce or withdraw what is wrong in the calendar.',
  'entries secret': 'That ledger has no result. Stop the service, tell the supervisors, and put back the last backup that is right.',
  'implementers implementer': WORKS,
  'log entry': 'Compare the log with the heads that supervisors and witnesses hold, and put back the last backup that is right.',
  'marks mark': 'A slip does not count by these. Compare them with the sheets of the tables, and put back the last backup that is right.',
  'accounts older': `The log has entries, or a closing, that they lack: an older record was put back. ${BACK}`,
  'meetings minutes': `They do not say what two signed, whose hash the log has. ${BACK}`,
  'marks taken back': 'The log says that these were taken back: put the records back that the log speaks of, and compare the sheets of the tables.',
  'residents older':
    'The log says that their phone, name or office was changed after what the roster says of them was written: an older record was put back. Import the roster again.',
  'residents older card':
    'The log says that they have got another card since: the old one works again. Make new ones: npm run residents -- cards SLUG --new ID',
  'tables closed': `The log says that these are closed: an older record was put back. ${BACK}`,
  'slips compared': `The log says that comparing them with the box found something else. ${BACK}`,
  'slipLists list': `The log has the hash of another list of the slips that may be drawn. ${BACK}`,
  'assists ballots': `The log has another number of ballots that these helpers entered beside their voters. ${BACK}`,
  'works older': `The log has steps, offers, papers or news that they lack: an older record was put back. ${BACK}`,
  'ratings rating': 'They do not count. Remove them.',
  'residents card': 'These cards open nothing. Make new ones: npm run residents -- cards SLUG --new ID',
  'residents office': 'They have no office. Import the roster again.',
  'residents phone': 'Nobody votes by these. Import the roster again.',
  'cycles extended':
    'The log has put off a close that they lack: an older record was put back. Put back what the log says, then: npm run cycle -- sign CYCLE',
  'slips slip': 'They are taken in at no table. Remove them.',
  'staff taken': 'The log says that these roles were taken: an older record was put back. Take them again: npm run staff -- remove',
  'staff role': 'They get in nowhere. Remove them, and add whoever should be there: npm run staff -- add',
  'staffsessions device': 'They open nothing, and are over within a day.',
  'tables table':
    'No slip of theirs is keyed or taken in. Compare them with the log, which has each table’s numbers, and put back the last backup that is right.',
  'workDocuments paper': WORKS,
  'workNews news': WORKS,
  'works work': WORKS,
};

const HELD: Readonly<Record<Held, string>> = {
  restored: 'a backup was brought back. Find out whether heads were lost: npm run log -- resume',
  shorter:
    'this machine has signed a longer tree than the database has: the database went back. Get the lost heads from a witness: npm run log -- recover ADDRESS',
  ahead: 'a witness has seen a longer tree than the database has: the database went back. Get the lost heads from it: npm run log -- recover ADDRESS',
  another:
    'its leaves are not the tree that was signed: somebody changed them in the database. Put back the last backup that is right, then: npm run log -- recover ADDRESS',
  gap: 'a leaf is gone: somebody deleted it in the database. Put back the last backup that is right, then: npm run log -- recover ADDRESS',
};

/** Whether this machine has the key that the log of heads is known by. */
async function logKey({ publicUrl, logSigner }: Examined): Promise<Finding> {
  const about = 'log key';
  const name = `${new URL(publicUrl).host}/log`;
  const known = await knownKey(name);
  try {
    const signer = await logSigner();
    if (!signer)
      return known === undefined
        ? right(about, 'it is made at the first start')
        : wrong(
            about,
            `missing: ${name} was signed with ${known}. Put back log.key in DATA_DIR, or LOG_KEY, before the service starts: it would make another key, and sign nothing with it.`,
          );
    if (known !== undefined && known !== verifierKey(signer))
      return wrong(
        about,
        `not the one that ${name} is signed with (${known}), so nothing is signed. Give this machine that key: LOG_KEY goes before log.key in DATA_DIR.`,
      );
    return right(about, known === undefined ? `${name} is new` : `the one that ${name} is signed with`);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return wrong(about, error.message);
  }
}

/** Whether the log of heads goes on, and what its witnesses say. */
async function headsLog(): Promise<Finding> {
  const { held, watchers, tree } = await readWatching();
  if (held) return wrong('log of heads', `it stands still since ${held.since.toISOString()}: ${HELD[held.why]}`);
  const refusing = watchers.find(({ refuses }) => refuses);
  if (refusing)
    return wrong(
      'log of heads',
      `${refusing.name} refuses to sign since ${refusing.since.toISOString()} (${refusing.standing}): ask those who run it what they have seen, and tell the supervisors.`,
    );
  const away = watchers
    .filter(({ standing, leftAt }) => standing !== 'signs' && leftAt === undefined)
    .map(({ name, standing }) => `${name} ${standing}`);
  const signing = watchers.filter(({ standing, leftAt }) => standing === 'signs' && leftAt === undefined).length;
  return right('log of heads', `${tree?.size ?? 0} heads, ${signing} witnesses sign${away.length > 0 ? `; ${away.join(', ')}` : ''}`);
}
