import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import { deadlinePassed } from '../../dialog/turn.ts';
import { type CommunityRecord, communityByNumber } from '../../fund/communities/index.ts';
import { within } from '../../store/inTime.ts';
import type { Log } from '../../store/log.ts';
import type { World } from '../../store/world.ts';
import type { FormHandler } from '../form.ts';
import { hasNumber, isMachine } from './callForm.ts';
import { answerXml } from './webhook.ts';

/** Notes that somebody wants to be called back. The same call counts once. */
export type AskCallBack = (call: { id: string; address: string; community: CommunityRecord }) => Promise<unknown>;

/** After this time the dialog says at once what is true. Milliseconds. */
const DEADLINE_MS = 3_600;

/**
 * `POST /twilio/voice`, before the dialog: a call to a community's `callback` number is rejected, which costs the caller nothing, and the caller is
 * called back. If a machine answers the call that we placed, it ends. Any other call goes on to the next handler.
 */
export function callBack(world: World, ask: AskCallBack, log: Pick<Log, 'error'>): FormHandler {
  const communityOf = communityByNumber(world);
  return async (_, response, next) => {
    const { CallSid, From, To, Direction = '', AnsweredBy } = response.locals.form;
    const at = world.now();
    response.locals.at = at;
    const inTime = <Value>(work: Promise<Value>) => within(at.getTime() + DEADLINE_MS - world.now().getTime(), work, deadlinePassed);
    if (isMachine(AnsweredBy)) return void answerXml(response, hangUp());
    if (!CallSid || !From || !To || Direction.startsWith('outbound') || !hasNumber(From)) return next();
    const community = await inTime(communityOf(To)).catch(() => null); // the database is away: the dialog says so
    if (community?.callback !== To) return next();
    await inTime(ask({ id: CallSid, address: From, community })).catch((error: unknown) =>
      log.error({ error, channel: 'voice', code: 'call-back-not-recorded' }, 'Somebody who wants to be called back could not be noted'),
    );
    answerXml(response, reject());
  };
}

function hangUp(): string {
  const answer = new VoiceResponse();
  answer.hangup();
  return answer.toString();
}

function reject(): string {
  const answer = new VoiceResponse();
  answer.reject({ reason: 'busy' });
  return answer.toString();
}
