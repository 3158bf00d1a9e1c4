import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { isDuplicate } from '../isDuplicate.ts';
import { Recording } from '../records/recording.ts';
import { recordingId } from './recordingId.ts';

/** Notes that the carrier has a recording, which is fetched from there as soon as it can be; harmless to repeat. Gives what commands call it. */
export async function awaitRecording({ vault }: World, carrierId: string, { community, at }: Pick<Act, 'community' | 'at'>): Promise<string> {
  const _id = recordingId(vault, carrierId);
  try {
    await native(Recording).insertOne({
      _id,
      community,
      state: 'awaited',
      carrierId: vault.encrypt('recordingCarrierId', _id, carrierId),
      at,
      dueAt: at,
      attempts: 0,
    });
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
  return _id;
}
