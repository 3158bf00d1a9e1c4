import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { interpretInCall, readBackInCall } from '../channels/voice/liveCalls.js';
import { canReceiveSms } from '../contacts/phone.js';
import { CodedError } from '../store/codedError.js';
/** The answer to a step of a call is given within 4 s, including the way back to the carrier. Milliseconds. */
export const STEP_MS = 3_600;
/** After the end of a call only the carrier waits. Milliseconds. */
const END_MS = 7_500;
/** The search for what was recorded gets at least this time, even if the deadline has passed. Milliseconds. */
export const LEAST_MS = 200;
/** Takes a step of a call, or its end, to the dialog. The same step counts once. */
export function takeCallStep({ world, answer, }) {
    return async ({ id, address, to, isPlaced, turn, keys, isHashed, recording, isOver }, at = world.now()) => {
        const step = {
            call: world.vault.hmac('call', id).slice(0, 16),
            turn,
            keys,
            isHashed,
            ...(recording && { recording }),
            isOver,
            isPlaced,
            isMobile: canReceiveSms({ channel: 'voice', address }) === 'yes',
            at: at.getTime(),
        };
        return answer({
            channel: 'voice',
            address,
            to,
            key: world.vault.hmac('delivery', 'voice', id, isOver && recording === undefined ? 'over' : String(turn)),
            at,
            deadline: at.getTime() + (isOver ? END_MS : STEP_MS),
            input: { interpret: interpretInCall(step), readBack: readBackInCall(step) },
            isCall: true,
            isContinued: isOver || turn > 0,
            isPlaced,
        });
    };
}
const WAITS_MS = [1_000, 3_000, 8_000, 18_000];
/** Handles the end of a call. Nobody hears an apology any more, and the carrier reports the end once: a failure here must not lose what was heard. */
export function endOfCall({ take, askBySms, log, waitsMs = WAITS_MS }) {
    const stopping = new AbortController();
    setMaxListeners(0, stopping.signal);
    const report = (error) => log.error({ error, channel: 'voice', code: 'end-not-recorded' }, 'The end of a call could not be recorded');
    const once = async (end) => {
        const said = await take(end);
        const asked = isApology(said) ? false : await askBySms(end, said).catch(report);
        return { said, isDone: asked === true };
    };
    const again = async (end) => {
        for (const ms of waitsMs) {
            await sleep(ms, undefined, { ref: false, signal: stopping.signal });
            if ((await once(end)).isDone)
                return;
        }
        throw new CodedError('end-not-recorded', 'What a call ended with could not be recorded for half a minute; it is lost.');
    };
    return {
        take: async (end) => {
            const { said, isDone } = await once(end);
            if (!isDone)
                again(end).catch((error) => stopping.signal.aborted || report(error));
            return said;
        },
        stop: () => stopping.abort(),
    };
}
function isApology({ outcome }) {
    return outcome === 'nothingRecorded' || outcome === 'notKnown';
}
