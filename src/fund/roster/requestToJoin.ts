import { DAY_MS } from '../../store/dayMs.ts';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { cleanText } from '../cleanText.ts';
import { numbered } from '../numbered.ts';
import { JoinRequest, type JoinRequestRecord } from '../records/joinRequest.ts';
import { addressHmac } from './addressHmac.ts';
import { encryptedAsker } from './asker.ts';
import { holdersOf } from './holdersOf.ts';
import { personOf } from './person.ts';

export type Requested =
  /** `again`: an earlier request from here was opened anew with what is said now; its number stays. */
  | { readonly request: number; readonly again: boolean }
  /** Somebody of this name holds this phone or chat already. */
  | { readonly known: true }
  /** Far more than ever ask in earnest have asked in this community today. */
  | { readonly refused: 'enoughToday' };

/** Longest name or building that is kept, in characters. */
const MAX = 40;
/** In a community, within 24 hours. */
const MOST_A_DAY = 1_000;

/**
 * Asks to be put on the roster, one request an address: asking again replaces what was said before, and opens again what was refused.
 * Another member of a household may ask from a phone that the roster knows.
 */
export function requestToJoin(world: World): (input: { name: string; building: string }, act: Act) => Promise<Requested> {
  const holders = holdersOf(world);
  return async (input, act) => {
    const { community, channel, address, at } = act;
    const key = world.vault.hmac('act', act.key, 'requestToJoin');
    const name = short(input.name);
    const requests = native(JoinRequest);
    const from = addressHmac(world.vault, act);
    const before = await requests.findOne({ from, channel });
    if (before?.key === key) return { request: before._id.request, again: before.times > 1 };
    if ((await holders(act)).holders.some(({ resident: _id, person }) => personOf(world.vault, { _id, person }).name === name))
      return { known: true };

    act.beginWrite();
    const asker = { name, building: short(input.building), address };
    const said = { at, state: 'pending' as const, key };
    return numbered<Requested>(
      async () => (await requests.findOne({ '_id.community': community }, { sort: { '_id.request': -1 }, projection: { _id: 1 } }))?._id.request,
      async (request) => {
        const asked = before ?? (await requests.findOne({ from, channel }, { projection: { _id: 1 } }));
        if (asked) {
          const who = encryptedAsker(world.vault, asked._id, asker);
          await requests.updateOne({ _id: asked._id, from, channel }, { $set: { ...said, who }, $inc: { times: 1 }, $unset: { decided: 1 } });
          return { request: asked._id.request, again: true };
        }
        const thousandth = await requests.findOne({ _id: { community, request: request - MOST_A_DAY } }, { projection: { at: 1 } });
        if (thousandth && thousandth.at.getTime() > at.getTime() - DAY_MS) return { refused: 'enoughToday' };
        const _id = { community, request };
        const who = encryptedAsker(world.vault, _id, asker);
        await requests.insertOne({ _id, channel, who, from, times: 1, ...said } satisfies JoinRequestRecord);
        return { request, again: false };
      },
    );
  };
}

function short(text: string): string {
  return [...cleanText(text)].slice(0, MAX).join('');
}
