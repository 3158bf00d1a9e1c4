import { z } from 'zod';
import { Meeting, meetingSubject, signedHash } from '../fund/meetings/index.ts';
import { forReaders } from '../store/connect.ts';
import { withPauses } from '../store/pauses.ts';
import { unlessForged } from '../store/unlessForged.ts';
import type { Vault } from '../store/vault.ts';
import type { Hearing, Older } from './older.ts';

/** Minutes that are final and say something else than was signed, as the log has its hash, or that nobody signed; and those that were signed and are not final. */
export function olderMeetings(vault: Vault): Hearing {
  const signed = new Map<string, string>();
  return {
    hears: {
      'meeting.sign': ({ subject }, { after }) => {
        const { isFinal, hash } = SIGNED.safeParse(after).data ?? {};
        if (isFinal && hash !== undefined) signed.set(subject, hash);
      },
    },
    async older() {
      const found: Older[] = [];
      for await (const meeting of withPauses(forReaders(Meeting).find({}, { promoteBuffers: true }))) {
        const is = meeting.final && unlessForged(() => signedHash(vault, meeting));
        const isAsSigned = is === signed.get(meetingSubject(meeting._id)) && is === meeting.final?.hash;
        if (!isAsSigned) found.push({ kind: 'meetings minutes', community: meeting.community });
      }
      return found;
    },
  };
}

const SIGNED = z.object({ isFinal: z.boolean(), hash: z.string() });
