import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { API as ALIYUN, VERSION as ALIYUN_VERSION, signedCall } from '../../src/carriers/aliyun/send.ts';
import { ariHttp } from '../../src/carriers/asterisk/ari.ts';
import { spoken } from '../../src/carriers/asterisk/spoken.ts';
import { carrierHttp, jsonIn } from '../../src/carriers/http.ts';
import { submitting } from '../../src/carriers/mas/carrier.ts';
import {
  type AliyunSettings,
  type AsteriskSettings,
  type CarrierSettings,
  type KannelSettings,
  type MasSettings,
  type PhoneSettings,
  readAccount,
  settingsOf,
  type TwilioSettings,
  type WechatSettings,
} from '../../src/carriers/settings.ts';
import { twilioRest } from '../../src/carriers/twilio/rest.ts';
import { accountApi } from '../../src/carriers/wechat/accountApi.ts';
import { explain } from '../../src/carriers/wechat/checkAccount.ts';
import { ApiError } from '../../src/carriers/wechat/puppet/src/api.ts';
import type { CarrierAccount } from '../../src/fund/communities/index.ts';
import type { Finding } from '../../src/operation/index.ts';
import { CodedError } from '../../src/store/codedError.ts';
import type { Vault } from '../../src/store/vault.ts';
import type { World } from '../../src/store/world.ts';
import { withStore } from './withStore.ts';

/** Asks each carrier that is set up about its account, which costs nothing and reaches nobody. */
export async function carrierFindings({ wechat, ...phones }: CarrierSettings): Promise<Finding[]> {
  return Promise.all([...asked(phones), ...(wechat ? [wechatFinding(wechat, askedAlone)] : [])]);
}

/** Asks the carriers about the accounts of offices and communities; each finding says whose. */
export async function accountFindings(accounts: readonly CarrierAccount[], vault: Vault): Promise<Finding[]> {
  const found = accounts.map(async (account) => {
    const { owner, carrier, settings } = account;
    const read = readAccount(carrier, settings);
    const findings =
      'problems' in read
        ? [{ about: carrier, isRight: false, said: `${read.problems.join('; ')}. Give it anew with: yisheng carrier add` }]
        : await Promise.all(
            carrier === 'wechat'
              ? [wechatFinding(settingsOf({ ...account, carrier }), (settings) => askWechat({ vault, now: () => new Date() }, settings))]
              : asked({ [carrier]: read.settings }),
          );
    return findings.map((finding) => ({ ...finding, about: `${finding.about} of ${owner.name}` }));
  });
  return (await Promise.all(found)).flat();
}

function asked({ twilio, kannel, mas, aliyun, asterisk }: PhoneSettings): Promise<Finding>[] {
  return [
    ...(twilio ? [finding('Twilio', () => askTwilio(twilio))] : []),
    ...(kannel ? [finding('Kannel', () => askKannel(kannel))] : []),
    ...(mas ? [finding('云MAS', () => askMas(mas))] : []),
    ...(aliyun ? [finding('Aliyun', () => askAliyun(aliyun))] : []),
    ...(asterisk ? [finding('Asterisk', () => askAsterisk(asterisk)), finding('speech', () => speak(asterisk))] : []),
  ];
}

/** What is right is told; what is wrong is thrown. */
class Wrong extends Error {}

async function finding(about: string, ask: () => Promise<string>): Promise<Finding> {
  try {
    return { about, isRight: true, said: await ask() };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { about, isRight: false, said: error instanceof Wrong ? why : `it cannot be reached (${why}): see its address, and open the way to it.` };
  }
}

async function askTwilio(settings: TwilioSettings): Promise<string> {
  const { status, body } = await twilioRest(settings)('GET', '.json');
  if (status === 401) throw new Wrong('it does not know this account and token: see TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.');
  if (status !== 200) throw new Wrong(`it answered ${status}; try again, and look at its status page.`);
  if (!/"status"\s*:\s*"active"/.test(body?.toString() ?? '')) throw new Wrong('the account is suspended or closed: see its console.');
  return 'the account is active';
}

/** A message to nobody: who sends it is looked at first, then it is refused. */
async function askKannel({ url, user, password }: KannelSettings): Promise<string> {
  const { origin, pathname } = new URL(url);
  const query = new URLSearchParams({ username: user, password, from: '0', text: '0' });
  const { status } = await carrierHttp(origin)('GET', `${pathname === '/' ? '/cgi-bin/sendsms' : pathname}?${query}`);
  if (status === 401 || status === 403) throw new Wrong('it does not take this user and password: see KANNEL_USER and KANNEL_PASSWORD.');
  if (status === 404) throw new Wrong('there is no sendsms at this address: see KANNEL_URL.');
  if (status >= 500) throw new Wrong(`it answered ${status}: is its bearerbox running, and its link up?`);
  return 'it takes the user and password; whether its link is up, its status page says';
}

/** A submission without numbers: who sends it is looked at first, then it is refused. */
async function askMas(settings: MasSettings): Promise<string> {
  const { status, body } = await submitting(settings)({ mobiles: '', content: '0', addSerial: '' });
  if (status !== 200) throw new Wrong(`it answered ${status}: see MAS_URL.`);
  const { rspcod = '' } = z.object({ rspcod: z.string().optional() }).safeParse(jsonIn(body)).data ?? {};
  if (rspcod === 'IllegalSignId' || rspcod === 'NoSignId') throw new Wrong(`it does not know the signature (${rspcod}): see MAS_SIGN.`);
  if (rspcod === 'IllegalIp') throw new Wrong("it takes nothing from this server's address (IllegalIp): have the address entered in its console.");
  if (rspcod === 'InvalidUsrOrPwd' || rspcod === 'IllegalMac')
    throw new Wrong(`it does not take the account (${rspcod}): see MAS_EC_NAME, MAS_AP_ID and MAS_SECRET_KEY.`);
  if (!/^\w{1,40}$/.test(rspcod)) throw new Wrong('it answered something else than its interface does: see MAS_URL.');
  return `it answered ${rspcod} to a submission without numbers, and nothing against the account`;
}

const SIGNATURE = z.object({ Code: z.string(), SignStatus: z.number().optional() });
const APPROVED = 1;

/** How its signature stands (https://help.aliyun.com: GetSmsSign). */
async function askAliyun({ apiUrl = ALIYUN, signName, ...key }: AliyunSettings): Promise<string> {
  const [at, nonce] = [new Date(), randomBytes(16).toString('hex')];
  const { host } = new URL(apiUrl);
  const { path, headers } = signedCall({ host, action: 'GetSmsSign', version: ALIYUN_VERSION, query: { SignName: signName }, at, nonce }, key);
  const answer = await carrierHttp(apiUrl)('POST', path, { headers, body: '' });
  const { Code, SignStatus } = SIGNATURE.safeParse(jsonIn(answer.body)).data ?? { Code: `http.${answer.status}` };
  if (/^(InvalidAccessKeyId|SignatureDoesNotMatch|IncompleteSignature)/.test(Code))
    throw new Wrong(`it does not take the key (${Code}): see ALIYUN_ACCESS_KEY_ID and ALIYUN_ACCESS_KEY_SECRET, and this machine's clock.`);
  if (/^(NoPermission|Forbidden)/.test(Code)) return 'it knows the key, which may not ask how the signature stands (dysms:GetSmsSign)';
  if (Code !== 'OK') throw new Wrong(`it answered ${Code}: is ALIYUN_SIGN_NAME a signature of this account?`);
  if (SignStatus !== APPROVED) throw new Wrong('the signature is not approved: see its console.');
  return 'it takes the key, and the signature is approved';
}

async function askAsterisk(settings: AsteriskSettings): Promise<string> {
  const call = ariHttp(settings);
  const { trunk } = settings;
  const { status } = await call('GET', '/asterisk/info?only=system');
  if (status === 401) throw new Wrong('it does not know this user and password: see ASTERISK_USER and ASTERISK_PASSWORD, and ari.conf.');
  if (status !== 200) throw new Wrong(`it answered ${status}: see ASTERISK_URL, and whether res_ari is loaded.`);
  const { status: found, body } = await call('GET', `/endpoints/PJSIP/${encodeURIComponent(trunk)}`);
  if (found === 404) throw new Wrong(`it has no endpoint ${trunk}: see ASTERISK_TRUNK, and pjsip.conf.`);
  const { state = 'unknown' } = z.object({ state: z.string().optional() }).safeParse(jsonIn(body)).data ?? {};
  if (state === 'offline') throw new Wrong(`the trunk ${trunk} is offline: Asterisk does not reach what is behind it.`);
  return `it takes the user and password; its trunk ${trunk} is ${state}`;
}

/** Whether a text that nobody recorded can be heard. */
async function speak({ ttsCommand }: AsteriskSettings): Promise<string> {
  try {
    await spoken({ text: '您好', language: 'zh-CN', isSlow: false }, ttsCommand);
    return 'what is not recorded is spoken';
  } catch (error) {
    throw new Wrong(error instanceof Error ? error.message : String(error));
  }
}

/** Asked with the access token that all processes share, which lies in the database. */
async function wechatFinding(settings: WechatSettings, ask: (settings: WechatSettings) => Promise<unknown>): Promise<Finding> {
  const about = 'WeChat';
  try {
    await ask(settings);
    return { about, isRight: true, said: 'it takes the settings; more by: npm run wechat -- check' };
  } catch (error) {
    if (error instanceof CodedError)
      return { about, isRight: false, said: `not asked, because its access token is in the database: ${error.message}` };
    const why = error instanceof ApiError ? explain(error) : `it cannot be reached (${error instanceof Error ? error.message : error})`;
    return { about, isRight: false, said: `${why}.` };
  }
}

function askWechat(world: Pick<World, 'vault' | 'now'>, settings: WechatSettings): Promise<unknown> {
  return accountApi(world, settings).call('/cgi-bin/get_api_domain_ip');
}

function askedAlone(settings: WechatSettings): Promise<unknown> {
  return withStore(({ world }) => askWechat(world, settings));
}
