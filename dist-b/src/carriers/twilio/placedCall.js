import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import { decryptedText, encryptedText, LONGEST_SPOKEN } from '../callText.js';
import { answerXml, queryOf } from '../form.js';
import { unanswered } from '../http.js';
import { twilioRest, whatCame } from './rest.js';
import { isMachine } from './voiceReceive.js';
import { speak } from './voiceRender.js';
/**
 * Sends a message as a call that speaks it (`sayText`). The text is put into the call's own address, encrypted.
 */
export function call({ publicUrl, ...account }, world) {
    const place = placeCall(account);
    return async ({ to, from, text, ref, signal }) => {
        if (text.length > LONGEST_SPOKEN)
            return { state: 'failed', reason: 'tooLong' };
        const query = new URLSearchParams({ ref, text: encryptedText(world, ref, text) });
        const statusCallback = `${publicUrl}/twilio/status?${new URLSearchParams({ ref })}`;
        return place({ to, from, url: `${publicUrl}/twilio/voice/text?${query}`, statusCallback, signal });
    };
}
/** For how many seconds it rings. */
const RINGS = 30;
/**
 * Places a call by Twilio's REST API. Never tries twice: Twilio has no idempotency key, so the caller of this function, which keeps the record,
 * decides. Does not reject.
 */
export function placeCall(account) {
    const rest = twilioRest(account);
    return async ({ to, from, url, statusCallback, signal }) => {
        const form = {
            To: to,
            From: from,
            Url: url,
            Method: 'POST',
            StatusCallback: statusCallback,
            StatusCallbackEvent: 'completed',
            StatusCallbackMethod: 'POST',
            MachineDetection: 'Enable',
            Timeout: String(RINGS),
        };
        try {
            return whatCame(await rest('POST', '/Calls.json', { form, signal }));
        }
        catch (error) {
            return unanswered(error, signal);
        }
    };
}
/**
 * `POST /twilio/voice/text`, behind `signedForm`: a call that `call` placed was answered. A person hears the text, twice. On an answering machine no
 * text is left, and the message counts as not delivered; so does a call that is answered too late.
 */
export function sayText(world, record) {
    return async (request, response) => {
        const { AnsweredBy, CallSid } = response.locals.form;
        const query = queryOf(request.originalUrl);
        const [ref, encrypted] = [query.get('ref'), query.get('text')];
        if (!CallSid || !ref || !encrypted)
            return void response.status(400).type('text/plain').send('CallSid, ref and text are needed\n');
        const text = decryptedText(world, ref, encrypted);
        if (text === undefined)
            return void response.status(403).type('text/plain').send('text is not one of ours for this ref\n');
        const document = new VoiceResponse();
        if (typeof text !== 'string' || isMachine(AnsweredBy)) {
            await record({ ref, carrierId: CallSid, state: 'failed', reason: typeof text === 'string' ? 'machine' : 'tooLate' });
        }
        else {
            document.pause({ length: 1 });
            speakText(document, text);
            document.pause({ length: 1 });
            speakText(document, text);
        }
        document.hangup();
        answerXml(response, document.toString());
    };
}
/** Speaks words whose language is not given: a text with a Chinese character in it is Chinese. */
function speakText(document, text) {
    speak(document, { text, language: /\p{Script=Han}/u.test(text) ? 'zh-CN' : 'en', isSlow: false });
}
