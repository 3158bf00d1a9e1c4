import mongoose from 'mongoose';
import { underWay } from '../../fund/communities/index.ts';
import { backupBehind } from '../../store/backupState.ts';
import { clock } from '../../store/clock.ts';
import { missingIndexes } from '../../store/indexes.ts';
import { isItsSecret, rotationUnderWay } from '../../store/keys.ts';
import { secretOf } from '../../store/openStore.ts';
import { type Examined, type Finding, right, wrong } from './finding.ts';
import { enough } from './machine.ts';

/** The open database: its members and room, whether SECRET is its own, what is under way in it, its backup, its clock and its indexes. */
export async function database(settings: Examined): Promise<(Finding | undefined)[]> {
  return [
    await members(settings),
    await room(settings),
    await secret(settings),
    await rotating(),
    await moving(),
    await lately(settings),
    await time(),
    await indexes(),
  ];
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
