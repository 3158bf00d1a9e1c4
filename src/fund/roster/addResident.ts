import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { findCommunity } from '../communities/index.ts';
import { isVoting } from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import {
  type Actor,
  changeResidents,
  checkRight,
  personOf,
  Resident,
  type ResidentRecord,
  recordKeyChanges,
  residentId,
  residentRecord,
} from '../people/index.ts';
import { askSecond, needsSecond, type Waiting } from '../second/index.ts';
import { withOtherStaffPhone } from '../staff/index.ts';

/** What somebody types of a resident; what is left empty is undefined. */
interface ResidentTyped extends Pick<ResidentRecord, 'building' | 'language' | 'role'> {
  readonly name: string;
  /** E.164. */
  readonly phone?: string | undefined;
}

interface Addition {
  readonly community: string;
  readonly resident: ResidentTyped;
  /** `id` on the roster; one is made if it is absent. */
  readonly id?: string | undefined;
  /** Needed while voting is open if others hold the phone. */
  readonly reason?: string | undefined;
  readonly actor: Actor;
}

type Added =
  | { readonly added: { readonly id: string; readonly resident: string } }
  | Waiting
  /**
   * `idTaken`: somebody has the id, or had it before a deletion. `same`: somebody on the roster has this name and phone. `roleStays`: while voting is
   * open only residents without an office are added. `needsReason`: the phone is somebody's, and voting is open. `staffPhone`: it is the staff phone of
   * somebody else.
   */
  | { readonly refused: 'noCommunity' | 'idTaken' | 'same' | 'roleStays' | 'needsReason' | 'staffPhone' };

/**
 * Puts somebody on the roster. Whoever signed in needs a second person for it while voting is open, and for somebody with an office. Rejects with
 * `not-allowed` (`checkRight`).
 */
export function addResident(world: World): (addition: Addition) => Promise<Added> {
  const { vault, now } = world;
  return async ({ community, resident, id: given, reason, actor }) => {
    const acting = checkRight(actor, 'addResident', community);
    if (!(await findCommunity(community))) return { refused: 'noCommunity' };
    const id = given ?? `added-${world.randomBytes(4).toString('hex')}`;
    const _id = residentId(vault, community, id);
    const at = now();
    const record = residentRecord(vault, { _id, community, rosterId: id, ...resident, addedAt: at });
    const isDuringVote = await isVoting(community, at);
    if (isDuringVote && resident.role !== 'resident') return { refused: 'roleStays' };
    if ((await withOtherStaffPhone(world, [resident])).length > 0) return { refused: 'staffPhone' };
    const holders = await holdersOf(community, record.phoneId);
    if (holders.some((holder) => personOf(vault, holder).name === resident.name)) return { refused: 'same' };
    const isKeyChange = isDuringVote && holders.length > 0;
    if (isKeyChange && reason === undefined) return { refused: 'needsReason' };
    if (await collection(Resident).findOne({ _id }, { projection: { _id: 1 } })) return { refused: 'idTaken' };
    const after = { id, ...resident, duringVote: isKeyChange };
    const entry = { subject: 'resident', detail: { after, reason }, names: [_id, ...(record.phoneId ? [record.phoneId] : [])] };
    if (needsSecond(actor, 'addResident', isDuringVote || resident.role !== 'resident' ? 'voterOrOffice' : undefined))
      return askSecond(world)({ act: 'addResident', community, actor, ...entry, about: _id, payload: { id, resident, reason } });
    return withLog(world)(community, async (session, write): Promise<Added> => {
      if (await collection(Resident).findOne({ _id }, { session, projection: { _id: 1 } })) return { refused: 'idTaken' };
      await changeResidents({ added: [record], changed: [], removed: [] }, session);
      if (isKeyChange && reason !== undefined) await recordKeyChanges(community, [{ resident: _id, what: 'phone' }], { actor, reason, at }, session);
      await write({ ...acting, ...entry });
      return { added: { id, resident: _id } };
    });
  };
}

/** The residents who hold a phone (`addressHmac`): by the roster, or by their card. */
async function holdersOf(community: string, phone: string | undefined): Promise<ResidentRecord[]> {
  if (phone === undefined) return [];
  return collection(Resident)
    .find({ community, $or: [{ phoneId: phone }, { 'linkedContacts.id': phone }] }, { promoteBuffers: true })
    .toArray();
}
