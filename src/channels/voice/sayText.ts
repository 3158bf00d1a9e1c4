import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import { carrierStatus } from '../../outreach/carrierStatus.ts';
import type { World } from '../../store/world.ts';
import { answerXml } from '../answerXml.ts';
import { queryOf } from '../queryOf.ts';
import { decryptedText } from './callText.ts';
import type { FormHandler } from './formHandler.ts';
import { isMachine } from './isMachine.ts';
import { speakText } from './speakText.ts';

/**
 * `POST /twilio/voice/text`, behind `signedForm`: a call that `call` placed was answered. A person hears the text, twice; on an answering machine
 * nothing is left, and the message has not reached anybody; neither has one that is answered too late.
 */
export function sayText(world: World): FormHandler {
  const record = carrierStatus(world);
  return async (request, response) => {
    const { AnsweredBy, CallSid } = response.locals.form;
    const query = queryOf(request.originalUrl);
    const [ref, encrypted] = [query.get('ref'), query.get('text')];
    if (!CallSid || !ref || !encrypted) return void response.status(400).type('text/plain').send('CallSid, ref and text are needed\n');
    const text = decryptedText(world, ref, encrypted);
    if (text === undefined) return void response.status(403).type('text/plain').send('text is not one of ours for this ref\n');
    const document = new VoiceResponse();
    if (typeof text !== 'string' || isMachine(AnsweredBy)) {
      await record({ ref, carrierId: CallSid, state: 'failed', reason: typeof text === 'string' ? 'machine' : 'tooLate' });
    } else {
      document.pause({ length: 1 });
      speakText(document, text);
      document.pause({ length: 1 });
      speakText(document, text);
    }
    document.hangup();
    answerXml(response, document.toString());
  };
}
