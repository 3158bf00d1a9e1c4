import type { Said } from '../../dialog/dialog.ts';
import type { Log } from '../../logger.ts';
import type { FormHandler } from './formHandler.ts';
import { hasEnded } from './hasEnded.ts';

export interface StatusMeans {
  /** Takes the end of a call. */
  readonly take: (form: Readonly<Record<string, string>>, turn: number) => Promise<Said>;
  readonly log: Pick<Log, 'error'>;
}

/** `POST /twilio/status`, behind `signedForm`, for calls: 204. What is about a message goes on to the next handler. */
export function callStatus({ take, log }: StatusMeans): FormHandler {
  return async (_, response, next) => {
    const { form } = response.locals;
    if (!form.CallSid || form.MessageSid) return next();
    if (!form.From || !form.To || !form.CallStatus) return void response.status(400).type('text/plain').send('From, To and CallStatus are missing\n');
    try {
      if (hasEnded(form)) await take(form, 0);
      response.status(204).end();
    } catch (error) {
      log.error({ error, channel: 'voice', code: 'STATUS_NOT_RECORDED' }, 'The end of a call could not be recorded');
      response.status(503).type('text/plain').send('not recorded\n');
    }
  };
}
