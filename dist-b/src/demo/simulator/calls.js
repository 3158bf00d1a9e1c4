import { z } from 'zod';
import { Refusal } from '../../web/errors.js';
/** How many calls may be open at once. */
const MOST = 20;
/** The address at which the demo's carrier would keep a recording; it keeps none. */
const RECORDING = 'https://api.twilio.com/demo/recording';
/** Made by the page; each call has its own. */
const id = z.string().regex(/^[0-9a-f]{32}$/);
const wanted = z.discriminatedUnion('do', [
    z.strictObject({ do: z.literal('dial'), call: id, from: z.string() }),
    z.strictObject({ do: z.literal('press'), call: id, keys: z.string().regex(/^[\d*#]{1,40}$/) }),
    z.strictObject({ do: z.literal('silence'), call: id }),
    z.strictObject({ do: z.literal('speak'), call: id, seconds: z.int().min(1).max(600) }),
    z.strictObject({ do: z.literal('hangUp'), call: id }),
]);
/** The calls of the simulator's keypad phone: takes one step after the other, and gives what is heard after each. */
export function calls(dial) {
    const open = new Map();
    return async (body) => {
        const { success, data: step } = wanted.safeParse(body);
        if (!success)
            throw new Refusal(400, 'Send JSON: {"do": "dial", "press", "silence", "speak" or "hangUp", "call": 32 hexadecimal digits, …}.');
        const before = step.do === 'dial' ? begun(step.call, () => dial(step.from, `CA${step.call}`)) : open.get(step.call);
        if (!before)
            throw new Refusal(409, 'This call is over.');
        const after = before.then((call) => taken(call, step));
        open.set(step.call, after);
        try {
            const call = await after;
            const { waitsFor, entry, status, connectedTo } = call;
            if (waitsFor === 'nothing')
                open.delete(step.call);
            return { heard: await call.hear(), waitsFor, entry, status, connectedTo };
        }
        catch (error) {
            open.delete(step.call);
            throw error;
        }
    };
    function begun(call, start) {
        if (open.has(call))
            throw new Refusal(409, 'This call is under way.');
        const [oldest] = open;
        if (oldest && open.size >= MOST) {
            open.delete(oldest[0]);
            void oldest[1].then((other) => other.hangUp()).catch(() => undefined); // nobody is left who could be notified
        }
        return start();
    }
}
async function taken(call, step) {
    if (step.do === 'press')
        await call.press(step.keys);
    if (step.do === 'silence')
        await call.silence();
    if (step.do === 'speak')
        await call.speak({ url: RECORDING, seconds: step.seconds });
    if (step.do === 'hangUp')
        await call.hangUp();
    return call;
}
