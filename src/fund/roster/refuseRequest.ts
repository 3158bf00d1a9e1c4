import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { Community } from '../records/community.ts';
import { JoinRequest } from '../records/joinRequest.ts';
import type { Tell } from '../tell.ts';
import { askerOf } from './asker.ts';
import { closeRequest } from './closeRequest.ts';

export type Refused = { readonly done: true } | { readonly refused: 'noCommunity' | 'noRequest' | 'decided' };

/** Refuses a request to join; the reason is sent back. Asking again opens it anew. */
export function refuseRequest(
  { vault, now }: World,
  tell: Tell,
): (refusal: { community: string; request: number; by: string; reason: string }) => Promise<Refused> {
  return async ({ community: slug, request, by, reason }) => {
    const _id = { community: slug, request };
    const [community, asked] = await Promise.all([native(Community).findOne({ _id: slug }), native(JoinRequest).findOne({ _id })]);
    if (!community) return { refused: 'noCommunity' };
    if (!asked) return { refused: 'noRequest' };
    const asker = askerOf(vault, asked);
    if (asked.state !== 'pending' || !asker) return { refused: 'decided' };
    await tell({
      occasion: `joinRequest|${slug}|${request}|${asked.times}|refused`,
      community: slug,
      channel: asked.channel,
      address: asker.address,
      language: community.language,
      kind: 'answer',
      said: { key: 'notice.refused', params: { request, reason } },
    });
    await closeRequest(_id, 'refused', { by, at: now(), reason });
    return { done: true };
  };
}
