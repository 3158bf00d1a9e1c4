import { answerXml, plainText, queryOf } from '../form.js';
import { carrierHttp, unanswered } from '../http.js';
import { twilioRest, whatCame } from './rest.js';
/** The answer is given within 8 s, including the way back to the carrier. Milliseconds. */
const DEADLINE_MS = 7_500;
const E164 = /^\+[1-9]\d{6,14}$/;
/** `POST /twilio/sms`, behind `signedForm`: one message in, one TwiML answer out with at most one message. */
export function receiveSms({ world, answer, text, observe }) {
    return async (_, response) => {
        const { MessageSid, From, To, Body, NumMedia } = response.locals.form;
        const pictures = picturesIn(response.locals.form);
        if (!MessageSid || !From || !To || Body === undefined)
            return void response.status(400).type('text/plain').send('MessageSid, From, To and Body are needed\n');
        if (!E164.test(From))
            return void answerXml(response, twiml()); // a short code or a name: a machine would get the answer
        const started = performance.now();
        const at = world.now();
        const said = await answer({
            channel: 'sms',
            address: From,
            to: To,
            key: world.vault.hmac('delivery', 'sms', MessageSid),
            at,
            deadline: at.getTime() + DEADLINE_MS,
            input: { text: Body, hasMediaOnly: Body.trim() === '' && Number(NumMedia) > 0, ...(pictures.length > 0 && { pictures }) },
        });
        answerXml(response, twiml(said.reply && text(said)));
        observe(said.outcome, (performance.now() - started) / 1000);
    };
}
/** Sends one SMS by Twilio's REST API. Never tries twice: Twilio has no idempotency key, so the outbox decides. */
export function sendSms({ publicUrl, ...account }) {
    const rest = twilioRest(account);
    const callback = `${publicUrl.replace(/\/+$/, '')}/twilio/status?ref=`;
    return async ({ to, from, text, ref, signal }) => {
        const form = { To: to, From: from, Body: text, StatusCallback: callback + encodeURIComponent(ref) };
        try {
            return whatCame(await rest('POST', '/Messages.json', { form, signal }));
        }
        catch (error) {
            return unanswered(error, signal);
        }
    };
}
/** What Twilio's `MessageStatus` means for the outbox. A word that is not listed here changes nothing. */
const STATES = {
    accepted: 'sent',
    scheduled: 'sent',
    queued: 'sent',
    sending: 'sent',
    sent: 'sent',
    delivered: 'delivered',
    read: 'delivered',
    undelivered: 'failed',
    failed: 'failed',
    canceled: 'failed',
};
const OPTED_OUT_STATUS = '21610';
/** `POST /twilio/status`, behind `signedForm`: 204; 400 if the form names no message; 503 if the database is away. */
export function status(record, log) {
    return async (request, response) => {
        const { MessageSid, MessageStatus, ErrorCode } = response.locals.form;
        if (!MessageSid || !MessageStatus)
            return void response.status(400).type('text/plain').send('MessageSid and MessageStatus are missing\n');
        const state = Object.hasOwn(STATES, MessageStatus) ? STATES[MessageStatus] : undefined;
        const ref = queryOf(request.originalUrl).get('ref') ?? undefined;
        try {
            if (state === 'failed')
                await record({ ref, carrierId: MessageSid, ...failure(MessageStatus, ErrorCode) });
            else if (state)
                await record({ ref, carrierId: MessageSid, state });
            response.status(204).end();
        }
        catch (error) {
            log.error({ error, channel: 'sms', code: 'status-not-recorded' }, 'A status callback could not be recorded');
            response.status(503).type('text/plain').send('not recorded\n');
        }
    };
}
function failure(word, code) {
    if (code === OPTED_OUT_STATUS)
        return { state: 'stopped' };
    return { state: 'failed', reason: code ? `twilio.${code}` : word };
}
const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' };
/** The answer to an inbound SMS in TwiML (https://www.twilio.com/docs/messaging/twiml): one message, or silence. */
export function twiml(text) {
    const message = text && `<Message>${plainText(text).replace(/[&<>\r]/g, (character) => ESCAPES[character] ?? '')}</Message>`;
    return `<?xml version="1.0" encoding="UTF-8"?><Response>${message ?? ''}</Response>`;
}
/** Where Twilio itself keeps what its API leads to (https://www.twilio.com/docs/messaging/api/media-resource). */
const TWILIO_HOSTS = ['https://mms.twiliocdn.com', 'https://media.twiliocdn.com'];
/** Larger than any picture that is taken (`LARGEST_PICTURE`). */
const MOST_BYTES = 20_000_000;
const SLOWEST_MS = 20_000;
const PREFIX = 'twilio|';
const NAMED = /\/Messages\/([MS]M[0-9a-f]{32})\/Media\/(ME[0-9a-f]{32})$/i;
const MOST = 10;
/** The names of the pictures of an MMS, out of the fields of its form: of its addresses only the ids are taken. */
export function picturesIn(form) {
    const count = Math.min(Number(form.NumMedia) || 0, MOST);
    return Array.from({ length: count }, (_, index) => index).flatMap((index) => {
        const [, message, media] = NAMED.exec(form[`MediaUrl${index}`] ?? '') ?? [];
        const isPicture = (form[`MediaContentType${index}`] ?? '').startsWith('image/');
        return isPicture && message && media ? [`${PREFIX}${message}|${media}`] : [];
    });
}
/**
 * Pictures of MMS at Twilio, whose API leads on to its own hosts for media: to these alone, over https, and without our credentials; a redirect to anywhere
 * else is not followed. `hosts` and `slowestMs` are others in tests.
 */
export function twilioPictures(account, { hosts = TWILIO_HOSTS, slowestMs = SLOWEST_MS } = {}) {
    const rest = twilioRest(account);
    const kept = new Map(hosts.map((host) => [host, carrierHttp(host)]));
    return async (name) => {
        const [message, media] = name.startsWith(PREFIX) ? name.slice(PREFIX.length).split('|') : [];
        if (!message || !media)
            return { wrong: 'missing' };
        const signal = AbortSignal.timeout(slowestMs);
        try {
            const first = await rest('GET', `/Messages/${message}/Media/${media}`, { signal, most: MOST_BYTES });
            const to = isRedirect(first.status) ? addressIn(first.location) : undefined;
            const host = to && kept.get(to.origin);
            if (isRedirect(first.status) && !host)
                return { wrong: 'missing' };
            const { status, body } = to && host ? await host('GET', to.pathname + to.search, { signal, most: MOST_BYTES }) : first;
            if (status === 200)
                return body ? { bytes: body } : { wrong: 'tooLarge' };
            return { failed: `http.${status}` };
        }
        catch {
            return { failed: signal.aborted ? 'slow' : 'unreachable' };
        }
    };
}
function isRedirect(status) {
    return status >= 300 && status < 400;
}
function addressIn(location) {
    return location !== undefined && URL.canParse(location) ? new URL(location) : undefined;
}
