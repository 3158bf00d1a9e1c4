import { linesOf, sentencesOf } from '../../channels/voice/speech.js';
import { APP } from './ari.js';
import { handOver } from './handOver.js';
/** The person, or the network, has ended the call; what was recorded until then. */
export class CallOver extends Error {
    recording;
    constructor(recording) {
        super('the call is over');
        this.recording = recording;
    }
}
/** Another process goes on with the call, or ends it. */
export class CallLeft extends CallOver {
}
export class EventsLost extends Error {
}
/** Longer than anything that is said or recorded; then it counts as ended. Milliseconds. */
const LONGEST_MS = 180_000;
/** After the end of a call its recording, and what was pressed before, come within this time, in milliseconds. */
const LAST_MS = 2_000;
/** More digits than any entry has. */
const MOST_KEYS = 40;
/** More keys ahead than anybody presses who means it. */
const MOST_AHEAD = 40;
/** The line over a channel that is in our application. */
export function line(channel, { ari, sounds, world, log, adopt }) {
    const happened = mailbox();
    /** Keys that were pressed before they were asked for. */
    let ahead = '';
    let leg;
    let isOver = false;
    let isLeft = false;
    let noRecordings = false;
    const path = `/channels/${encodeURIComponent(channel)}`;
    const newId = () => `${APP}-${world.randomBytes(12).toString('hex')}`;
    /** A command on the channel; what Asterisk says of a channel that is gone means that the call is over. */
    async function command(method, where, query = {}) {
        if (isLeft)
            throw new CallLeft();
        const { status, body } = await ari.call(method, where, query);
        if (status === 404 || status === 409 || status === 412)
            throw new CallOver();
        if (status >= 300)
            throw new Error(`Asterisk answered ${method} with ${status}`);
        return body;
    }
    /** Keys stay for `enter`. */
    function note(one) {
        if (isLeft)
            throw new CallLeft();
        if ('over' in one)
            isOver = true;
        if ('lost' in one)
            throw new EventsLost();
        if ('key' in one && ahead.length < MOST_AHEAD)
            ahead += one.key;
    }
    /** Keys that came before the end of the call still count where they are waited for. */
    function refuseOver(forKeys) {
        if (isLeft)
            throw new CallLeft();
        if (isOver && !(forKeys && ahead !== ''))
            throw new CallOver();
    }
    /** What happens next; undefined if nothing does in this time. */
    async function next(ms, forKeys = false) {
        refuseOver(forKeys);
        const one = await happened.next(ms);
        if (one)
            note(one);
        refuseOver(forKeys);
        return one;
    }
    /** Takes what has happened until now; all of it, up to the end of a call whose channel is gone. */
    async function catchUp(isGone) {
        for (const ends = performance.now() + LAST_MS;;) {
            const one = happened.now() ?? (isGone && !isOver ? await happened.next(ends - performance.now()) : undefined);
            if (!one)
                break;
            note(one);
        }
        if (isGone)
            isOver = true;
        refuseOver(true);
    }
    async function play(media, untilKey) {
        if (media.length === 0)
            return true;
        const id = newId();
        await command('POST', `${path}/play/${id}`, { media: media.map((address) => `sound:${address}`).join(',') });
        try {
            for (const until = performance.now() + LONGEST_MS; performance.now() < until;) {
                if (untilKey && ahead !== '')
                    break;
                const one = await next(LONGEST_MS, untilKey);
                if (one && 'played' in one && one.played === id)
                    return !one.isFailed;
            }
        }
        catch (error) {
            if (error instanceof EventsLost)
                await ari.call('DELETE', `/playbacks/${id}`).catch(() => undefined); // it may have ended
            throw error;
        }
        await ari.call('DELETE', `/playbacks/${id}`);
        return true;
    }
    async function isPressed() {
        await catchUp(false);
        return ahead !== '';
    }
    async function say(said, speech, untilKey) {
        if (untilKey && (await isPressed()))
            return;
        const { recorded: _, ...synthetic } = speech;
        const sentences = linesOf(said, noRecordings ? synthetic : speech).flatMap(sentencesOf);
        const made = sentences.map((one) => sounds.of(one));
        for (const one of made)
            one.catch(() => undefined); // told where it is waited for, if it still is
        for (const sound of made) {
            const media = await sound;
            if (untilKey && (await isPressed()))
                return;
            const isPlayed = await play(media, untilKey).catch(async (error) => {
                if (!untilKey || isLeft || !(error instanceof CallOver))
                    throw error;
                await catchUp(true);
                return true;
            });
            if (isPlayed)
                continue;
            const isRecorded = sentences.some((one) => 'sounds' in one);
            log.error({ channel: 'voice', code: isRecorded ? 'recording-not-played' : 'sound-not-played' }, 'Asterisk could not play a sound: can it reach PUBLIC_URL, and does it know MP3?');
            if (!isRecorded)
                return;
            noRecordings = true;
            return say(said, speech, untilKey);
        }
    }
    async function keysOf({ timeout, numDigits, finishOnKey }) {
        let keys = '';
        for (;;) {
            while (ahead !== '') {
                const key = ahead.charAt(0);
                ahead = ahead.slice(1);
                if (key === finishOnKey)
                    return { keys, isHashed: true };
                keys += key;
                if (keys.length === numDigits || keys.length === MOST_KEYS)
                    return { keys, isHashed: false };
            }
            if (!(await next(timeout * 1_000, true)) && ahead === '')
                return { keys, isHashed: false };
        }
    }
    async function recordingOf({ maxLength, finishOnKey, timeout }) {
        const name = newId();
        const limits = { maxDurationSeconds: String(maxLength), maxSilenceSeconds: String(timeout) };
        await command('POST', `${path}/record`, { name, format: 'wav', ...limits, beep: 'true', ifExists: 'fail', terminateOn: 'none' });
        let endedBy = '';
        let seconds = 0;
        for (let ends = performance.now() + LONGEST_MS; performance.now() < ends;) {
            const one = await happened.next(ends - performance.now());
            if (isLeft)
                throw new CallLeft();
            if (!one)
                break;
            if ('key' in one && endedBy === '' && finishOnKey.includes(one.key)) {
                endedBy = one.key;
                await ari.call('POST', `/recordings/live/${name}/stop`);
            }
            if ('over' in one) {
                isOver = true;
                ends = Math.min(ends, performance.now() + LAST_MS);
            }
            if ('lost' in one)
                await ari.call('POST', `/recordings/live/${name}/stop`);
            if ('recorded' in one && one.recorded === name) {
                seconds = one.seconds;
                break;
            }
        }
        const isRefused = !isOver && (endedBy === '*' || endedBy === '0');
        const recording = seconds >= 1 && !isRefused ? { recording: name } : {};
        if (!recording.recording)
            await ari.call('DELETE', `/recordings/stored/${name}`);
        if (isOver)
            throw new CallOver(recording.recording);
        if (isRefused)
            return { keys: endedBy, isHashed: false };
        return { keys: '', isHashed: endedBy === '#' && !recording.recording, ...recording };
    }
    return {
        end: () => happened.put({ over: true }),
        take: ({ type, channel: about, digit, playback, recording }) => {
            if (type === 'ChannelDtmfReceived' && about?.id === channel && digit)
                happened.put({ key: digit });
            else if (type === 'PlaybackFinished' && playback)
                happened.put({ played: playback.id, isFailed: playback.state === 'failed' });
            else if ((type === 'RecordingFinished' || type === 'RecordingFailed') && recording)
                happened.put({ recorded: recording.name, seconds: type === 'RecordingFailed' ? 0 : (recording.talking_duration ?? recording.duration ?? 0) });
            else if (about && about.id === leg && type === 'StasisStart')
                happened.put({ leg: 'up' });
            else if (about && about.id === leg && (type === 'ChannelDestroyed' || type === 'StasisEnd'))
                happened.put({ leg: 'gone' });
            else if (about?.id === channel && ['ChannelHangupRequest', 'StasisEnd', 'ChannelDestroyed'].includes(type))
                happened.put({ over: true });
        },
        again: () => happened.put({ lost: true }),
        leave: () => {
            isLeft = true;
            happened.put({ left: true });
        },
        answer: async () => void (await command('POST', `${path}/answer`)),
        say: async (says, speech, untilKey) => {
            for (const said of says)
                await say(said, speech, untilKey);
        },
        pause: async (ms) => {
            for (const until = performance.now() + ms; performance.now() < until;)
                await next(until - performance.now());
        },
        enter: (entry) => ('keys' in entry ? keysOf(entry.keys) : recordingOf(entry.recording)),
        connect: async (endpoint, from, ringsSeconds) => {
            const other = newId();
            leg = other;
            adopt(other);
            await command('POST', `${path}/ring`);
            return handOver(ari, { channel, leg: other, endpoint, from, ringsSeconds }, async (ms) => {
                try {
                    const one = await next(ms);
                    return one && ('leg' in one ? one.leg : 'other');
                }
                catch (error) {
                    if (error instanceof EventsLost)
                        return 'lost';
                    throw error;
                }
            });
        },
        hangUp: async (reason = 16) => {
            isOver = true;
            await ari.call('DELETE', path, { reason_code: String(reason) });
        },
    };
}
/** What is put in comes out in order; whoever waits gets it at once. */
function mailbox() {
    const items = [];
    let wake = () => { };
    return {
        put: (item) => {
            items.push(item);
            wake();
        },
        now: () => items.shift(),
        next: async (ms) => {
            if (items.length === 0)
                await new Promise((resolve) => {
                    const timer = setTimeout(resolve, Math.max(0, ms));
                    wake = () => {
                        clearTimeout(timer);
                        resolve();
                    };
                });
            wake = () => { };
            return items.shift();
        },
    };
}
