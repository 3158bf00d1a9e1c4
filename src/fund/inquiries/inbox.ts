import type { Channel } from '../../contacts/channel.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { answerText, Inquiry, type InquiryKind, inquiryAddress, inquiryText } from './inquiry.ts';

/** An inquiry, by its number, as a person who works for the community reads it. */
export interface InboxItem {
  readonly number: number;
  readonly kind: InquiryKind;
  readonly at: Date;
  readonly channel: Channel;
  /** Where the answer goes; undefined after a deletion. */
  readonly address: string | undefined;
  readonly text: string;
  readonly answer?: { readonly text: string; readonly by: string; readonly at: Date };
}

/** The inquiries in a community's inbox that have no answer, by number. `isAll`: the answered ones, too. */
export async function inbox({ vault }: Pick<World, 'vault'>, community: string, isAll: boolean): Promise<InboxItem[]> {
  const inquiries = await collection(Inquiry)
    .find({ '_id.community': community, ...(!isAll && { answer: { $exists: false } }) }, { sort: { '_id.number': 1 } })
    .toArray();
  return inquiries.map((inquiry) => {
    const { _id, kind, at, channel, answer } = inquiry;
    const answered = answer && { answer: { ...answer, text: answerText(vault, inquiry) ?? '' } };
    return { number: _id.number, kind, at, channel, address: inquiryAddress(vault, inquiry), text: inquiryText(vault, inquiry), ...answered };
  });
}
