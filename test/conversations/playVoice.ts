import type { Call, Heard } from '../../src/channels/voice/asCaller.ts';
import { spokenSeconds } from '../../src/channels/voice/spokenSeconds.ts';
import { silence } from '../support/silence.ts';
import { arrived } from './arrived.ts';
import type { Play, Turn } from './conversation.ts';
import { sealed } from './sealed.ts';

/** A call that begins, and one that the line ended, with its seconds. */
const BEGINS = '☎';
const ENDS = '☏';
const SILENCE = '静';
const HANGS_UP = '挂';
const SPEAKS = /^说 (.*)$/;

/**
 * `☎` calls; `←` is heard, with its seconds; `→` is pressed (`1`, `3#`, `204681717`), or `静` nothing, `挂` hung up, `说 …` spoken after
 * the tone; `☏` is the call's end, with its seconds. `⇐ number:`, `at:`, `from:`, `until:` and `{receipt}`, `{digits}` as in SMS;
 * `{others}` is two digits that were not asked for.
 */
export const playVoice: Play = async ({ twilio, community }, { turns, from }, moveTo) => {
  const went: Turn[] = [];
  let caller = from;
  let phone: Call | undefined;
  let digits = '';
  for (const turn of turns) {
    if (typeof turn === 'object') {
      if ('at' in turn) moveTo(turn.at);
      else if ('from' in turn) caller = turn.from;
      else await sealed();
      went.push(turn);
    } else if (turn.startsWith('⇐')) {
      const to = turn.slice(1).split(':')[0]?.trim() ?? '';
      went.push(`⇐ ${to}: ${await arrived(twilio, to)}`);
    } else if (turn === BEGINS) {
      phone = await twilio.dial({ from: caller, to: community.phone });
      went.push(turn, ...(await listen(phone)));
    } else if (turn.startsWith('→') && phone) {
      went.push(turn);
      await act(
        phone,
        turn
          .slice(1)
          .trim()
          .replace('{digits}', digits)
          .replace('{others}', digits === '00' ? '01' : '00'),
      );
      went.push(...(await listen(phone)));
    }
  }
  return went;

  async function listen(on: Call): Promise<Turn[]> {
    const heard = await on.hear();
    digits =
      heard
        .map(({ text }) => TWO_DIGITS.exec(text))
        .find((found) => found)
        ?.slice(1)
        .map((digit) => (CHINESE.includes(digit) ? CHINESE.indexOf(digit) : digit))
        .join('') ?? digits;
    const connected = on.connectedTo.map((number) => `… ${number}`);
    return [...heard.map(line), ...(on.waitsFor === 'nothing' ? [...connected, `${ENDS} ${Math.round(on.seconds)} s`] : [])];
  }

  async function act(on: Call, does: string): Promise<void> {
    const spoken = SPEAKS.exec(does)?.[1];
    if (does === SILENCE) await on.silence();
    else if (does === HANGS_UP) await on.hangUp();
    else if (spoken === undefined) await on.press(does);
    else {
      const seconds = Math.ceil(spokenSeconds(spoken));
      await on.speak({ url: `${twilio.apiUrl}/Recordings/${twilio.recordings.take(silence(seconds))}`, seconds });
    }
  }
};

const CHINESE = '零一二三四五六七八九';
const TWO_DIGITS = /(?<=按|press )([零一二三四五六七八九\d])[, ]*([零一二三四五六七八九\d])(?=[。.])/;
const RECEIPT = /(?<=凭证:|Receipt: )[^。.]+(?=[。.])/;

function line({ text, seconds }: Heard): string {
  return `← ${text.replace(RECEIPT, '{receipt}').replace(TWO_DIGITS, '{digits}')} (${Math.round(seconds)} s)`;
}
