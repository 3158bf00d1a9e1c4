import { native } from '../../store/native.ts';
import { JoinRequest } from '../records/joinRequest.ts';

/** Withdraws what was asked from a phone or chat (`addressHmac`), and forgets who asked; gives how many requests it was. */
export async function withdrawRequests(community: string, from: string): Promise<number> {
  const { modifiedCount } = await native(JoinRequest).updateMany({ from }, [
    { $set: { from: { $concat: ['gone|', community, '|', { $toString: '$_id.request' }] }, state: 'withdrawn' } },
    { $unset: ['who', 'decided'] },
  ]);
  return modifiedCount;
}
