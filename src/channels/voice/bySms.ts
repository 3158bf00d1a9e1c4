import type { Notice } from '../../contacts/notify.ts';
import { canReceiveSms } from '../../contacts/phone.ts';
import type { Said } from '../../dialog/dialog.ts';
import type { Inbound } from '../../dialog/input.ts';
import type { Option, Statement } from '../../dialog/question.ts';
import type { Cast } from '../../fund/ballots/index.ts';
import type { World } from '../../store/world.ts';

/** Queues an SMS: a notice in any words of the catalogue. */
type NotifyBySms = (notice: Omit<Notice, 'said'> & { readonly said: Statement }) => Promise<void>;

export interface AskDeps {
  readonly world: World;
  readonly answer: (inbound: Inbound) => Promise<Said>;
  readonly notify: NotifyBySms;
}

const KEPT_MS = 15 * 60 * 1000;
const DEADLINE_MS = 7_500;

/** What a call was cut off with, and is kept: the vote is opened in the number's SMS conversation, for a while, and an SMS asks for the yes, with the card where that is needed; false where that could not be recorded. */
export function askBySms({ world, answer, notify }: AskDeps): (form: Readonly<Record<string, string>>, ended: Said) => Promise<boolean> {
  return async ({ CallSid = '', From = '', To = '', Direction = '' }, { reply, community, language }) => {
    const kept = reply?.outcome === 'callKept' ? reply.says[0] : undefined;
    const picks = kept?.params?.picks;
    if (!community || !kept || !isPicks(picks)) return true;
    const [address, to] = Direction.startsWith('outbound') ? [To, From] : [From, To];
    const at = world.now();
    const key = world.vault.hmac('delivery', 'voice', CallSid, 'bySms');
    const said = await answer({
      channel: 'sms',
      address,
      to,
      key,
      at,
      deadline: at.getTime() + DEADLINE_MS,
      isContinued: true,
      input: {
        interpret: () => ({
          meaning: { kind: 'command', command: { name: 'vote', numbers: picks.map(({ number }) => number), unsure: true } },
          finish: ({ reply }) => ({ reply, until: at.getTime() + KEPT_MS }),
        }),
        readBack: () => picks,
      },
    });
    if (said.outcome === 'nothingRecorded' || said.outcome === 'notKnown') return false;
    const { outcome } = said.reply ?? {};
    if (outcome !== 'askConfirmation' && outcome !== 'askCard') return true;
    await notify({
      occasion: `callKept|${key}`,
      community: community._id,
      channel: 'sms',
      address,
      language,
      kind: 'answer',
      said: outcome === 'askCard' ? { ...kept, key: 'notice.callKeptCard' } : kept,
    });
    return true;
  };
}

function isPicks(value: unknown): value is readonly Option[] {
  return Array.isArray(value) && value.length > 0;
}

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
export function receiptBySms(notify: NotifyBySms): (cast: Cast, caster: Caster) => Promise<void> {
  return async (cast, { key, community, channel, address, resident, language, onlyFirst }) => {
    if (channel !== 'voice' || !('receipt' in cast) || canReceiveSms(address) !== 'yes') return;
    const { receipt, changed, picks, closesAt } = cast;
    await notify({
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
