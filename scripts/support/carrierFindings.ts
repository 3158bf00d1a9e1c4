import type { Config } from '../../src/app/config.ts';
import { twilioRest } from '../../src/carriers/twilio/rest.ts';
import type { TwilioSettings } from '../../src/carriers/twilio/settings.ts';
import { accountApi } from '../../src/carriers/wechat/accountApi.ts';
import { explain } from '../../src/carriers/wechat/checkAccount.ts';
import { ApiError } from '../../src/carriers/wechat/puppet/src/api.ts';
import type { Finding } from '../../src/operation/index.ts';
import { withStore } from './withStore.ts';

/** Asks each carrier that is set up about its account, which costs nothing. */
export async function carrierFindings({ twilio, wechat }: Config): Promise<Finding[]> {
  return [...(twilio ? [await twilioFinding(twilio)] : []), ...(wechat ? [await wechatFinding(wechat)] : [])];
}

async function twilioFinding(settings: TwilioSettings): Promise<Finding> {
  const about = 'Twilio';
  try {
    const { status, body } = await twilioRest(settings)('GET', '.json');
    if (status === 401)
      return { about, isRight: false, said: 'it does not know this account and token: see TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.' };
    if (status !== 200) return { about, isRight: false, said: `it answered ${status}; try again, and look at its status page.` };
    const isActive = /"status"\s*:\s*"active"/.test(body?.toString() ?? '');
    return isActive
      ? { about, isRight: true, said: 'the account is active' }
      : { about, isRight: false, said: 'the account is suspended or closed: see its console.' };
  } catch (error) {
    return { about, isRight: false, said: `it cannot be reached (${error instanceof Error ? error.message : error}): open the way out to its API.` };
  }
}

function wechatFinding(settings: NonNullable<Config['wechat']>): Promise<Finding> {
  const about = 'WeChat';
  return withStore(async ({ world }) => {
    try {
      await accountApi(world, settings).call('/cgi-bin/get_api_domain_ip');
      return { about, isRight: true, said: 'it takes the settings; more by: npm run wechat -- check' };
    } catch (error) {
      const why = error instanceof ApiError ? explain(error) : `it cannot be reached (${error instanceof Error ? error.message : error})`;
      return { about, isRight: false, said: `${why}.` };
    }
  });
}
