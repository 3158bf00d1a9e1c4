import { randomBytes } from 'node:crypto';
import { XMLParser } from 'fast-xml-parser';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { CodedError } from '../../store/codedError.js';
/**
 * Posts a form to a public address of the service, signed as Twilio signs, and gives the answer's text. Rejects with code `not-delivered` if the
 * service does not accept it, `wrong-twiml` if the address is not the service's.
 */
export async function postSigned(line, address, form) {
    const response = await fetch(ours(line, address), {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...signed(line, address, form) },
        body: new URLSearchParams(form).toString(),
    });
    const answer = await response.text();
    if (!response.ok)
        throw new CodedError('not-delivered', `The service answered ${response.status}: ${answer.trim() || 'nothing'}.`);
    return answer;
}
/** Fetches the audio that a carrier is asked to play. Rejects with code `wrong-twiml` if it is not audio of the service. */
export async function fetchAudio(line, address) {
    const response = await fetch(ours(line, address), { headers: signed(line, address, {}) });
    await response.arrayBuffer();
    const type = response.headers.get('content-type');
    if (!response.ok || !type?.startsWith('audio/'))
        throw new CodedError('wrong-twiml', `${address} is no audio: ${response.status} ${type}.`);
}
function signed({ authToken }, address, form) {
    return { 'x-twilio-signature': getExpectedTwilioSignature(authToken, address, form) };
}
/** The local address of a public address, which has to be the service's. */
function ours({ url, publicUrl }, address) {
    if (!address.startsWith(`${publicUrl}/`))
        throw new CodedError('wrong-twiml', `${address} is no address of the service.`);
    return url + address.slice(publicUrl.length);
}
const parser = new XMLParser({ parseTagValue: false, processEntities: true, trimValues: false });
/**
 * Delivers a text to the service over its real webhook, signed as Twilio signs, and gives the answer's text, null if the service is silent. Rejects
 * with code `not-delivered` if the service does not accept it.
 */
export async function asCarrier(line, { from, to, body, sid = `SM${randomBytes(16).toString('hex')}` }) {
    const fields = { MessageSid: sid, AccountSid: 'ACdemo', From: from, To: to, Body: body, NumMedia: '0' };
    const message = parser.parse(await postSigned(line, `${line.publicUrl}/twilio/sms`, fields)).Response?.Message;
    return typeof message === 'string' ? message : null;
}
