import type { BlockList } from 'node:net';
import { z } from 'zod';
import { type AccountCarrier, CARRIER_NAMES, CARRIERS, type CarrierName, type Channel } from '../contacts/channel.ts';
import type { CarrierAccount } from '../fund/communities/index.ts';
import { CodedError } from '../store/codedError.ts';
import { networkList } from './networks.ts';
import { type SettingsGroup, setting, settingsGroup } from './settingsGroup.ts';
import type { TwilioAccount } from './twilio/rest.ts';
import type { ApiAccount } from './wechat/accountApi.ts';
import type { AccountKeys } from './wechat/puppet/src/verify.ts';

export interface TwilioSettings extends TwilioAccount {
  /** E.164: the default sender. */
  readonly phoneNumber: string;
  /** It recognises speech on calls. */
  readonly hears?: boolean;
}

const twilioSettings = settingsGroup(
  {
    TWILIO_ACCOUNT_SID: setting.matching(/^AC[0-9A-Za-z]+$/, 'AC and letters or digits'),
    TWILIO_AUTH_TOKEN: setting.word(),
    TWILIO_PHONE_NUMBER: setting.matching(/^\+[1-9]\d{6,14}$/, 'a phone number in E.164: +, country, number, no blanks'),
  },
  { TWILIO_API_URL: setting.address().optional(), SPEECH: z.enum(['twilio'], { error: 'must be twilio, or absent' }).optional() },
  (read, { TWILIO_API_URL: apiUrl, SPEECH: speech }): TwilioSettings => ({
    accountSid: read.TWILIO_ACCOUNT_SID,
    authToken: read.TWILIO_AUTH_TOKEN,
    phoneNumber: read.TWILIO_PHONE_NUMBER,
    ...(apiUrl && { apiUrl }),
    ...(speech && { hears: true }),
  }),
);

export interface KannelSettings {
  /** Where its `sendsms` is; no slash at the end. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** Stands in the addresses of the doors. */
  readonly secret: string;
}

const kannelSettings = settingsGroup(
  { KANNEL_URL: setting.address(), KANNEL_USER: setting.word(), KANNEL_PASSWORD: setting.word(), KANNEL_SECRET: setting.pathSecret() },
  {},
  (read): KannelSettings => ({ url: read.KANNEL_URL, user: read.KANNEL_USER, password: read.KANNEL_PASSWORD, secret: read.KANNEL_SECRET }),
);

export interface MasSettings {
  /** Where its interface is; no slash at the end. */
  readonly url: string;
  readonly ecName: string;
  readonly apId: string;
  readonly secretKey: string;
  /** The code of the signature that stands before every text. */
  readonly sign: string;
  /** Stands in the addresses of the doors. */
  readonly secret: string;
}

const masSettings = settingsGroup(
  {
    MAS_URL: setting.address(),
    MAS_EC_NAME: setting.matching(/\S/, 'the name of the organisation'),
    MAS_AP_ID: setting.word(),
    MAS_SECRET_KEY: setting.word(),
    MAS_SIGN: setting.word(),
    MAS_SECRET: setting.pathSecret(),
  },
  {},
  (read): MasSettings => ({
    url: read.MAS_URL,
    ecName: read.MAS_EC_NAME,
    apId: read.MAS_AP_ID,
    secretKey: read.MAS_SECRET_KEY,
    sign: read.MAS_SIGN,
    secret: read.MAS_SECRET,
  }),
);

export interface AliyunSettings {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** Stands in 【】 before every text; the carrier puts it there. */
  readonly signName: string;
  /** Stands in the addresses of the doors. */
  readonly secret: string;
  /** Another address of its interface; no slash at the end. */
  readonly apiUrl?: string;
}

const aliyunSettings = settingsGroup(
  {
    ALIYUN_ACCESS_KEY_ID: setting.word(),
    ALIYUN_ACCESS_KEY_SECRET: setting.word(),
    ALIYUN_SIGN_NAME: setting.matching(/^[^【】\s]{2,12}$/, 'the name of the signature, 2 to 12 characters, without 【】'),
    ALIYUN_SECRET: setting.pathSecret(),
  },
  { ALIYUN_API_URL: setting.address().optional() },
  (read, { ALIYUN_API_URL: apiUrl }): AliyunSettings => ({
    accessKeyId: read.ALIYUN_ACCESS_KEY_ID,
    accessKeySecret: read.ALIYUN_ACCESS_KEY_SECRET,
    signName: read.ALIYUN_SIGN_NAME,
    secret: read.ALIYUN_SECRET,
    ...(apiUrl && { apiUrl }),
  }),
);

export interface AsteriskSettings {
  /** Where its HTTP server is; no slash at the end. */
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** The endpoint of PJSIP over which calls go out. */
  readonly trunk: string;
  /** What speaks a text, if not espeak-ng: a program that gets the language behind its name and the text on its standard input, and writes WAV. */
  readonly ttsCommand?: string;
}

const asteriskSettings = settingsGroup(
  {
    ASTERISK_URL: setting.address(),
    ASTERISK_USER: setting.word(),
    ASTERISK_PASSWORD: setting.word(),
    ASTERISK_TRUNK: setting.matching(/^[\w-]+$/, 'the name of an endpoint in pjsip.conf'),
  },
  { TTS_COMMAND: z.string().min(1).optional() },
  (read, { TTS_COMMAND: ttsCommand }): AsteriskSettings => ({
    url: read.ASTERISK_URL,
    user: read.ASTERISK_USER,
    password: read.ASTERISK_PASSWORD,
    trunk: read.ASTERISK_TRUNK,
    ...(ttsCommand && { ttsCommand }),
  }),
);

/** An official account. */
export type WechatSettings = AccountKeys & ApiAccount;

const aesKey = () => setting.matching(/^[0-9A-Za-z]{43}$/, '43 letters and digits');

const wechatSettings = settingsGroup(
  {
    WECHAT_APP_ID: setting.matching(/^[\w-]+$/, 'letters and digits'),
    WECHAT_APP_SECRET: setting.word(),
    WECHAT_TOKEN: setting.matching(/^[0-9A-Za-z]{3,32}$/, '3 to 32 letters and digits'),
    WECHAT_AES_KEY: aesKey(),
  },
  {
    WECHAT_AES_KEY_PREVIOUS: aesKey().optional(),
    WECHAT_PLAIN: z.enum(['0', '1', 'off'], { error: 'must be one of 0, 1, off' }).optional(),
    WECHAT_API_URL: setting.address().optional(),
  },
  (read, { WECHAT_AES_KEY_PREVIOUS: aesKeyPrevious, WECHAT_PLAIN: plain, WECHAT_API_URL: apiUrl }): WechatSettings => ({
    appId: read.WECHAT_APP_ID,
    appSecret: read.WECHAT_APP_SECRET,
    token: read.WECHAT_TOKEN,
    aesKey: read.WECHAT_AES_KEY,
    ...(aesKeyPrevious && { aesKeyPrevious }),
    plain: plain === '1',
    ...(apiUrl && { apiUrl }),
  }),
);

/** The settings of each carrier. Read without its code, for commands that need none. */
const SETTINGS = {
  twilio: twilioSettings,
  kannel: kannelSettings,
  mas: masSettings,
  aliyun: aliyunSettings,
  asterisk: asteriskSettings,
  wechat: wechatSettings,
} satisfies Readonly<Record<AccountCarrier, SettingsGroup<unknown>>>;

export type SettingsOf = { readonly [Name in AccountCarrier]: (typeof SETTINGS)[Name] extends SettingsGroup<infer Settings> ? Settings : never };
/** The settings of those that are turned on. */
export type CarrierSettings = { readonly [Name in AccountCarrier]?: SettingsOf[Name] | undefined };
/** The settings of the carriers of phones that are turned on. */
export type PhoneSettings = Pick<CarrierSettings, CarrierName>;

type Given = Readonly<Record<string, string>>;

/** The names of all settings that turn a carrier on. */
export const TURN_ON: readonly string[] = Object.values(SETTINGS).flatMap(({ together }) => together);

/** The names of all carriers' settings. */
export const CARRIER_SETTINGS: readonly string[] = Object.values(SETTINGS).flatMap(({ together, besides }) => [...together, ...besides]);

/** What is wrong with the carriers' settings, one line each. */
export function carrierProblems(given: Given): string[] {
  return Object.values(SETTINGS).flatMap(({ problems }) => problems(given));
}

/** The carriers' settings, which have no problems. */
export function readCarriers(given: Given): CarrierSettings {
  return Object.fromEntries(Object.entries(SETTINGS).map(([name, { read }]) => [name, read(given)]));
}

/** The settings of an account with one carrier: all that turn this one on and no other's; or what is wrong with them, one line each. */
export function readAccount<Name extends AccountCarrier>(
  name: Name,
  given: Given,
): { readonly settings: NonNullable<CarrierSettings[Name]> } | { readonly problems: readonly string[] } {
  const { together, besides, problems } = SETTINGS[name];
  const strangers = Object.keys(given).filter((one) => !together.includes(one) && !besides.includes(one));
  const wrong = [...strangers.map((one) => `${one}: is no setting of ${name}`), ...problems(given)];
  const settings = readCarriers(given)[name];
  if (wrong.length === 0 && settings) return { settings };
  return { problems: wrong.length > 0 ? wrong : [`${together.join(', ')}: are missing`] };
}

/** The settings of an account that is kept. Throws `bad-account` if they are none by now. */
export function settingsOf<Name extends AccountCarrier>({ owner, carrier, settings }: CarrierAccount<Name>): NonNullable<CarrierSettings[Name]> {
  const read = readAccount(carrier, settings);
  if ('settings' in read) return read.settings;
  const wrong = read.problems.map((problem) => `  ${problem}`).join('\n');
  throw new CodedError('bad-account', `The account of ${owner.name} with ${carrier} is wrong; give it anew with: yisheng carrier add\n${wrong}`);
}

/** The names of the carriers of phones that are turned on. */
export function carriersOn(settings: PhoneSettings): CarrierName[] {
  return CARRIER_NAMES.filter((name) => settings[name] !== undefined);
}

/** The channels over which the carriers that are turned on can deliver a message that the service starts. */
export function channelsOf({ wechat, ...phones }: CarrierSettings): Channel[] {
  return [...new Set([...carriersOn(phones), ...(wechat ? (['wechat'] as const) : [])].flatMap((name) => CARRIERS[name]))];
}

/** The carriers that sign nothing. */
const UNSIGNED = ['kannel', 'mas', 'aliyun'] as const;

/** From where their requests are taken, by carrier. */
export type Networks = Readonly<Partial<Record<(typeof UNSIGNED)[number], BlockList>>>;

/** Reads `kannel=127.0.0.1,10.0.0.0/8; mas=192.168.1.0/24`; undefined if it is anything else, another carrier's name too: a rule for it would do nothing. */
export function networksIn(text: string): Networks | undefined {
  const networks: Partial<Record<keyof Networks, BlockList>> = {};
  for (const part of text.split(';').map((one) => one.trim())) {
    const [name = '', list = ''] = part.split('=');
    const carrier = UNSIGNED.find((one) => one === name.trim());
    const read = networkList(list);
    if (!carrier || !read || networks[carrier]) return undefined;
    networks[carrier] = read;
  }
  return networks;
}
