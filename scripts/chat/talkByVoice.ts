import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { spokenSeconds } from '../../src/channels/voice/speech.ts';
import { type Call, call } from '../../src/demo/carriers/asCaller.ts';
import { incoming } from './incoming.ts';
import type { TalkDeps } from './talk.ts';
import { typedLines } from './typedLines.ts';

/** The words that end a call, besides Ctrl-D. */
const HANG_UP = '挂';
/** The receipt's SMS comes within moments of the call. */
const MAIL_MS = 2_000;

/** A call: prompts are shown with their seconds, keys are typed, and an empty line is silence. */
export async function talkByVoice(deps: TalkDeps): Promise<void> {
  const { line, community, from } = deps;
  process.stdout.write(
    `${community.name} ${community.phone} · you call from ${from} · type keys and Enter (1, 3#, *); Enter alone is silence; ${HANG_UP} or Ctrl-D hangs up\n`,
  );
  const mail = incoming(deps, (text) => process.stdout.write(`\n[SMS] ${text}\n`));
  try {
    const phone = await call(line, { from, to: community.phone });
    await show(phone);
    const lines = typedLines();
    for await (const typed of phone.waitsFor === 'nothing' ? [] : lines) {
      if (typed.trim() === HANG_UP) break;
      await act(phone, typed.trim());
      await show(phone);
      if (phone.waitsFor === 'nothing') break;
    }
    lines.close();
    await phone.hangUp();
    process.stdout.write(`\nThe call is over (${phone.status}), ${Math.round(phone.seconds)} s of speech, keys and silence\n`);
    await sleep(MAIL_MS);
  } finally {
    await mail.stop();
  }
}

async function act(phone: Call, typed: string): Promise<void> {
  const keys = typed.replace(/[^\d*#]/g, '');
  if (phone.waitsFor === 'recording' && !/^#?$/.test(typed))
    await phone.speak({ url: `https://api.twilio.com/RE${randomBytes(16).toString('hex')}`, seconds: Math.ceil(spokenSeconds(typed)) });
  else if (keys) await phone.press(keys);
  else await phone.silence();
}

async function show(phone: Call): Promise<void> {
  for (const { text, seconds } of await phone.hear()) process.stdout.write(`← ${text} (${Math.round(seconds)} s)\n`);
  for (const number of phone.connectedTo) process.stdout.write(`… connected to ${number}\n`);
  if (phone.waitsFor === 'recording') process.stdout.write('… (the tone; type what you say)\n');
}
