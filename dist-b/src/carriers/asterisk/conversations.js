import { askBySms } from '../../channels/voice/bySms.js';
import { entryFor, speechOf } from '../../channels/voice/speech.js';
import { communityByNumber } from '../../fund/communities/index.js';
import { afterDial } from '../../fund/inquiries/index.js';
import { endOfCall, LEAST_MS, takeCallStep } from '../callStep.js';
import { CallLeft, CallOver, EventsLost } from './line.js';
const RINGS_SECONDS = 25;
const MESSAGE = { recording: { maxLength: 120, finishOnKey: '#', timeout: 4 } };
export function conversations(house, endpointOf) {
    const { world, log, answer, notify, observe } = house;
    const turns = new Set();
    const takeOne = takeCallStep({ world, answer });
    const take = (step) => {
        const turn = takeOne(step);
        turns.add(turn);
        return turn.finally(() => turns.delete(turn));
    };
    const speech = speechOf({ ...house.speech, world, publicUrl: house.publicUrl });
    const ask = askBySms({ world, answer, notify });
    const after = afterDial(world, house.notify);
    const communityOf = communityByNumber(world);
    const ending = endOfCall({
        take,
        askBySms: ({ id, address, to }, said) => ask({ address, to, key: world.vault.hmac('delivery', 'voice', id, 'bySms') }, said),
        log,
    });
    const over = (caller, turn, recording) => ending.take({ ...caller, turn, keys: '', isHashed: false, isOver: true, ...(recording && { recording }) }).then(() => undefined);
    const heard = async ({ language, community }, isSlow = false) => ({
        ...(await speech({ language, ...(community && { community }) }, LEAST_MS)),
        isSlow,
    });
    async function converse(line, caller) {
        let turn = 0;
        try {
            for (let step = { ...caller, turn, keys: '', isHashed: false, isOver: false };;) {
                const started = performance.now();
                const said = await take(step);
                observe('voice', said.outcome, (performance.now() - started) / 1_000);
                turn += 1;
                if (said.reply?.outcome === 'askPerson' && said.community) {
                    await toPerson(line, caller, said, said.community);
                    await line.hangUp();
                    break;
                }
                const entered = await sayAndHear(line, said);
                if (!entered) {
                    await line.hangUp();
                    break;
                }
                step = { ...caller, turn, isOver: false, ...entered };
            }
            await over(caller, turn);
        }
        catch (error) {
            if (error instanceof CallLeft)
                return;
            if (error instanceof CallOver)
                return over(caller, turn, error.recording);
            log.error({ error, channel: 'voice', code: 'call-failed' }, 'A call could not go on');
            await line.hangUp().catch(() => undefined); // Asterisk was not reached
            await over(caller, turn);
        }
    }
    /** Says the answer and waits for what it asks; once more, if events were lost meanwhile. Undefined if nothing is asked. */
    async function sayAndHear(line, { reply, language, community }) {
        const { says = [], asks, adds = [], isSlow = false } = reply ?? {};
        const spoken = await heard({ language, ...(community && { community }) }, isSlow);
        for (;;) {
            try {
                await line.say([...says, ...(asks ? [asks] : []), ...adds], spoken, asks !== undefined);
                return asks && (await line.enter(entryFor(asks)));
            }
            catch (error) {
                if (!(error instanceof EventsLost))
                    throw error;
            }
        }
    }
    /** Connects a caller with the community's person. If nobody answers they may leave a message, which goes into the inbox. */
    async function toPerson(line, caller, { reply, language }, community) {
        const spoken = await heard({ language, community });
        const say = (...says) => line.say(says, spoken, false);
        const of = () => ({ community: community._id, channel: 'voice', address: caller.address, at: world.now() });
        await say(...(reply?.says ?? []));
        if ((await line.connect(endpointOf(community.person.phone), community.phone, RINGS_SECONDS)) === 'talked')
            return after.talked(of());
        await after.nobody(of());
        await say({ key: 'voice.nobody' });
        const { recording } = await line.enter(MESSAGE).catch((error) => {
            if (error instanceof CallOver && error.recording)
                return { recording: error.recording };
            throw error;
        });
        if (recording)
            await after.message(of(), recording);
        await say({ key: recording ? 'voice.messageTaken' : 'voice.willCall' });
    }
    async function saidAndOver(line, says, of) {
        try {
            await line.answer();
            await line.say(says, await heard(of), false);
            await line.hangUp();
        }
        catch (error) {
            if (error instanceof CallOver)
                return;
            log.error({ error, channel: 'voice', code: 'call-failed' }, 'A call could not go on');
            await line.hangUp().catch(() => undefined); // Asterisk was not reached
        }
    }
    return {
        converse,
        withoutNumber: (line) => saidAndOver(line, [{ key: 'voice.noNumber' }], { language: 'zh-CN' }),
        endPolitely: async (line, caller) => {
            const community = await communityOf(caller.to).catch(() => null); // the database is away
            await saidAndOver(line, [{ key: 'voice.callAgain' }], community ? { language: community.language, community } : { language: 'zh-CN' });
            await over(caller, 0);
        },
        stop: async () => {
            ending.stop();
            await Promise.allSettled(turns);
        },
    };
}
