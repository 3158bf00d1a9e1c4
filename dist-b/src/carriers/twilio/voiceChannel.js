import { askBySms } from '../../channels/voice/bySms.js';
import { speechOf } from '../../channels/voice/speech.js';
import { endOfCall } from '../callStep.js';
import { queryOf } from '../form.js';
import { afterPerson } from './afterPerson.js';
import { sayText } from './placedCall.js';
import { callBack, endsOf, hasEnded, receiveVoice, takeStep } from './voiceReceive.js';
/** Puts the parts of the voice line together. */
export function voiceChannel(deps) {
    const { world, log, publicUrl, placeCall, answer, notify, askCallBack, recordStatus, observe } = deps;
    const speech = speechOf(deps);
    const ask = askBySms({ world, answer, notify });
    const take = takeStep({ world, answer });
    const ending = endOfCall({
        take: ({ form, turn }) => take(form, turn),
        askBySms: ({ form }, said) => ask({ ...endsOf(form), key: world.vault.hmac('delivery', 'voice', form.CallSid ?? '', 'bySms') }, said),
        log,
    });
    const takeEnd = (form, turn) => ending.take({ form, turn });
    const addresses = { url: `${publicUrl}/twilio/voice`, statusCallback: `${publicUrl}/twilio/status` };
    return {
        handlers: {
            '/twilio/voice': [callBack(world, askCallBack, log), receiveVoice({ world, publicUrl, answer, speech, takeEnd, observe })],
            '/twilio/voice/text': [sayText(world, recordStatus)],
            '/twilio/voice/person': [afterPerson({ world, log, publicUrl, speech, notify })],
        },
        status: [messageStatus(recordStatus, log), callStatus({ take: takeEnd, log })],
        placeCall: (placing) => placeCall({ ...placing, ...addresses }),
        stop: async () => ending.stop(),
    };
}
/** `POST /twilio/status`, behind `signedForm`, for calls: 204. A status of a message goes on to the next handler. */
function callStatus({ take, log }) {
    return async (_, response, next) => {
        const { form } = response.locals;
        if (!form.CallSid || form.MessageSid)
            return next();
        if (!form.From || !form.To || !form.CallStatus)
            return void response.status(400).type('text/plain').send('From, To and CallStatus are missing\n');
        try {
            if (hasEnded(form))
                await take(form, 0);
            response.status(204).end();
        }
        catch (error) {
            log.error({ error, channel: 'voice', code: 'status-not-recorded' }, 'The end of a call could not be recorded');
            response.status(503).type('text/plain').send('not recorded\n');
        }
    };
}
/** What the end of a call means for the message for which it was placed. A word that is not listed here changes nothing. */
const STATES = {
    completed: 'delivered',
    busy: 'failed',
    'no-answer': 'failed',
    failed: 'failed',
    canceled: 'failed',
};
/**
 * `POST /twilio/status`, behind `signedForm`, for calls that speak a message: 204, or 503 if the database is away. Anything else goes on to the next
 * handler.
 */
function messageStatus(record, log) {
    return async (request, response, next) => {
        const { CallSid, CallStatus = '' } = response.locals.form;
        const ref = queryOf(request.originalUrl).get('ref');
        if (!CallSid || !ref)
            return next();
        const state = Object.hasOwn(STATES, CallStatus) ? STATES[CallStatus] : undefined;
        try {
            if (state)
                await record({ ref, carrierId: CallSid, state, ...(state === 'failed' && { reason: `call.${CallStatus}` }) });
            response.status(204).end();
        }
        catch (error) {
            log.error({ error, channel: 'voice', code: 'status-not-recorded' }, 'A status callback could not be recorded');
            response.status(503).type('text/plain').send('not recorded\n');
        }
    };
}
