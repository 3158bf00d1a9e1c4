import { type AccessToken, type Credentials, requestToken } from './requestToken.ts';

/** WeChat gives another one from five minutes before the end on. */
const EARLY_MS = 5 * 60_000;

/** The account's token, kept in this process and asked for once by all who need it. */
export function memoryToken(credentials: Credentials): (stale?: string) => Promise<string> {
  let kept: { token: string; until: number } | undefined;
  let asking: Promise<string> | undefined;
  return async (stale) => {
    if (kept && kept.token !== stale && Date.now() < kept.until) return kept.token;
    asking ??= ask(stale).finally(() => {
      asking = undefined;
    });
    return asking;
  };

  async function ask(stale: string | undefined): Promise<string> {
    const given = await requestToken(credentials);
    return keep(given.token === stale ? await requestToken(credentials, true) : given);
  }

  function keep({ token, expiresIn }: AccessToken): string {
    kept = { token, until: Date.now() + expiresIn * 1_000 - EARLY_MS };
    return token;
  }
}
