import { ApiError } from '../puppet/src/apiError.ts';

const SENTENCES: Readonly<Record<number, string>> = {
  40001: 'the token is refused; WECHAT_APP_SECRET may be another account’s',
  40013: 'WECHAT_APP_ID is no account of WeChat’s',
  40125: 'WECHAT_APP_SECRET is wrong',
  40164: 'this server’s address is not on the account’s IP allow-list (基本配置, IP白名单)',
  45009: 'the day’s number of calls is used up',
  48001: 'the account may not do this',
  50002: 'the account is frozen or restricted',
};

/** What a refused call of WeChat's API means, as half a sentence. Rethrows what is no answer of the API. */
export function explain(error: unknown): string {
  if (!(error instanceof ApiError)) throw error;
  const { code } = error;
  if (code === 'unreachable') return 'the API cannot be reached';
  if (code === 'noAnswer') return 'the API gave no answer';
  return `${SENTENCES[code] ?? 'WeChat refuses it'} (${code})`;
}
