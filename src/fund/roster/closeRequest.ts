import { native } from '../../store/native.ts';
import { JoinRequest, type JoinRequestRecord } from '../records/joinRequest.ts';

/** Writes to a pending request to join what was decided. */
export async function closeRequest(
  _id: JoinRequestRecord['_id'],
  state: 'accepted' | 'refused',
  decided: Required<JoinRequestRecord>['decided'],
): Promise<void> {
  await native(JoinRequest).updateOne({ _id, state: 'pending' }, { $set: { state, decided } });
}
