import { native } from '../../store/native.ts';
import { endRecordings } from '../recordings/endRecordings.ts';
import { Proposal } from '../records/proposal.ts';

/** Takes off proposals where an answer would go, and deletes the voice in which they were spoken; the proposals stay. `by` is a resident's `_id` or an `addressHmac`. Gives how many it was. */
export async function forgetProposer(at: Date, whose: { community: string; by: string }): Promise<number> {
  const spoken = await native(Proposal)
    .find({ ...whose, spoken: { $exists: true } }, { projection: { spoken: 1 } })
    .toArray();
  await endRecordings(at, spoken);
  return (await native(Proposal).updateMany({ ...whose, address: { $exists: true } }, { $unset: { address: 1 } })).modifiedCount;
}
