import type { Said } from '../../dialog/dialog.ts';
import type { Inbound } from '../../dialog/inbound.ts';
import type { ListStyle, Words } from '../../dialog/wording.ts';
import type { CommunityRecord } from '../../fund/records/community.ts';
import type { Log } from '../../logger.ts';
import type { Outgoing } from '../../outreach/recordOf.ts';
import type { World } from '../../store/world.ts';
import { askBySms } from './askBySms.ts';
import { callStatus } from './callStatus.ts';
import { voiceLists } from './lists.ts';
import { type FormHandler, receiveVoice, takeStep } from './receive.ts';

export interface VoiceChannelMeans {
  readonly world: World;
  readonly log: Log;
  /** How carriers reach it, no slash at the end. */
  readonly publicUrl: string;
  readonly answer: (inbound: Inbound) => Promise<Said>;
  readonly wordsFor: (language: string, community: CommunityRecord | undefined, lists: ListStyle) => Words;
  readonly tell: (outgoing: Outgoing) => Promise<void>;
  readonly observe: (outcome: Said['outcome'], seconds: number) => void;
}

/** The voice line, put together. Each handler stands behind `signedForm`. */
export function voiceChannel({ world, log, publicUrl, answer, wordsFor, tell, observe }: VoiceChannelMeans): {
  /** `POST /twilio/voice`. */
  readonly receive: FormHandler;
  /** `POST /twilio/status`, for what is about a call; else it goes on to the next handler. */
  readonly status: FormHandler;
} {
  const words = ({ language, community }: Said) => wordsFor(language, community, voiceLists(language));
  return {
    receive: receiveVoice({ world, publicUrl, answer, words, observe }),
    status: callStatus({ take: takeStep({ world, answer }), askBySms: askBySms({ world, answer, tell }), log }),
  };
}
