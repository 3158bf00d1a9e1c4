import { collection } from '../../store/collection.ts';
import { records } from '../../store/records.ts';
import { isSame, type Vault } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';

/** With what a street office sends its communities' files over HTTP. The token itself is kept nowhere. */
const OfficeToken = records('officeTokens', {
  /** The office's name, as `office` of `community.yaml` gives it. */
  _id: String,
  /** The HMAC of office and token: who writes into the database and has no SECRET makes none. */
  token: String,
  at: Date,
});

/** The bytes that nobody guesses. */
const SIZE = 32;
/** `office.secret`, each in base64url. Longer names than 60 characters there are none. */
const FORM = /^([A-Za-z0-9_-]{1,400})\.([A-Za-z0-9_-]{43})$/;

/** Gives an office a token, once: nobody can read it later. The one that it had ends. */
export async function makeOfficeToken({ vault, now, randomBytes }: World, office: string): Promise<string> {
  const secret = randomBytes(SIZE).toString('base64url');
  await collection(OfficeToken).replaceOne({ _id: office }, { token: keptAs(vault, office, secret), at: now() }, { upsert: true });
  return `${Buffer.from(office).toString('base64url')}.${secret}`;
}

/** Ends an office's token; false if it has none. */
export async function endOfficeToken(office: string): Promise<boolean> {
  const { deletedCount } = await collection(OfficeToken).deleteOne({ _id: office });
  return deletedCount === 1;
}

/** Whose token it is; undefined if it is nobody's. How long that takes says nothing of a right one. */
export async function officeOfToken({ vault }: Pick<World, 'vault'>, token: string): Promise<string | undefined> {
  const [, named = '', secret = ''] = FORM.exec(token) ?? [];
  const office = Buffer.from(named, 'base64url').toString();
  const kept = secret && (await collection(OfficeToken).findOne({ _id: office }));
  return kept && isSame(kept.token, keptAs(vault, office, secret)) ? office : undefined;
}

function keptAs(vault: Vault, office: string, secret: string): string {
  return vault.hmac('officeToken', office, secret);
}
