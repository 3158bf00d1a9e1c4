import { setTimeout as sleep } from 'node:timers/promises';
const RETRY_AFTER_MS = 300;
const BUSY = -1;
/** The token is wrong or has expired: another one is fetched, once. */
const STALE = new Set([40001, 40014, 42001]);
const CUSTOMER_SERVICE = '/cgi-bin/message/custom/send';
/** The API of one account. If WeChat is too busy, a call is tried once more; a refused token is replaced once; nothing else is tried twice. */
export function api({ url, token, timeoutMs }) {
    const call = async (path, body, signal) => {
        const { bytes } = await ask(path, body, signal);
        return readAnswer(bytes);
    };
    return {
        call,
        sendText: async (openid, text, signal) => void (await call(CUSTOMER_SERVICE, { touser: openid, msgtype: 'text', text: { content: text } }, signal)),
        sendMenu: async (openid, { head, items, tail = '' }, signal) => {
            const msgmenu = { head_content: head, list: items, tail_content: tail };
            await call(CUSTOMER_SERVICE, { touser: openid, msgtype: 'msgmenu', msgmenu }, signal);
        },
        media: (mediaId, signal) => ask(`/cgi-bin/media/get?media_id=${encodeURIComponent(mediaId)}`, undefined, signal, MOST_MEDIA_BYTES),
    };
    /** Gives the token to use. If there is none, nothing was sent yet. */
    async function usable(stale) {
        try {
            return await token(stale);
        }
        catch (error) {
            throw error instanceof ApiError && error.code === 'noAnswer' ? new ApiError('unreachable') : error;
        }
    }
    async function ask(path, body, signal, most) {
        const limit = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]);
        let current = await usable();
        let [mayBeStale, mayBeBusy] = [true, true];
        for (;;) {
            const address = `${url}${path}${path.includes('?') ? '&' : '?'}access_token=${encodeURIComponent(current)}`;
            const response = await request(address, { limit, ...(body && { body: JSON.stringify(body) }), ...(most !== undefined && { most }) });
            const code = errorCode(response);
            if (code === 0)
                return response;
            if (mayBeStale && STALE.has(code)) {
                mayBeStale = false;
                current = await usable(current);
            }
            else if (mayBeBusy && code === BUSY) {
                mayBeBusy = false;
                await sleep(RETRY_AFTER_MS);
            }
            else
                throw new ApiError(code);
        }
    }
}
/** Media come as their bytes; an error, as JSON. */
function errorCode({ type, bytes }) {
    if (!/json|text\/plain/.test(type))
        return 0;
    const { errcode } = readAnswer(bytes);
    return typeof errcode === 'number' ? errcode : 0;
}
const MOST_BYTES = 4 * 1024 * 1024;
/** A picture as a phone's camera takes it. */
const MOST_MEDIA_BYTES = 20_000_000;
/** Whether there was no connection over which anything could have been sent. */
const UNREACHABLE = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'];
/** Asks WeChat's API: posts the body, or makes a GET request without one. Rejects with `ApiError` if no complete answer comes. */
export async function request(address, { body, limit, most = MOST_BYTES }) {
    try {
        const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
        const response = await fetch(address, { ...(body !== undefined && post), signal: limit, redirect: 'error' });
        if (!response.ok)
            throw new ApiError('noAnswer');
        return { type: response.headers.get('content-type') ?? '', bytes: await readBytes(response, most) };
    }
    catch (error) {
        if (error instanceof ApiError)
            throw error;
        throw new ApiError(isUnreachable(error) ? 'unreachable' : 'noAnswer'); // the cause contains the address, and the address contains the token
    }
}
async function readBytes(response, most) {
    const chunks = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
        size += chunk.length;
        if (size > most)
            throw new ApiError('tooLarge');
        chunks.push(chunk);
    }
    return Buffer.concat(chunks);
}
function isUnreachable(error) {
    const cause = error instanceof Error ? error.cause : undefined;
    return cause instanceof Error && 'code' in cause && UNREACHABLE.includes(String(cause.code));
}
/** Reads an answer that should be a JSON object; any other answer does not show whether the call was done. */
export function readAnswer(bytes) {
    try {
        const read = JSON.parse(bytes.toString());
        if (typeof read === 'object' && read !== null)
            return { ...read };
    }
    catch {
        // an error page
    }
    throw new ApiError('noAnswer');
}
/** The failure of a call to WeChat. Contains no address, token or message. */
export class ApiError extends Error {
    /** WeChat's errcode; `unreachable`: it was never sent; `noAnswer`: it is not known whether it was done; `tooLarge`: more came than is taken. */
    code;
    constructor(code, cause) {
        super(`WeChat's API: ${code}`, { cause });
        this.name = 'ApiError';
        this.code = code;
    }
}
