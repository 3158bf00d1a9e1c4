import { native } from '../../store/native.ts';
import { Resident, type ResidentRecord } from '../records/resident.ts';
import { placeIdsOf } from './placeIdsOf.ts';

/** Notes that a resident asked to be deleted. */
export async function noteLeaving(_id: string, leaving: Required<ResidentRecord>['leaving']): Promise<void> {
  await native(Resident).updateOne({ _id, leftAt: { $exists: false } }, { $set: { leaving } });
}

/** Takes a resident off the roster, unless they took it back meanwhile. Of phones, chats and card HMACs stay until `forgetLeaversUntil`. */
export async function takeOffRoster(resident: ResidentRecord & Required<Pick<ResidentRecord, 'leaving'>>): Promise<void> {
  const { _id, leaving } = resident;
  await native(Resident).updateOne(
    { _id, 'leaving.key': leaving.key },
    {
      $set: { role: 'resident', ties: [], leftAt: leaving.at, leftKey: leaving.key, leftAddresses: [...placeIdsOf(resident), leaving.from] },
      $unset: { person: 1, phoneId: 1, building: 1, language: 1, cardMade: 1, endedCards: 1, leaving: 1 },
    },
  );
}

/** Removes what was kept of residents who left before a moment, to tell whether they come back. */
export async function forgetLeaversUntil(community: string, moment: Date): Promise<void> {
  await native(Resident).updateMany(
    { community, leftAddresses: { $exists: true }, leftAt: { $lt: moment } },
    { $unset: { leftAddresses: 1, leftKey: 1, card: 1 } },
  );
}
