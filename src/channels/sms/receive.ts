import type { Said } from '../../dialog/dialog.ts';
import type { Inbound } from '../../dialog/inbound.ts';
import type { World } from '../../store/world.ts';
import { answerXml } from '../answerXml.ts';
import type { FormHandler } from './signed.ts';
import { twiml } from './twiml.ts';

export interface SmsMeans {
  readonly world: Pick<World, 'vault' | 'now'>;
  readonly answer: (inbound: Inbound) => Promise<Said>;
  /** The one text of a reply, as this channel words it. */
  readonly text: (said: Said) => string;
  readonly observe: (outcome: Said['outcome'], seconds: number) => void;
}

/** An answer within 8 s, the way back to the carrier included. */
const DEADLINE_MS = 7_500;
const E164 = /^\+[1-9]\d{6,14}$/;

/** `POST /twilio/sms`, behind `signedForm`: one message in, one TwiML answer out with at most one message. */
export function receiveSms({ world, answer, text, observe }: SmsMeans): FormHandler {
  return async (_, response) => {
    const { MessageSid, From, To, Body, NumMedia } = response.locals.form;
    if (!MessageSid || !From || !To || Body === undefined)
      return void response.status(400).type('text/plain').send('MessageSid, From, To and Body are needed\n');
    if (!E164.test(From)) return void answerXml(response, twiml()); // a short code or a name: an answer would meet a machine
    const started = performance.now();
    const at = world.now();
    const said = await answer({
      channel: 'sms',
      address: From,
      to: To,
      key: world.vault.hmac('delivery', 'sms', MessageSid),
      at,
      deadline: at.getTime() + DEADLINE_MS,
      input: { text: Body, hasMediaOnly: Body.trim() === '' && Number(NumMedia) > 0 },
    });
    answerXml(response, twiml(said.reply && text(said)));
    observe(said.outcome, (performance.now() - started) / 1000);
  };
}
