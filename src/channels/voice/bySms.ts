import type { CommunityContact } from '../../contacts/contact.ts';
import type { Notice } from '../../contacts/notify.ts';
import { canReceiveSms } from '../../contacts/phone.ts';
import type { Command } from '../../dialog/command.ts';
import type { Said } from '../../dialog/dialog.ts';
import type { Inbound } from '../../dialog/input.ts';
import type { Option, Statement } from '../../dialog/question.ts';
import type { Cast } from '../../fund/ballots/index.ts';
import type { World } from '../../store/world.ts';

/** Queues an SMS: a notice with any text of the catalogue. */
type NotifyBySms = (notice: Omit<Notice, 'said'> & { readonly said: Statement }) => Promise<void>;

export interface AskDeps {
  readonly world: Pick<World, 'now'>;
  readonly answer: (inbound: Inbound) => Promise<Said>;
  readonly notify: NotifyBySms;
}

/** A call that is over. */
interface EndedCall {
  /** The SMS turn's own key: the same call has the same key. */
  readonly key: string;
  /** The caller's number, and ours, in E.164. */
  readonly address: string;
  readonly to: string;
}

const KEPT_MS = 15 * 60 * 1000;
const DEADLINE_MS = 7_500;

/**
 * After a call that was cut off with picks that are kept: opens the vote in the number's SMS conversation for a while, and sends an SMS
 * that asks for the yes, or for all numbers where picks are missing, and for the card if it is needed. Gives false if that could not be recorded.
 */
export function askBySms({ world, answer, notify }: AskDeps): (call: EndedCall, ended: Said) => Promise<boolean> {
  return async ({ key, address, to }, { reply, community, language }) => {
    const kept = reply?.outcome === 'callKept' ? reply.says[0] : undefined;
    const picks = kept?.params?.picks;
    if (!community || !kept || !isPicks(picks)) return true;
    const isWhole = kept.params?.left === 0;
    const command: Command = isWhole ? { name: 'vote', numbers: picks.map(({ number }) => number), unsure: true } : { name: 'vote' };
    const at = world.now();
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
          meaning: { kind: 'command', command },
          finish: ({ reply }) => ({ reply, until: at.getTime() + KEPT_MS }),
        }),
        readBack: () => picks,
      },
    });
    if (said.outcome === 'nothingRecorded' || said.outcome === 'notKnown') return false;
    const { outcome, asks } = said.reply ?? {};
    const isAsked = isWhole ? outcome === 'askConfirmation' : asks?.expects === 'numbers';
    if (!isAsked && outcome !== 'askCard') return true;
    await notify({
      occasion: `callKept|${key}`,
      community: community._id,
      channel: 'sms',
      address,
      language,
      kind: 'answer',
      askedAt: at,
      said: { ...kept, key: `notice.callKept${isWhole ? '' : 'Few'}${outcome === 'askCard' ? 'Card' : ''}` },
    });
    return true;
  };
}

function isPicks(value: unknown): value is readonly Option[] {
  return Array.isArray(value) && value.length > 0;
}

/** What is needed here of the ballot's turn. */
interface Caster extends CommunityContact {
  readonly key: string;
  readonly resident?: string;
  readonly language: string;
  readonly onlyFirst?: boolean;
}

/**
 * Sends the receipt of a ballot that was cast by phone by SMS too, if the number can receive one. If the call was cut off, the text says
 * so; also of a ballot that the call had cast before, because the answer may have been lost with the line.
 */
export function receiptBySms(notify: NotifyBySms): (cast: Cast, caster: Caster) => Promise<void> {
  return async (cast, { key, community, channel, address, resident, language, onlyFirst }) => {
    const told = 'receipt' in cast ? cast : cast.stands;
    if (!told || canReceiveSms({ channel, address }) !== 'yes') return;
    const { receipt, changed, picks, closesAt } = told;
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
