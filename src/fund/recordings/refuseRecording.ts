import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { Recording } from '../records/recording.ts';
import { recordingId } from './recordingId.ts';

/** Notes that nothing needs what the carrier recorded: it is deleted wherever it is; harmless to repeat. */
export async function refuseRecording({ vault }: World, carrierId: string, { community, at }: Pick<Act, 'community' | 'at'>): Promise<void> {
  const _id = recordingId(vault, carrierId);
  await native(Recording).updateOne(
    { _id },
    {
      $set: { state: 'ending', dueAt: at, attempts: 0 },
      $setOnInsert: { community, carrierId: vault.encrypt('recordingCarrierId', _id, carrierId), at },
    },
    { upsert: true },
  );
}
