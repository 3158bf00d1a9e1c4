import { forReaders } from '../../store/connect.ts';
import type { World } from '../../store/world.ts';
import { type Actor, checkView } from '../people/index.ts';
import { amrSeconds, soundAlone, wavSeconds } from './audio.ts';
import { Recording, recordingFiles } from './recording.ts';

/** What was said on the phone or in a chat, as it can be played. */
export interface Sound {
  /** AMR is what WeChat records; browsers do not play it. */
  readonly type: 'mp3' | 'amr' | 'wav';
  readonly bytes: Buffer;
}

/**
 * The sound of a recording, without what its file tells besides; null if the community has none by this id, or has it no more. Rejects with `not-allowed`
 * (`checkView`).
 */
export function readSound(world: World): (community: string, recording: string, actor: Actor) => Promise<Sound | null> {
  const files = recordingFiles(world);
  return async (community, recording, actor) => {
    checkView(actor, 'inbox', community);
    const isTheirs = await forReaders(Recording).findOne({ _id: recording, community, state: 'kept' }, { projection: { _id: 1 } });
    const bytes = isTheirs && (await files.read(recording));
    if (!bytes) return null;
    if (wavSeconds(bytes) !== undefined) return { type: 'wav', bytes };
    return amrSeconds(bytes) === undefined ? { type: 'mp3', bytes: soundAlone(bytes) } : { type: 'amr', bytes };
  };
}
