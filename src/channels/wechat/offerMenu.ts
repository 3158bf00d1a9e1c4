import type { Log } from '../../logger.ts';
import type { Api, TappableMenu } from './puppet/src/api.ts';
import { ApiError } from './puppet/src/apiError.ts';

/** The account may send none at all: unverified ones, and test accounts. */
const NOT_ALLOWED: readonly ApiError['code'][] = [48001, 40200];
/** Who reads the reply has long gone on by then. */
const TIMEOUT_MS = 5_000;

/** Sends what can be tapped beside a reply that says the same in words: where it does not arrive, nothing is lost. */
export function offerMenu(api: Pick<Api, 'sendMenu'>, log: Pick<Log, 'warn' | 'error'>): (openid: string, menu: TappableMenu) => void {
  let isAllowed = true;
  return (openid, menu) => {
    if (isAllowed) api.sendMenu(openid, menu, AbortSignal.timeout(TIMEOUT_MS)).catch(failed);
  };

  function failed(error: unknown): void {
    if (!(error instanceof ApiError)) log.error({ error, channel: 'wechat', code: 'WECHAT_MENU' }, 'Nothing to tap was sent');
    else if (NOT_ALLOWED.includes(error.code) && isAllowed) {
      isAllowed = false;
      log.warn({ channel: 'wechat', code: `WECHAT_${error.code}` }, 'The WeChat account may not send items to tap; ballots are numbered text alone');
    }
  }
}
