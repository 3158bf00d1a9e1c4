import { createHash } from 'node:crypto';
import type { mongo } from 'mongoose';
import { z } from 'zod';
import { ACCOUNT_CARRIERS, type AccountCarrier } from '../../contacts/channel.ts';
import { collection } from '../../store/collection.ts';
import { encrypted, oneOf, type RecordOf, records } from '../../store/records.ts';
import type { World } from '../../store/world.ts';
import type { CommunityRecord } from './community.ts';

/** Whose account with a carrier it is: a street office's, for all communities that name it as their `office`, or one community's, which goes before. */
export interface Owner {
  readonly of: 'office' | 'community';
  /** The office's name, or the community's slug. */
  readonly name: string;
}

/** An account with a carrier, beside the one that the service's settings may have. */
export interface CarrierAccount<Carrier extends AccountCarrier = AccountCarrier> {
  /** Stands in the addresses of its doors, `/accounts/ID/…`; no secret. */
  readonly id: string;
  readonly owner: Owner;
  readonly carrier: Carrier;
  /** As the environment would have them: by their names. */
  readonly settings: Readonly<Record<string, string>>;
}

function nameOf({ of, name, carrier }: Owner & { readonly carrier: AccountCarrier }): string {
  return JSON.stringify([of, name, carrier]);
}

function idOf(account: CarrierAccountRecord['_id']): string {
  return createHash('sha256').update(nameOf(account)).digest('hex').slice(0, 16);
}

const KeptAccount = records('carrierAccounts', {
  _id: { of: oneOf(['office', 'community']), name: String, carrier: oneOf(ACCOUNT_CARRIERS) },
  /** JSON, encrypted: who writes into the database and has no SECRET makes no account, and gives none to another owner. */
  settings: encrypted('carrierSettings', ({ _id }) => nameOf(_id)),
  at: Date,
});
type CarrierAccountRecord = RecordOf<typeof KeptAccount>;

/** Keeps an account, in place of the one that the owner had with this carrier; gives its id. Services know it from their next start on. */
export async function keepCarrierAccount({ vault, now }: World, { owner, carrier, settings }: Omit<CarrierAccount, 'id'>): Promise<string> {
  const _id = { of: owner.of, name: owner.name, carrier };
  const kept = { settings: vault.encrypt('carrierSettings', nameOf(_id), JSON.stringify(settings)), at: now() };
  await collection(KeptAccount).replaceOne({ _id }, kept, { upsert: true });
  return idOf(_id);
}

/** Removes an account; false if there is none. */
export async function dropCarrierAccount({ of, name }: Owner, carrier: AccountCarrier): Promise<boolean> {
  const { deletedCount } = await collection(KeptAccount).deleteOne({ _id: { of, name, carrier } });
  return deletedCount === 1;
}

/** All accounts, by their owners. Rejects with `not-ours` if somebody wrote one past the service. */
export async function carrierAccounts({ vault }: Pick<World, 'vault'>): Promise<CarrierAccount[]> {
  const found = await collection(KeptAccount)
    .find({}, { sort: { _id: 1 }, promoteBuffers: true })
    .toArray();
  return found.map(({ _id: { of, name, carrier }, settings }) => ({
    id: idOf({ of, name, carrier }),
    owner: { of, name },
    carrier,
    settings: z.record(z.string(), z.string()).parse(JSON.parse(vault.decrypt('carrierSettings', nameOf({ of, name, carrier }), settings))),
  }));
}

/** The account over which a carrier serves a community: its own, else its office's, else, with undefined, the one of the service's settings. */
export function accountOf<Account extends Pick<CarrierAccount, 'owner' | 'carrier'>>(
  accounts: readonly Account[],
  community: Pick<CommunityRecord, '_id' | 'office'> | null,
  carrier: AccountCarrier,
): Account | undefined {
  const over = accounts.filter((account) => account.carrier === carrier);
  return (
    over.find(({ owner }) => owner.of === 'community' && owner.name === community?._id) ??
    over.find(({ owner }) => owner.of === 'office' && owner.name === community?.office)
  );
}

/** Which communities an official account serves. */
export interface Served {
  readonly serves: (community: CommunityRecord) => boolean;
  /** The communities that it serves, as a query. */
  readonly among: mongo.Filter<CommunityRecord>;
}

/**
 * An account of an office or a community serves those that go over it, and nobody else's: whoever has its keys is every follower of it. The one of the service's
 * settings, with undefined, serves all: who followed it before their office had one stays where they are.
 */
export function servedBy<Account extends Pick<CarrierAccount, 'id' | 'owner' | 'carrier'>>(accounts: readonly Account[], account?: Account): Served {
  if (!account) return { serves: () => true, among: {} };
  const { id, owner, carrier } = account;
  const own = accounts.flatMap(({ owner: { of, name }, carrier: other }) => (of === 'community' && other === carrier ? [name] : []));
  return {
    serves: (community) => accountOf(accounts, community, carrier)?.id === id,
    among: owner.of === 'community' ? { _id: owner.name } : { office: owner.name, _id: { $nin: own } },
  };
}
