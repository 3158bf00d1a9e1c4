import { Inquiry } from '../fund/inquiries/index.ts';
import { Objection } from '../fund/meetings/index.ts';
import { forReaders } from '../store/connect.ts';
import { withPauses } from '../store/pauses.ts';
import type { Hearing, Older } from './older.ts';

/** Letters and objections that wait no more although nobody answered or closed them, so that nobody reads them; and those that wait although somebody did. */
export function olderLetters(): Hearing {
  /** Each as `COMMUNITY SUBJECT`. */
  const ended = new Set<string>();
  const ends: Hearing['hears'][string] = ({ _id, subject }) => ended.add(`${_id.community} ${subject}`);
  return {
    hears: {
      'inquiry.answer': ends,
      'inquiry.close': ends,
      'inquiry.reopen': ({ _id, subject }) => ended.delete(`${_id.community} ${subject}`),
      'objection.answer': ends,
    },
    async older() {
      const found: Older[] = [];
      const look = (kind: string, community: string, subject: string, isEnded: boolean) => {
        if (ended.has(`${community} ${subject}`) !== isEnded) found.push({ kind, community });
      };
      for await (const { _id, answer } of withPauses(forReaders(Inquiry).find({}, { projection: { 'answer.at': 1 } })))
        look('inquiries ended', _id.community, `inbox/${_id.number}`, answer !== undefined);
      for await (const { _id, community, answer } of withPauses(forReaders(Objection).find({}, { projection: { community: 1, 'answer.at': 1 } })))
        look('objections ended', community, `${_id.cycle}/${_id.number}`, answer !== undefined);
      return found;
    },
  };
}
