import type { Vault } from '../../store/vault.ts';
import type { JoinRequestRecord } from '../records/joinRequest.ts';

/** Who asks to be put on a roster, and where the answer goes. */
export interface Asker {
  readonly name: string;
  readonly building: string;
  readonly address: string;
}

/** None after a deletion. */
export function askerOf(vault: Vault, { _id, who }: Pick<JoinRequestRecord, '_id' | 'who'>): Asker | undefined {
  return who && JSON.parse(vault.decrypt('joinRequest', nameOf(_id), who));
}

export function encryptedAsker(vault: Vault, _id: JoinRequestRecord['_id'], { name, building, address }: Asker): Buffer {
  return vault.encrypt('joinRequest', nameOf(_id), JSON.stringify({ name, building, address }));
}

function nameOf({ community, request }: JoinRequestRecord['_id']): string {
  return `${community}|${request}`;
}
