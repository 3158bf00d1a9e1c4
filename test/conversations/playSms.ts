import { accepted } from './accepted.ts';
import { arrived, measuredSms } from './arrived.ts';
import { ASKED_FOR, others } from './askedFor.ts';
import type { Play, Turn } from './conversation.ts';
import { held } from './held.ts';
import { phoneChanged } from './phoneChanged.ts';
import { published } from './published.ts';
import { sealed } from './sealed.ts';

/**
 * `→` is sent, `←` comes back with `[characters]` behind it (and segments, if there are more than one), `⇐ number:` is sent by the
 * service itself; `at:` moves the clock, `from:` changes the phone, `until: sealed` waits for the seal, `until: held`
 * holds the vote back, `until: published` publishes the list and has it checked, `until: accepted` has works accepted,
 * `until: phoneChanged` gives who has the phone another one. `{receipt}` stands for any receipt and `{digits}` for the six
 * digits just asked for (`{others}` for six that were not), `{code}` for six digits that were sent.
 */
export const playSms: Play = async ({ sms, community }, { turns, from }, clock) => {
  const went: Turn[] = [];
  let phone = from;
  let digits = '';
  let code = '';
  for (const turn of turns) {
    if (typeof turn === 'object') {
      if ('at' in turn) clock.moveTo(turn.at);
      else if ('from' in turn) phone = turn.from;
      else if (turn.until === 'held') await held(clock);
      else if (turn.until === 'published') await published(clock);
      else if (turn.until === 'accepted') await accepted(clock);
      else if (turn.until === 'phoneChanged') await phoneChanged(phone, clock);
      else await sealed(clock);
      went.push(turn);
    } else if (turn.startsWith('→')) {
      went.push(turn);
      const answer = await sms.deliver({
        from: phone,
        to: community.phone,
        body: turn.slice(1).trim().replace('{digits}', digits).replace('{others}', others(digits)).replace('{code}', code),
      });
      digits = ASKED_FOR.exec(answer ?? '')?.[2] ?? digits;
      went.push(answer === undefined ? '← ' : `← ${neutral(answer)} ${measuredSms(answer)}`);
    } else if (turn.startsWith('⇐')) {
      const to = turn.slice(1).split(':')[0]?.trim() ?? '';
      const came = await arrived(sms, to);
      code = SIX_DIGITS.exec(came)?.[0] ?? code;
      went.push(`⇐ ${to}: ${came.replace(SIX_DIGITS, '{code}')}`);
    }
  }
  return went;
};

const SIX_DIGITS = /(?<!\d)\d{6}(?!\d)/;

function neutral(answer: string): string {
  return answer.replace(/\d{3} \d{3} \d{4}/g, '{receipt}').replace(ASKED_FOR, '$1{digits}');
}
