import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import { carrierStatus } from '../../outreach/carrierStatus.ts';
import type { World } from '../../store/world.ts';
import { answerXml } from '../answerXml.ts';
import type { FormHandler } from './formHandler.ts';
import { isMachine } from './isMachine.ts';
import { speakText } from './speakText.ts';

/**
 * `POST /twilio/voice/text`, behind `signedForm`: a call that `call` placed was answered. A person hears the text, twice; on an answering machine
 * nothing is left, and the message has not reached anybody.
 */
export function sayText(world: World): FormHandler {
  const record = carrierStatus(world);
  return async (request, response) => {
    const { AnsweredBy, CallSid } = response.locals.form;
    const query = new URL(request.originalUrl, 'http://ours').searchParams;
    const [ref, sealed] = [query.get('ref'), query.get('text')];
    if (!CallSid || !ref || !sealed) return void response.status(400).type('text/plain').send('CallSid, ref and text are needed\n');
    const document = new VoiceResponse();
    if (isMachine(AnsweredBy)) {
      await record({ ref, carrierId: CallSid, state: 'failed', reason: 'machine' });
    } else {
      const text = world.vault.open(Buffer.from(sealed, 'base64url'));
      document.pause({ length: 1 });
      speakText(document, text);
      document.pause({ length: 1 });
      speakText(document, text);
    }
    document.hangup();
    answerXml(response, document.toString());
  };
}
