import { z } from 'zod';
import type { Hearing } from '../../carriers/hearing/hearing.ts';
import { Refusal } from '../../web/errors.ts';
import type { Call } from '../carriers/asCaller.ts';
import type { CallNow } from './simulated.ts';

/** How many calls may be open at once. */
const MAX_CALLS = 20;
/** The address at which the demo's carrier would keep a recording; it keeps none. */
const RECORDING = 'https://api.twilio.com/demo/recording';

/** A WAV in base64: eight seconds of 16 bits at 16 kHz, and some. */
const MOST_SOUND = 400_000;

/** Made by the page; each call has its own. */
const id = z.string().regex(/^[0-9a-f]{32}$/);
const wanted = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('dial'), call: id, from: z.string(), hears: z.boolean().optional() }),
  z.strictObject({ do: z.literal('say'), call: id, text: z.string().min(1).max(200) }),
  z.strictObject({ do: z.literal('talk'), call: id, sound: z.base64().max(MOST_SOUND), language: z.string().max(10) }),
  z.strictObject({ do: z.literal('press'), call: id, keys: z.string().regex(/^[\d*#]{1,40}$/) }),
  z.strictObject({ do: z.literal('silence'), call: id }),
  z.strictObject({ do: z.literal('speak'), call: id, seconds: z.int().min(1).max(600) }),
  z.strictObject({ do: z.literal('hangUp'), call: id }),
]);

/** The calls of the simulator's keypad phone: takes one step after the other, and gives what is heard after each. */
export function calls(
  dial: (from: string, sid: string, hears: boolean | undefined) => Promise<Call>,
  hear: Hearing['hear'] | undefined,
): (step: unknown) => Promise<CallNow> {
  const open = new Map<string, Promise<Call>>();
  return async (body) => {
    const { success, data: step } = wanted.safeParse(body);
    if (!success)
      throw new Refusal(400, 'Send JSON: {"do": "dial", "press", "say", "talk", "silence", "speak" or "hangUp", "call": 32 hexadecimal digits, …}.');
    const before = step.do === 'dial' ? begun(step.call, () => dial(step.from, `CA${step.call}`, step.hears)) : open.get(step.call);
    if (!before) throw new Refusal(409, 'This call is over.');
    const said = step.do === 'talk' ? await before.then((call) => heardIn(call, step)) : undefined;
    const after = before.then((call) => taken(call, said === undefined ? step : { do: 'say', text: said }));
    open.set(step.call, after);
    try {
      const call = await after;
      const { waitsFor, entry, status, connectedTo } = call;
      if (waitsFor === 'nothing') open.delete(step.call);
      return {
        heard: await call.hear(),
        waitsFor,
        entry,
        status,
        connectedTo,
        hears: call.expects !== undefined,
        ...(said !== undefined && { said }),
      };
    } catch (error) {
      open.delete(step.call);
      throw error;
    }
  };

  function begun(call: string, start: () => Promise<Call>): Promise<Call> {
    if (open.has(call)) throw new Refusal(409, 'This call is under way.');
    const [oldest] = open;
    if (oldest && open.size >= MAX_CALLS) {
      open.delete(oldest[0]);
      void oldest[1].then((other) => other.hangUp()).catch(() => undefined); // nobody is left who could be notified
    }
    return start();
  }

  /** What a machine writes down of what somebody says into the browser; empty if nothing. Nothing of the sound is kept. */
  async function heardIn(call: Call, { sound, language }: { readonly sound: string; readonly language: string }): Promise<string> {
    if (!hear) throw new Refusal(409, 'No server recognises speech here: set SPEECH_URL, or type what you say.');
    const heard = await hear(Buffer.from(sound, 'base64'), { language, expected: call.expects ? [{ words: call.expects }] : [] });
    return heard === undefined || heard === 'failed' ? '' : (heard[0]?.text ?? '');
  }
}

type Step = z.output<typeof wanted> | { readonly do: 'say'; readonly text: string };

async function taken(call: Call, step: Step): Promise<Call> {
  if (step.do === 'press') await call.press(step.keys);
  if (step.do === 'say' && step.text !== '') await call.say(step.text);
  if (step.do === 'silence') await call.silence();
  if (step.do === 'speak') await call.speak({ url: RECORDING, seconds: step.seconds });
  if (step.do === 'hangUp') await call.hangUp();
  return call;
}
