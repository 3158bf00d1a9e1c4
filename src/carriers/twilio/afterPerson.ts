import VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js';
import { linesOf, type Speech } from '../../channels/voice/speech.ts';
import type { Notify } from '../../contacts/notify.ts';
import { deadlinePassed } from '../../dialog/turn.ts';
import { type CommunityRecord, communityByNumber } from '../../fund/communities/index.ts';
import { afterDial } from '../../fund/inquiries/index.ts';
import { within } from '../../store/collection.ts';
import type { Log } from '../../store/log.ts';
import type { World } from '../../store/world.ts';
import { answerXml, type FormHandler, queryOf } from '../form.ts';
import { endsOf, hasNumber, recordingIn } from './voiceReceive.ts';
import { speak } from './voiceRender.ts';

export interface AfterPersonDeps {
  readonly world: World;
  readonly log: Pick<Log, 'error'>;
  /** The address at which carriers reach the service; no slash at the end. */
  readonly publicUrl: string;
  readonly speech: (heard: { language: string; community?: CommunityRecord }, ms: number) => Promise<Omit<Speech, 'isSlow'>>;
  readonly notify: Notify;
}

const MESSAGE_SECONDS = 120;
const SILENCE_SECONDS = 4;
const DEADLINE_MS = 3_600;
/** The search for what was recorded gets at least this time, even if the deadline has passed. Milliseconds. */
const LEAST_MS = 200;

/**
 * `POST /twilio/voice/person`, behind `signedForm`: a caller was connected to the community's person, and that connection has ended. If nobody
 * answered, the callers hear so and may leave a message (`?message=1`). It is put into the inbox beside their request to be called.
 */
export function afterPerson({ world, log, publicUrl, speech, notify }: AfterPersonDeps): FormHandler {
  const communityOf = communityByNumber(world);
  const after = afterDial(world, notify);
  return async (request, response) => {
    const { form } = response.locals;
    const { DialCallStatus } = form;
    const { address, to } = endsOf(form);
    const query = queryOf(request.originalUrl);
    const document = new VoiceResponse();
    const until = performance.now() + DEADLINE_MS;
    const left = () => until - performance.now();
    const inTime = <Result>(work: Promise<Result>) => within(left(), work, deadlinePassed);
    try {
      const community = hasNumber(address) ? await inTime(communityOf(to)) : null;
      if (community) {
        const caller = { community: community._id, channel: 'voice' as const, address, at: world.now() };
        const language = query.get('language') ?? community.language;
        const spoken = await speech({ language, community }, Math.max(LEAST_MS, left()));
        const say = (key: string) => sayIn(document, key, spoken);
        const recording = recordingIn(form);
        if (query.has('message')) {
          if (recording) await inTime(after.message(caller, recording));
          say(recording ? 'voice.messageTaken' : 'voice.willCall');
        } else if (DialCallStatus === 'completed' || DialCallStatus === 'answered') {
          await inTime(after.talked(caller));
        } else {
          await inTime(after.nobody(caller));
          say('voice.nobody');
          const action = `${publicUrl}/twilio/voice/person?${new URLSearchParams({ message: '1', language })}`;
          document.record({ action, method: 'POST', maxLength: MESSAGE_SECONDS, timeout: SILENCE_SECONDS, finishOnKey: '#', playBeep: true });
          document.redirect({ method: 'POST' }, action);
          return void answerXml(response, document.toString());
        }
      }
    } catch (error) {
      log.error({ error, channel: 'voice', code: 'person-not-recorded' }, 'What became of a caller who asked for a person could not be recorded');
      const spoken = await speech({ language: query.get('language') ?? 'zh-CN' }, LEAST_MS);
      sayIn(document, 'common.nothingRecorded', spoken);
    }
    document.hangup();
    answerXml(response, document.toString());
  };
}

function sayIn(document: VoiceResponse, key: string, speech: Omit<Speech, 'isSlow'>): void {
  for (const line of linesOf({ key }, { ...speech, isSlow: false })) speak(document, line);
}
