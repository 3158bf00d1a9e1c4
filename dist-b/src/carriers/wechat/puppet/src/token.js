import { ApiError, readAnswer, request } from './api.js';
const TIMEOUT_MS = 10_000;
/**
 * Asks for the stable access token: every caller gets the same one, until it expires. `isForced` ends it and gives another one, which WeChat allows
 * twenty times a day.
 */
export async function requestToken({ appId, appSecret, url }, isForced = false) {
    const body = JSON.stringify({ grant_type: 'client_credential', appid: appId, secret: appSecret, force_refresh: isForced });
    const { bytes } = await request(`${url}/cgi-bin/stable_token`, { body, limit: AbortSignal.timeout(TIMEOUT_MS) });
    const { access_token: token, expires_in: expiresIn, errcode } = readAnswer(bytes);
    if (typeof errcode === 'number' && errcode !== 0)
        throw new ApiError(errcode);
    if (typeof token !== 'string' || typeof expiresIn !== 'number')
        throw new ApiError('noAnswer');
    return { token, expiresIn };
}
/** From five minutes before a token's end, WeChat gives another one. */
const EARLY_MS = 5 * 60_000;
/** The account's token, kept in this process. It is requested once for all callers that need it. */
export function memoryToken(credentials) {
    let kept;
    let asking;
    return async (stale) => {
        if (kept && kept.token !== stale && Date.now() < kept.until)
            return kept.token;
        asking ??= ask(stale).finally(() => {
            asking = undefined;
        });
        return asking;
    };
    async function ask(stale) {
        const given = await requestToken(credentials);
        return keep(given.token === stale ? await requestToken(credentials, true) : given);
    }
    function keep({ token, expiresIn }) {
        kept = { token, until: Date.now() + expiresIn * 1_000 - EARLY_MS };
        return token;
    }
}
