import { createHash } from 'node:crypto';
import type { ResidentRecord } from '../../src/fund/records/resident.ts';

/** A resident with a phone. Its `_id` looks as a real one does: an HMAC, in no order. */
export function benchResident(slug: string, phone: string): ResidentRecord {
  const _id = createHash('sha256').update(`${slug}|${phone}`).digest('base64url');
  return { _id, community: slug, rosterId: phone, phone, role: 'resident', ties: [], addedAt: new Date() };
}
