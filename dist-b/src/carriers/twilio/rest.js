import { basic, carrierHttp, jsonIn } from '../http.js';
const TWILIO = 'https://api.twilio.com';
/** Calls one resource of the account, such as `/Calls.json`, once. Rejects if there is no answer. */
export function twilioRest({ accountSid, authToken, apiUrl = TWILIO }) {
    const call = carrierHttp(`${apiUrl.replace(/\/+$/, '')}/2010-04-01/Accounts/${accountSid}`);
    const authorization = basic(accountSid, authToken);
    return (method, path, { form, signal, most } = {}) => call(method, path, {
        headers: { authorization, ...(form && { 'content-type': 'application/x-www-form-urlencoded' }) },
        ...(form && { body: new URLSearchParams(form).toString() }),
        signal,
        most,
    });
}
/** Reads the body of an answer; a body that is not JSON names nothing. */
export function twilioResource(body) {
    const told = jsonIn(body);
    if (typeof told !== 'object' || told === null)
        return {};
    return {
        ...('sid' in told && typeof told.sid === 'string' && told.sid !== '' && { sid: told.sid }),
        ...('code' in told && typeof told.code === 'number' && { code: told.code }),
    };
}
/** Codes of https://www.twilio.com/docs/api/errors that say more than their HTTP status. */
const OPTED_OUT = 21610;
const QUEUE_FULL = 21611;
const DAY_LIMIT = 63038;
/** No text, or one that is too long. */
const ABOUT_TEXT = [21602, 21617, 21619, 21658];
/** What an answer says about a message or call: a request with a 429 was never processed, one with a 5xx may have been. */
export function whatCame({ status, body }) {
    const { sid, code } = twilioResource(body);
    if (status >= 200 && status < 300)
        return sid === undefined ? { state: 'unknown', reason: 'nonsense' } : { state: 'sent', carrierId: sid };
    if (status >= 500 || status === 408)
        return { state: 'unknown', reason: `http.${status}` };
    if (code === OPTED_OUT)
        return { state: 'stopped' };
    if (code === DAY_LIMIT)
        return { state: 'refused', reason: 'dayLimit', parks: true };
    if (status === 429 || code === QUEUE_FULL)
        return { state: 'refused', reason: 'rate' };
    if (status === 401 || (status === 403 && !isOfRequest(code)))
        return { state: 'refused', reason: 'unauthorized', parks: true };
    return { state: 'failed', reason: code ? `twilio.${code}` : `http.${status}`, ...(ABOUT_TEXT.includes(code ?? 0) && { wrong: 'text' }) };
}
/** Codes 21000 to 21999 are of this one message or call: its numbers, its text. Others are of the account: suspended, or not allowed to. */
function isOfRequest(code) {
    return code !== undefined && code >= 21_000 && code < 22_000;
}
