import { communityByNumber } from '../../fund/communities/index.js';
import { decryptedText, encryptedText, LONGEST_SPOKEN } from '../callText.js';
import { unanswered } from '../http.js';
import { recordingsAt } from '../recordings.js';
import { APP, ari, ariHttp } from './ari.js';
import { conversations } from './conversations.js';
import { CallLeft, CallOver, EventsLost, line } from './line.js';
import { sounds } from './sounds.js';
/** Asterisk, by its REST interface: the keypad line over a SIP trunk or a gateway. */
export function asterisk(settings) {
    return { recordings: recordings(settings), open: (house) => opened(settings, house) };
}
/** More calls than this at once are told that the line is busy. */
const MOST_CALLS = 500;
/** For how many seconds it rings. */
const RINGS = 30;
/** Q.850: user busy; normal. */
const BUSY = 17;
/** What the channel of a call is named that speaks a message: this, and the message's name. */
const TEXT = `${APP}-text-`;
function opened(settings, house) {
    const { world, log, publicUrl, recordStatus, askCallBack } = house;
    const lines = new Map();
    /** The phones that a call is connected with, by their channels. */
    const legs = new Map();
    const spoken = sounds(world, publicUrl, settings.ttsCommand);
    const endpointOf = (number) => `PJSIP/${dialled(number)}@${settings.trunk}`;
    const talk = conversations(house, endpointOf);
    const communityOf = communityByNumber(world);
    const leaveAll = () => {
        for (const one of lines.values())
            one.leave();
    };
    const interface_ = ari(settings, { onEvent, onConnected: () => void takeUp().catch(report), onReplaced: leaveAll }, { world, log });
    return {
        doors: [{ path: '/asterisk/sounds/:name', isAlsoGet: true, handlers: [spoken.handler] }],
        voice: {
            placeCall: ({ to, from, signal }) => originate({ to, from, args: `placed,${to},${from}`, signal }),
            send: sendCall,
        },
        stop: async () => {
            const given = interface_.stop();
            leaveAll();
            await given;
            await talk.stop();
        },
    };
    function report(error) {
        log.error({ error, channel: 'voice', code: 'asterisk-failed' }, 'What Asterisk said could not be dealt with');
    }
    function onEvent(event) {
        const { type, channel, args = [], playback, recording } = event;
        const about = channel?.id ?? (playback?.target_uri ?? recording?.target_uri)?.replace(/^channel:/, '') ?? '';
        const known = lines.get(about) ?? legs.get(about);
        if (known)
            known.take(event);
        else if (type === 'StasisStart' && channel)
            begun(channel, args).catch(report);
        else if (type === 'ChannelDestroyed')
            notAnswered(about, event.cause).catch(report);
    }
    /** A channel has come into our application: a call, or one that we placed and that was answered. */
    async function begun(channel, args) {
        const [kind = '', first = '', second = ''] = args;
        if (kind === 'leg')
            return void (await interface_.call('DELETE', `/channels/${channel.id}`)); // whoever it was for is gone
        if (lines.size >= MOST_CALLS)
            return reject(channel);
        if (kind === 'text')
            return sayText(channel, first);
        if (kind === 'placed')
            return held(channel, (one) => talk.converse(one, { id: channel.id, address: first, to: second, isPlaced: true }));
        const caller = inbound(channel, args);
        if (!caller.address)
            return held(channel, (one) => talk.withoutNumber(one));
        const { address } = caller;
        await held(channel, async (one) => {
            const community = await communityOf(caller.to).catch(() => null); // the database is away: the dialog says so
            if (community && community.callback === caller.to) {
                await askCallBack({ id: channel.id, address, community }).catch(report);
                return reject(channel);
            }
            await one.answer().catch((error) => {
                if (!(error instanceof CallOver))
                    throw error;
            });
            await talk.converse(one, { ...caller, address });
        });
    }
    /** Keeps the line while something is said and heard on it. */
    async function held(channel, work) {
        const one = line(channel.id, { ari: interface_, sounds: spoken, world, log, adopt: (leg) => legs.set(leg, one) });
        lines.set(channel.id, one);
        try {
            await work(one);
        }
        finally {
            lines.delete(channel.id);
            for (const [leg, its] of legs)
                if (its === one)
                    legs.delete(leg);
        }
    }
    async function reject({ id }) {
        await interface_.call('DELETE', `/channels/${id}`, { reason_code: String(BUSY) });
    }
    /** Events come again. Calls that go on begin their step again; those that ended are over; those of a process that is gone end with a word. */
    async function takeUp() {
        const before = [...lines];
        const channels = await interface_.channels();
        if (!channels)
            return;
        const there = new Set(channels.map(({ id }) => id));
        for (const [id, one] of before) {
            if (there.has(id))
                one.again();
            else
                one.end();
        }
        for (const channel of channels) {
            const [app, ...args] = (channel.dialplan.app_data ?? '').split(',');
            if (channel.dialplan.app_name !== 'Stasis' || app !== APP || lines.has(channel.id) || legs.has(channel.id))
                continue;
            const [kind, to = '', from = ''] = args;
            if (kind === 'leg')
                await interface_.call('DELETE', `/channels/${channel.id}`);
            else if (kind === 'text')
                sayText(channel, to).catch(report);
            else {
                const { address, ...caller } = kind === 'placed' ? { id: channel.id, address: to, to: from, isPlaced: true } : inbound(channel, args);
                held(channel, (one) => (address ? talk.endPolitely(one, { ...caller, address }) : talk.withoutNumber(one))).catch(report);
            }
        }
    }
    async function originate(call) {
        const { to, from, args, signal, id = `${APP}-${world.randomBytes(12).toString('hex')}` } = call;
        const query = { endpoint: endpointOf(to), app: APP, appArgs: args, callerId: dialled(from), timeout: String(RINGS), channelId: id };
        try {
            const { status } = await interface_.call('POST', '/channels', query, { signal });
            if (status === 200)
                return { state: 'sent', carrierId: id };
            if (status === 401 || status === 403)
                return { state: 'refused', reason: 'unauthorized', parks: true };
            if (status === 500)
                return { state: 'refused', reason: 'noLine' }; // the trunk is not there, or is full
            return { state: 'failed', reason: `http.${status}` };
        }
        catch (error) {
            return unanswered(error, signal);
        }
    }
    /** Sends a message as a call that speaks it. What it says travels with the call, so that whichever process hears the answer can say it. */
    async function sendCall({ to, from, text, ref, signal }) {
        if (text.length > LONGEST_SPOKEN)
            return { state: 'failed', reason: 'tooLong' };
        return originate({ to, from, args: `text,${encryptedText(world, ref, text)}`, signal, id: TEXT + ref });
    }
    /** A call that speaks a message was answered: its text is said twice. */
    async function sayText(channel, encrypted) {
        const ref = channel.id.slice(TEXT.length);
        const text = decryptedText(world, ref, encrypted);
        if (typeof text !== 'string') {
            await interface_.call('DELETE', `/channels/${channel.id}`);
            return recordStatus({ ref, carrierId: channel.id, state: 'failed', reason: text ? 'tooLate' : 'nonsense' });
        }
        const speech = { words: () => text, language: /\p{Script=Han}/u.test(text) ? 'zh-CN' : 'en', isSlow: false };
        await held(channel, async (one) => {
            try {
                for (let times = 0; times < 2;)
                    if (await isSaid(one, speech))
                        times += 1;
            }
            catch (error) {
                if (error instanceof CallLeft)
                    return; // another process says it
                if (!(error instanceof CallOver)) {
                    report(error);
                    await one.hangUp();
                    return recordStatus({ ref, carrierId: channel.id, state: 'failed', reason: 'notSpoken' });
                }
            }
            await one.hangUp();
            await recordStatus({ ref, carrierId: channel.id, state: 'delivered' });
        });
    }
    /** Says a text once, after a pause; false if events were lost meanwhile. */
    async function isSaid(one, speech) {
        try {
            await one.pause(1_000);
            await one.say([{ key: '' }], speech, false);
            return true;
        }
        catch (error) {
            if (error instanceof EventsLost)
                return false;
            throw error;
        }
    }
    /** A call that speaks a message rang in vain. */
    async function notAnswered(id, cause = 0) {
        if (!id.startsWith(TEXT))
            return;
        const why = cause === BUSY ? 'busy' : cause === 18 || cause === 19 ? 'no-answer' : 'failed';
        await recordStatus({ ref: id.slice(TEXT.length), carrierId: id, state: 'failed', reason: `call.${why}` });
    }
}
/** The numbers of a call that came in: `Stasis(yisheng,in,NUMBER)`; without the number, what was dialled. */
function inbound({ id, caller, dialplan }, [, number = '']) {
    const to = callerIn(number || dialplan.exten || '', '') ?? (number || dialplan.exten || '');
    return { id, address: callerIn(caller.number, to), to, isPlaced: false };
}
/** What was recorded lies with Asterisk until it is fetched. */
function recordings(settings) {
    const path = (name) => `/recordings/stored/${encodeURIComponent(name)}`;
    return recordingsAt({
        call: ariHttp(settings),
        holds: (carrierId) => carrierId.startsWith(`${APP}-`),
        sound: (name) => `${path(name)}/file`,
        whole: path,
    });
}
/**
 * A caller's number in E.164, as lines of mainland China show it: a mobile, a landline with its area code or, beside a landline of ours, without;
 * undefined if it is hidden. `ours` is in E.164.
 */
export function callerIn(number, ours) {
    const digits = number.replace(/[^\d+]/g, '');
    const whole = digits
        .replace(/^00/, '+')
        .replace(/^(?:\+?86)?0?(?=1[3-9]\d{9}$)/, '+86')
        .replace(/^0(?=[1-9]\d{8,10}$)/, '+86');
    const local = /^[2-9]\d{6,7}$/.test(whole) && ours.length > whole.length + 3 ? ours.slice(0, ours.length - whole.length) + whole : whole;
    return /^\+[1-9]\d{6,14}$/.test(local) ? local : undefined;
}
/** A number as it is dialled in mainland China. */
export function dialled(number) {
    if (/^\+861[3-9]\d{9}$/.test(number))
        return number.slice(3);
    return number.replace(/^\+86/, '0').replace(/^\+/, '00');
}
