import type { Cast } from '../../fund/ledger/cast.ts';
import { takesText } from '../../fund/takesText.ts';
import type { Outgoing } from '../../outreach/recordOf.ts';

/** The ballot's turn, as far as it matters here. */
interface Caster {
  readonly key: string;
  readonly community: string;
  readonly channel: string;
  readonly address: string;
  readonly resident?: string;
  readonly language: string;
  readonly onlyFirst?: boolean;
}

/** The receipt of a ballot cast by phone, by SMS too, where the number can receive one; it says so where the call had been cut off. */
export function receiptBySms(tell: (outgoing: Outgoing) => Promise<void>): (cast: Cast, caster: Caster) => Promise<void> {
  return async (cast, { key, community, channel, address, resident, language, onlyFirst }) => {
    if (channel !== 'voice' || !('receipt' in cast) || takesText(address) !== 'yes') return;
    const { receipt, changed, picks, closesAt } = cast;
    await tell({
      occasion: `receipt|${key}`,
      community,
      channel: 'sms',
      address,
      ...(resident && { resident }),
      language,
      kind: 'receipt',
      said: { key: onlyFirst ? 'notice.castAsHeard' : changed ? 'vote.changed' : 'vote.receipt', params: { picks, receipt, closesAt } },
    });
  };
}
