import { randomBytes } from 'node:crypto';
import { CodedError } from '../../store/codedError.js';
import { promptSeconds, readTwiml } from './readTwiml.js';
import { fetchAudio, postSigned } from './signedLine.js';
/** A loop of documents that never waits for the caller ends after this many. */
const MOST_DOCUMENTS = 30;
/** Twilio's default (https://www.twilio.com/docs/voice/twiml/dial). */
const RING_SECONDS = 20;
/**
 * Calls the service over its real webhook, signed as Twilio signs, and follows its documents until one waits for the caller. Rejects with code
 * `not-delivered` if the service does not accept a step, `wrong-twiml` if Twilio could not go on.
 */
export async function followTwiml(line, caller) {
    const { from, to, sid = `CA${randomBytes(16).toString('hex')}`, dialled = 'no-answer', placed } = caller;
    const about = { CallSid: sid, AccountSid: 'ACdemo', From: from, To: to, ApiVersion: '2010-04-01', Direction: placed ? 'outbound-api' : 'inbound' };
    const heard = [];
    const connectedTo = [];
    let seconds = 0;
    let status = 'in-progress';
    /** The verbs of the current document that are still to come, and the document's address. */
    let rest = [];
    let here = placed?.url ?? `${line.publicUrl}/twilio/voice`;
    let waiting;
    /** Whether the words of the verb that waits were said. */
    let isSaid = false;
    /** The number of documents since the caller last did something. */
    let documents = 0;
    await open(here, {
        CallStatus: placed ? 'in-progress' : 'ringing',
        ...(placed?.answeredBy && { AnsweredBy: placed.answeredBy, MachineDetectionDuration: '2000' }),
    });
    return {
        sid,
        connectedTo,
        get waiting() {
            return waiting;
        },
        get seconds() {
            return seconds;
        },
        get status() {
            return status;
        },
        pass: (more) => {
            seconds += more;
        },
        prompt,
        heard: () => heard.splice(0),
        answer: async (fields) => {
            const verb = taken();
            if (verb)
                await open(addressOf(verb), fields);
        },
        goOn: async () => {
            if (taken())
                await follow();
        },
        hangUp: async (fields) => {
            const verb = taken();
            if (!verb)
                return;
            if (fields)
                await post(addressOf(verb), { ...fields, CallStatus: 'completed' });
            await end('completed');
        },
    };
    /** Gives the verb that waited; it no longer waits. */
    function taken() {
        const verb = waiting;
        waiting = undefined;
        documents = 0;
        return verb;
    }
    async function prompt(limit = Number.POSITIVE_INFINITY) {
        if (isSaid || !waiting)
            return;
        isSaid = true;
        let left = limit;
        for (const verb of waiting.children.filter(({ name }) => name !== '#text')) {
            if (left <= 0)
                return;
            left -= await say(verb, left);
        }
    }
    async function say(verb, limit = Number.POSITIVE_INFINITY) {
        if (verb.name === 'Play')
            await fetchAudio(line, absolute(verb.text.trim()));
        const took = Math.min(limit, promptSeconds(verb));
        seconds += took;
        const { language } = verb.attributes;
        if (verb.name !== 'Pause')
            heard.push({ text: verb.name === 'Play' ? `♪ ${verb.text.trim()}` : verb.text, seconds: took, ...(language && { language }) });
        return took;
    }
    /** Fetches a document and follows it. */
    async function open(address, fields) {
        documents += 1;
        if (documents > MOST_DOCUMENTS)
            throw new CodedError('wrong-twiml', 'The documents lead to each other without end.');
        const twiml = await post(address, { CallStatus: 'in-progress', ...fields });
        line.check?.(twiml);
        const [root] = readTwiml(twiml);
        if (root?.name !== 'Response')
            throw new CodedError('wrong-twiml', `The answer is no TwiML: ${twiml.slice(0, 200)}`);
        here = address;
        rest = root.children;
        await follow();
    }
    /** Follows the document until it waits for the caller or the call is over. */
    async function follow() {
        for (;;) {
            const [verb, ...others] = rest;
            rest = others;
            if (!verb)
                return end('completed');
            switch (verb.name) {
                case '#text':
                    break;
                case 'Say':
                case 'Play':
                case 'Pause':
                    await say(verb);
                    break;
                case 'Gather':
                case 'Record':
                    waiting = verb;
                    isSaid = false;
                    return;
                case 'Redirect':
                    return open(absolute(verb.text.trim()), {});
                case 'Dial':
                    if (await connected(verb))
                        return;
                    break;
                case 'Hangup':
                    return end('completed');
                case 'Reject':
                    return end(verb.attributes.reason === 'busy' ? 'busy' : 'no-answer');
                default:
                    throw new CodedError('wrong-twiml', `A caller does not know <${verb.name}>.`);
            }
        }
    }
    /** Whether the call went on at the address of the `<Dial>`. */
    async function connected(dial) {
        connectedTo.push(dial.text.trim());
        seconds += dialled === 'completed' ? 0 : Number(dial.attributes.timeout ?? RING_SECONDS);
        if (!dial.attributes.action)
            return false;
        await open(addressOf(dial), { DialCallStatus: dialled, ...(dialled === 'completed' && { DialCallDuration: '60' }) });
        return true;
    }
    async function end(how) {
        rest = [];
        status = how;
        await post(placed?.statusCallback ?? `${line.publicUrl}/twilio/status`, {
            CallStatus: how,
            CallDuration: String(Math.round(seconds)),
            SequenceNumber: '0',
            CallbackSource: 'call-progress-events',
        });
    }
    function addressOf({ attributes }) {
        return absolute(attributes.action ?? '');
    }
    function absolute(address) {
        return new URL(address, here).href;
    }
    function post(address, fields) {
        return postSigned(line, address, { ...about, ...fields });
    }
}
