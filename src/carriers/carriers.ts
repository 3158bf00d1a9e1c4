import { CARRIERS, type CarrierName, type Channel } from '../contacts/channel.ts';
import { type CarrierAccount, carrierAccounts } from '../fund/communities/index.ts';
import type { RecordingSource } from '../fund/inquiries/index.ts';
import type { PictureSource } from '../fund/works/index.ts';
import type { Log } from '../store/log.ts';
import type { World } from '../store/world.ts';
import { aliyun } from './aliyun/carrier.ts';
import { asterisk } from './asterisk/carrier.ts';
import { kannel } from './kannel/carrier.ts';
import { mas } from './mas/carrier.ts';
import type { ReadyCarrier } from './port.ts';
import { type CarrierSettings, carriersOn, channelsOf, type PhoneSettings, type SettingsOf, settingsOf } from './settings.ts';
import { twilio } from './twilio/carrier.ts';
import { chatPictures, voiceMessages } from './wechat/media.ts';
import { markOf, officialAccounts, ofOwner } from './wechat/officialAccounts.ts';
import { recordDeliveryMode, type WechatCarrier } from './wechat/wechatChannel.ts';

/** The companies that bring messages and calls to the service and deliver its own, or played carriers in their place. */
export interface Carriers {
  /** The channels over which the service can be the first to write to somebody. */
  readonly channels: readonly Channel[];
  /** The carriers of text messages and calls, side by side. */
  readonly phone: ReadonlyMap<CarrierName, ReadyCarrier>;
  /** Accounts of offices and communities with such carriers. */
  readonly accounts?: readonly ReadyAccount[];
  /** The official accounts: the one of the settings, and those of offices and communities. */
  readonly wechat?: readonly WechatCarrier[];
  /** Where recordings are kept at first. */
  readonly recordings?: RecordingSource;
  /** Where pictures are that came by message. */
  readonly pictures?: PictureSource;
}

/** An account of an office or a community. */
export interface ReadyAccount extends Pick<CarrierAccount<CarrierName>, 'id' | 'owner' | 'carrier'> {
  readonly ready: ReadyCarrier;
}

/** The carriers that are set up; there may be none. */
export async function realCarriers(world: World, log: Log, settings: CarrierSettings): Promise<Carriers> {
  const { wechat: official, ...phones } = settings;
  const phone = readyCarriers(phones);
  const kept = await carrierAccounts(world);
  const accounts = kept.flatMap(({ carrier, ...account }) => (carrier === 'wechat' ? [] : [readyAccount({ ...account, carrier })]));
  const wechat = await Promise.all(
    officialAccounts(world, official, kept).map(async (account) => ({
      ...account,
      observe: await recordDeliveryMode(world, ofOwner(log, account.of), account),
      hasBot: true,
    })),
  );
  const all = [...phone.values(), ...accounts.map(({ ready }) => ready)];
  const spoken = recordingsOf(all.flatMap(({ recordings }) => recordings ?? []));
  const texted = picturesOf(all.flatMap(({ pictures }) => pictures ?? []));
  const apis = new Map(wechat.map((account) => [markOf(account), account.api]));
  const pictures = apis.size > 0 ? chatPictures(apis, texted) : texted;
  const recordings = apis.size > 0 ? voiceMessages(apis, spoken) : spoken;
  return {
    channels: [...new Set([...kept.flatMap(({ carrier }) => CARRIERS[carrier]), ...channelsOf(settings)])],
    phone,
    accounts,
    wechat,
    ...(recordings && { recordings }),
    ...(pictures && { pictures }),
  };
}

/** Each recording is where its carrier keeps it. */
function recordingsOf(sources: readonly NonNullable<ReadyCarrier['recordings']>[]): RecordingSource | undefined {
  if (sources.length === 0) return undefined;
  const of = (carrierId: string) => sources.find(({ holds }) => holds(carrierId));
  return {
    fetch: async (carrierId) => of(carrierId)?.fetch(carrierId) ?? { failed: 'noSource' },
    remove: async (carrierId) => of(carrierId)?.remove(carrierId) ?? false,
  };
}

/** Each picture is with the account that it came over. */
function picturesOf(sources: readonly NonNullable<ReadyCarrier['pictures']>[]): PictureSource | undefined {
  if (sources.length === 0) return undefined;
  return async (name) => sources.find(({ holds }) => holds(name))?.fetch(name) ?? { wrong: 'missing' };
}

type Catalogue = { readonly [Name in CarrierName]: (settings: SettingsOf[Name]) => ReadyCarrier };

/** The carriers of phones, one line each. */
const CATALOGUE: Catalogue = {
  twilio,
  kannel,
  mas,
  aliyun,
  asterisk,
};

/** Throws `bad-account` if the settings are none by now. */
function readyAccount<Name extends CarrierName>({ settings, ...account }: CarrierAccount<Name>): ReadyAccount {
  return { ...account, ready: CATALOGUE[account.carrier](settingsOf({ ...account, settings })) };
}

/** The carriers that are turned on. */
function readyCarriers(settings: PhoneSettings): Map<CarrierName, ReadyCarrier> {
  return new Map(
    carriersOn(settings).flatMap((name) => {
      const ready = readyCarrier(name, settings);
      return ready ? [[name, ready] as const] : [];
    }),
  );
}

function readyCarrier<Name extends CarrierName>(name: Name, settings: PhoneSettings): ReadyCarrier | undefined {
  const given: PhoneSettings[Name] = settings[name];
  return given === undefined ? undefined : CATALOGUE[name](given);
}
