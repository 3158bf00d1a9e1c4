import { native } from '../../store/native.ts';
import type { Vault } from '../../store/vault.ts';
import type { JoinRequestRecord } from '../records/joinRequest.ts';
import { Resident, type ResidentRecord } from '../records/resident.ts';
import type { Asker } from './asker.ts';
import { personOf } from './person.ts';
import { residentRecord } from './residentRecord.ts';

/** Puts who asked to join on the roster: as somebody new, or as the resident that was there `before`. What the roster has already stays, what a deletion took comes back from the request. */
export async function putOnRoster(
  vault: Vault,
  { name, building, channel, address }: Asker & Pick<JoinRequestRecord, 'channel'>,
  before: ResidentRecord | null,
  { at, ...who }: { _id: string; community: string; rosterId: string; at: Date },
): Promise<void> {
  const known = before ? personOf(vault, before) : {};
  const given = { name, ...(channel === 'wechat' ? {} : { phone: address }), ...known };
  const place = { ...(building && { building }), ...(before?.building && { building: before.building }) };
  const { ties, ...made } = residentRecord(vault, { ...who, ...given, ...place, role: 'resident', ties: [{ channel, address }], addedAt: at });
  if (!before) {
    await native(Resident).insertOne({ ...made, ties });
    return;
  }
  const { person, phoneId, building: lives } = made;
  await native(Resident).updateOne(
    { _id: who._id },
    {
      $set: { person, ...(phoneId && { phoneId }), ...(lives && { building: lives }) },
      ...(before.ties.every(({ id }) => id !== ties[0]?.id) && { $push: { ties: { $each: ties } } }),
      $unset: { leftAt: 1, leftAddresses: 1, leftKey: 1, leaving: 1 },
    },
  );
}
