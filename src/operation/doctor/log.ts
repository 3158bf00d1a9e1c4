import { type Held, knownKey, readWatching } from '../../fund/heads/index.ts';
import { CodedError } from '../../store/codedError.ts';
import { verifierKey } from '../../transparency/note.ts';
import { type Examined, type Finding, right, wrong } from './finding.ts';

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
export async function logKey({ publicUrl, logSigner }: Examined): Promise<Finding> {
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
export async function headsLog(): Promise<Finding> {
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
