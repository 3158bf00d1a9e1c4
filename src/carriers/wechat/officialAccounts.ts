import { accountOf, type CarrierAccount, type CommunityRecord } from '../../fund/communities/index.ts';
import { type Log, logWith } from '../../store/log.ts';
import type { World } from '../../store/world.ts';
import { settingsOf, type WechatSettings } from '../settings.ts';
import { accountApi } from './accountApi.ts';
import type { Api } from './puppet/src/api.ts';
import type { AccountKeys } from './puppet/src/verify.ts';

/** An official account: how it is reached, and the keys that prove its deliveries. */
export interface OfficialAccount {
  /** Whose it is; absent for the one of the service's settings. */
  readonly of?: Pick<CarrierAccount, 'id' | 'owner' | 'carrier'>;
  readonly keys: AccountKeys;
  readonly api: Api;
}

/** All official accounts: the one of the service's settings, if it has one, and those of offices and communities. Throws `bad-account`. */
export function officialAccounts(
  world: Pick<World, 'vault' | 'now'>,
  settings: WechatSettings | undefined,
  accounts: readonly CarrierAccount[],
): OfficialAccount[] {
  const one = (keys: WechatSettings) => ({ keys, api: accountApi(world, keys) });
  return [
    ...(settings ? [one(settings)] : []),
    ...accounts.flatMap((account) => (account.carrier === 'wechat' ? [{ of: account, ...one(settingsOf({ ...account, carrier: 'wechat' })) }] : [])),
  ];
}

/** The log, whose lines say whose account they are about. */
export function ofOwner(log: Log, of: OfficialAccount['of']): Log {
  return of ? logWith(log, { account: of.owner.name }) : log;
}

/** The AppID that stands before what this account names; undefined for the account of the service's settings. */
export function markOf({ of, keys }: Pick<OfficialAccount, 'of' | 'keys'>): string | undefined {
  return of && keys.appId;
}

/** The account that leads to a community's chat, if there is one. */
export function accountFor<Account extends Pick<OfficialAccount, 'of'>>(
  accounts: readonly Account[],
  community: Pick<CommunityRecord, '_id' | 'office'> | null,
): Account | undefined {
  const own = accountOf(
    accounts.flatMap(({ of }) => of ?? []),
    community,
    'wechat',
  );
  return accounts.find(({ of }) => of?.id === own?.id);
}
