import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import { entryFor, linesOf } from '../../channels/voice/speech.js';
import { boundedMap } from '../../store/cache.js';
import { plainText } from '../form.js';
/** For how many seconds a person's phone rings. */
const RINGS = 25;
/** The answer to a step of a call: first the words, then the keys or the recording for which the line waits. If nothing is asked, the call ends. */
export function toTwiml(reply, { next, connects, ...speech }) {
    const { says = [], asks, adds = [], isSlow = false } = reply ?? {};
    const spoken = connects ? says : [...says, ...(asks ? [asks] : []), ...adds];
    const lines = spoken.flatMap((said) => linesOf(said, { ...speech, isSlow }));
    const step = connects ? { lines, next, connects } : { lines, next, ...(asks && { asks: awaited(asks) }) };
    return spoken.every(({ params }) => params === undefined) ? documents.getOrMake(JSON.stringify(step), () => written(step)) : written(step);
}
/** Documents of steps without parameters, which many callers hear. A receipt or a name is not kept here. */
const documents = boundedMap(2_000);
function written({ lines, asks, next, connects }) {
    const response = new VoiceResponse();
    const goesOn = { action: next, method: 'POST' };
    const speaker = asks && 'input' in asks ? response.gather({ ...asks, ...goesOn, actionOnEmptyResult: true }) : response;
    for (const line of lines)
        speak(speaker, line);
    if (connects) {
        response.dial({ action: connects.afterwards, method: 'POST', callerId: connects.from, timeout: RINGS }).number(connects.to);
    }
    else if (asks) {
        if (!('input' in asks))
            response.record({ ...goesOn, ...asks });
        response.redirect({ method: 'POST' }, next);
    }
    else
        response.hangup();
    return response.toString();
}
/** What is waited for, as Twilio's verbs take it. */
function awaited(asks) {
    const entry = entryFor(asks);
    return 'keys' in entry ? { input: ['dtmf'], ...entry.keys } : { ...entry.recording, playBeep: true };
}
const CHINESE = { voice: 'Polly.Zhiyu-Neural', language: 'cmn-CN' };
const ENGLISH = { voice: 'Polly.Joanna-Neural', language: 'en-US' };
const SLOW = { rate: '75%' };
/** Speaks a line: from a recording if there is one, else by synthesis, which is slower for a caller who asked to hear it again. */
export function speak(speaker, line) {
    if ('sounds' in line) {
        for (const sound of line.sounds)
            speaker.play(sound);
        return;
    }
    const voice = line.language.startsWith('en') ? ENGLISH : CHINESE;
    const text = plainText(line.text);
    if (line.isSlow)
        speaker.say(voice, '').prosody(SLOW, text);
    else
        speaker.say(voice, text);
}
