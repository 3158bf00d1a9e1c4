import { spokenSeconds } from '../../src/channels/voice/speech.ts';
import type { Call } from '../../src/demo/carriers/asCaller.ts';
import type { HeardPrompt } from '../../src/demo/carriers/followTwiml.ts';
import { silence } from '../support/silence.ts';
import { accepted } from './accepted.ts';
import { arrived } from './arrived.ts';
import { others } from './askedFor.ts';
import type { Play, Turn } from './conversation.ts';
import { held } from './held.ts';
import { sealed } from './sealed.ts';

/** A call that begins, and one that the line ended, with its seconds. */
const BEGINS = '☎';
const ENDS = '☏';
const SILENCE = '静';
const HANGS_UP = '挂';
const SPEAKS = /^说 (.*)$/;

/**
 * `☎` calls; `←` is heard, with its seconds; `→` is pressed (`1`, `3#`, `204681717`; `# (5 s)`: after five seconds of what is said), or `静` nothing, `挂` hung up, `说 …` spoken after
 * the tone; `☏` is the call's end, with its seconds. `until: writtenDown`: a cadre writes down what was spoken. `⇐ number:`, `at:`, `from:`, `until: sealed` and `{receipt}` as in SMS; `{code}` are the six
 * digits that came by SMS, `{others}` six that did not.
 */
export const playVoice: Play = async ({ twilio, community }, { turns, from }, moveTo, writeDown) => {
  const went: Turn[] = [];
  let caller = from;
  let phone: Call | undefined;
  let code = '';
  for (const [index, turn] of turns.entries()) {
    const patience = AFTER.exec(nextKeys(turns, index))?.[1];
    if (typeof turn === 'object') {
      if ('at' in turn) moveTo(turn.at);
      else if ('from' in turn) caller = turn.from;
      else if (turn.until === 'sealed') await sealed();
      else if (turn.until === 'held') await held();
      else if (turn.until === 'accepted') await accepted();
      else await writeDown(turns);
      went.push(turn);
    } else if (turn.startsWith('⇐')) {
      const to = turn.slice(1).split(':')[0]?.trim() ?? '';
      const came = await arrived(twilio, to);
      code = SIX_DIGITS.exec(came)?.[0] ?? code;
      went.push(`⇐ ${to}: ${came.replace(SIX_DIGITS, '{code}')}`);
    } else if (turn === BEGINS) {
      phone = await twilio.dial({ from: caller, to: community.phone });
      went.push(turn, ...(await listen(phone, patience)));
    } else if (turn.startsWith('→') && phone) {
      went.push(turn);
      await act(phone, turn.slice(1).replace(AFTER, '').trim().replace('{code}', code).replace('{others}', others(code)));
      went.push(...(await listen(phone, patience)));
    }
  }
  return went;

  async function listen(on: Call, seconds?: string): Promise<Turn[]> {
    const heard = await on.hear(seconds === undefined ? undefined : Number(seconds));
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

/** A key that is pressed after so many seconds of what is said. */
const AFTER = / \((\d+) s\)$/;

function nextKeys(turns: readonly Turn[], index: number): string {
  const next = turns.slice(index + 1).find((turn) => typeof turn === 'string' && !turn.startsWith('←'));
  return typeof next === 'string' && next.startsWith('→') ? next : '';
}

const SIX_DIGITS = /(?<!\d)\d{6}(?!\d)/;
const RECEIPT = /(?<=凭证[:：]|Receipt: )[^。.]+(?=[。.])/;

function line({ text, seconds }: HeardPrompt): string {
  return `← ${text.replace(RECEIPT, '{receipt}')} (${Math.round(seconds)} s)`;
}
