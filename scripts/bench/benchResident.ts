import { createHash } from 'node:crypto';
import { type ResidentRecord, residentRecord } from '../../src/fund/people/index.ts';
import { benchVault } from './secret.ts';

/** A resident with a phone. Its `_id` looks like a real one: an HMAC, in no order. */
export function benchResident(slug: string, phone: string): ResidentRecord {
  const _id = createHash('sha256').update(`${slug}|${phone}`).digest('base64url');
  return residentRecord(benchVault, { _id, community: slug, rosterId: phone, phone, role: 'resident', addedAt: new Date() });
}
