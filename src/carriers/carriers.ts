import { CARRIERS, type CarrierName, type Channel } from '../contacts/channel.ts';
import { type CarrierAccount, carrierAccounts } from '../fund/communities/index.ts';
import type { RecordingSource } from '../fund/inquiries/index.ts';
import type { PictureSource } from '../fund/works/index.ts';
import { CodedError } from '../store/codedError.ts';
import type { Log } from '../store/log.ts';
import type { World } from '../store/world.ts';
import { aliyun } from './aliyun/carrier.ts';
import { asterisk } from './asterisk/carrier.ts';
import { kannel } from './kannel/carrier.ts';
import { mas } from './mas/carrier.ts';
import type { ReadyCarrier } from './port.ts';
import { carriersOn, type PhoneSettings, phoneChannels, readAccount, type SettingsOf } from './settings.ts';
import { twilio } from './twilio/carrier.ts';
import { type ApiAccount, accountApi } from './wechat/accountApi.ts';
import type { AccountKeys } from './wechat/puppet/src/verify.ts';
import { chatPictures, voiceMessages } from './wechat/receive.ts';
import { recordDeliveryMode, type WechatCarrier } from './wechat/wechatChannel.ts';

/** The companies that bring messages and calls to the service and deliver its own, or played carriers in their place. */
export interface Carriers {
  /** The channels over which the service can be the first to write to somebody. */
  readonly channels: readonly Channel[];
  /** The carriers of text messages and calls, side by side. */
  readonly phone: ReadonlyMap<CarrierName, ReadyCarrier>;
  /** Accounts of offices and communities with such carriers. */
  readonly accounts?: readonly ReadyAccount[];
  readonly wechat?: WechatCarrier;
  /** Where recordings are kept at first. */
  readonly recordings?: RecordingSource;
  /** Where pictures are that came by message. */
  readonly pictures?: PictureSource;
}

/** An account of an office or a community. */
export interface ReadyAccount extends Pick<CarrierAccount, 'id' | 'owner' | 'carrier'> {
  readonly ready: ReadyCarrier;
}

export interface CarrierSettings extends PhoneSettings {
  readonly wechat?: WechatAccount | undefined;
}

/** The account's settings (docs/contract.md: Settings). */
export type WechatAccount = AccountKeys & ApiAccount;

/** The carriers that are set up; there may be none. */
export async function realCarriers(world: World, log: Log, { wechat, ...phones }: CarrierSettings): Promise<Carriers> {
  const api = wechat && accountApi(world, wechat);
  const phone = readyCarriers(phones);
  const accounts = (await carrierAccounts(world)).map(readyAccount);
  const all = [...phone.values(), ...accounts.map(({ ready }) => ready)];
  const spoken = recordingsOf(all.flatMap(({ recordings }) => recordings ?? []));
  const texted = all.find(({ pictures }) => pictures)?.pictures;
  const pictures = api ? chatPictures(api, texted) : texted;
  const recordings = api ? voiceMessages(api, spoken) : spoken;
  return {
    channels: [...new Set([...accounts.flatMap(({ carrier }) => CARRIERS[carrier]), ...channelsOf({ ...phones, wechat })])],
    phone,
    accounts,
    ...(wechat && api && { wechat: { keys: wechat, api, observe: await recordDeliveryMode(world, log), hasBot: true } }),
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

/** The channels over which the carriers that are set up can deliver a message that the service starts. */
export function channelsOf({ wechat, ...phones }: CarrierSettings): Channel[] {
  return [...phoneChannels(phones), ...(wechat ? (['wechat'] as const) : [])];
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
function readyAccount({ id, owner, carrier, settings }: CarrierAccount): ReadyAccount {
  const ready = readyBy(carrier, settings);
  if ('problems' in ready) {
    const wrong = ready.problems.map((problem) => `  ${problem}`).join('\n');
    throw new CodedError('bad-account', `The account of ${owner.name} with ${carrier} is wrong; give it anew with: yisheng carrier add\n${wrong}`);
  }
  return { id, owner, carrier, ready: ready.ready };
}

function readyBy<Name extends CarrierName>(name: Name, given: CarrierAccount['settings']) {
  const read = readAccount(name, given);
  return 'problems' in read ? read : { ready: CATALOGUE[name](read.settings) };
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
