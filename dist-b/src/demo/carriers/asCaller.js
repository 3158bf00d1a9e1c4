import { followTwiml } from './followTwiml.js';
/**
 * Calls the service over its real webhook, signed as Twilio signs, and acts as a caller does. Rejects with code `not-delivered` if the service does
 * not accept a step, `wrong-twiml` if Twilio could not go on.
 */
export async function call(line, caller) {
    const underWay = await followTwiml(line, caller);
    return {
        sid: underWay.sid,
        connectedTo: underWay.connectedTo,
        get waitsFor() {
            if (!underWay.waiting)
                return 'nothing';
            return underWay.waiting.name === 'Gather' ? 'keys' : 'recording';
        },
        get entry() {
            return underWay.waiting?.name === 'Gather' ? entryOf(underWay.waiting) : undefined;
        },
        get seconds() {
            return underWay.seconds;
        },
        get status() {
            return underWay.status;
        },
        hear: (seconds) => hear(underWay, seconds),
        press: (keys, after) => press(underWay, keys, after),
        silence: () => silence(underWay),
        speak: (recording) => speak(underWay, recording),
        hangUp: (spoken) => hangUp(underWay, spoken),
    };
}
/** Twilio's defaults (https://www.twilio.com/docs/voice/twiml). */
const GATHER_TIMEOUT = 5;
const RECORD_TIMEOUT = 5;
const RECORD_MAX_LENGTH = 3_600;
const RECORD_KEYS = '1234567890*#';
/** The carrier kept nothing: a key ended the recording before a word was said. */
const NO_RECORDING = 'https://api.twilio.com/2010-04-01/Accounts/ACdemo/Recordings/RE00000000000000000000000000000000';
async function hear(underWay, seconds) {
    if (underWay.waiting?.name === 'Gather')
        await underWay.prompt(seconds);
    return underWay.heard();
}
async function press(underWay, keys, after) {
    let entered = '';
    let limit = after;
    for (const key of keys) {
        const { waiting } = underWay;
        if (!waiting)
            return;
        if (waiting.name === 'Record') {
            if ((waiting.attributes.finishOnKey ?? RECORD_KEYS).includes(key))
                await recorded(underWay, { url: NO_RECORDING, seconds: 0 }, key);
            continue;
        }
        if (entered === '')
            await underWay.prompt(limit);
        limit = 0;
        underWay.pass(1);
        const { finishOnKey, numDigits } = entryOf(waiting);
        if (key !== finishOnKey)
            entered += key;
        if (key === finishOnKey || entered.length === numDigits) {
            await gathered(underWay, entered, key === finishOnKey ? key : '');
            entered = '';
        }
    }
    if (underWay.waiting && entered) {
        underWay.pass(entryOf(underWay.waiting).timeout);
        await gathered(underWay, entered, '');
    }
}
async function silence(underWay) {
    const { waiting } = underWay;
    if (waiting?.name === 'Record') {
        underWay.pass(Number(waiting.attributes.timeout ?? RECORD_TIMEOUT));
        await underWay.goOn();
    }
    else if (waiting) {
        await underWay.prompt();
        underWay.pass(entryOf(waiting).timeout);
        await gathered(underWay, '', '');
    }
}
async function speak(underWay, recording) {
    if (underWay.waiting?.name === 'Record')
        await recorded(underWay, recording, '#');
}
async function hangUp(underWay, spoken) {
    if (!spoken || underWay.waiting?.name !== 'Record')
        return underWay.hangUp();
    underWay.pass(spoken.seconds);
    await underWay.hangUp({ ...recordingFields(spoken), Digits: 'hangup' });
}
/** The keys of a `<Gather>` have ended. */
async function gathered(underWay, digits, finishedOnKey) {
    if (digits || underWay.waiting?.attributes.actionOnEmptyResult === 'true')
        return underWay.answer({ Digits: digits, FinishedOnKey: finishedOnKey, msg: 'Gather End' });
    await underWay.goOn();
}
/** A recording has ended, by a key or because it reached its longest time. */
async function recorded(underWay, recording, endedBy) {
    const most = Number(underWay.waiting?.attributes.maxLength ?? RECORD_MAX_LENGTH);
    const took = Math.min(recording.seconds, most);
    underWay.pass(took + 1);
    await underWay.answer({ ...recordingFields({ ...recording, seconds: took }), Digits: recording.seconds > most ? '' : endedBy });
}
function entryOf({ attributes: { finishOnKey = '#', numDigits, timeout = String(GATHER_TIMEOUT) } }) {
    return { finishOnKey, ...(numDigits !== undefined && { numDigits: Number(numDigits) }), timeout: Number(timeout) };
}
function recordingFields({ url, seconds }) {
    return { RecordingUrl: url, RecordingSid: url.split('/').at(-1) ?? '', RecordingDuration: String(Math.round(seconds)) };
}
