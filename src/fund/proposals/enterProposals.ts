import { addressHmac, phoneContact } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import { numbered } from '../../store/databaseErrors.ts';
import { cleanText } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { Cycle, stageAt } from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import { type Actor, checkRight, holdersOf } from '../people/index.ts';
import {
  encryptedProposal,
  encryptedProposalAddress,
  encryptedProposalOf,
  LONGEST_PROPOSAL,
  lastNumber,
  type Origin,
  Proposal,
  type ProposalRecord,
} from './proposal.ts';

/** What a cadre writes down for somebody else. */
export interface ProposalGiven {
  /** 1 to 300 characters. */
  readonly text: string;
  readonly origin: Origin;
  readonly category?: string;
  /** Whose words it is. */
  readonly name?: string;
  /** E.164. What became of it is told there. */
  readonly phone?: string;
}

export type ProposalsEntered =
  | { readonly entered: readonly number[] }
  /** `lines`: the places in the list, from 0, of texts that are empty or too long. */
  | { readonly refused: 'noCycle' | 'over' }
  | { readonly refused: 'texts'; readonly lines: readonly number[] };

/**
 * Writes down proposals that came on paper, in person, in a meeting or by telephone: all or none, in one entry of the log. `key` is the form's own: a
 * form that is sent twice is written once. They are public at once. Rejects with `not-allowed` (`checkRight`).
 */
export function enterProposals(
  world: World,
): (form: { cycle: string; proposals: readonly ProposalGiven[]; actor: Actor; key: string }) => Promise<ProposalsEntered> {
  const holders = holdersOf(world);
  return async ({ cycle: id, proposals: given, actor, key }) => {
    const cycle = await collection(Cycle).findOne({ _id: id });
    if (!cycle) return { refused: 'noCycle' };
    const { community } = cycle;
    const acting = checkRight(actor, 'enterProposals', community);
    if (given.length === 0) return { entered: [] };
    if (stageAt(cycle, world.now()) === 'closed') return { refused: 'over' };
    const texts = given.map(({ text }) => cleanText(text));
    const lines = texts.flatMap((text, index) => (text === '' || [...text].length > LONGEST_PROPOSAL ? [index] : []));
    if (lines.length > 0) return { refused: 'texts', lines };
    const once = world.vault.hmac('act', key, 'enterProposals');
    const whose = await Promise.all(given.map(({ phone }) => (phone === undefined ? undefined : byPhone(community, phone))));
    return numbered(
      () => lastNumber(id),
      (first) =>
        withLog(world)(community, async (session, write): Promise<ProposalsEntered> => {
          const before = await collection(Proposal)
            .find({ '_id.cycle': id, enteredIn: once }, { session, sort: { '_id.number': 1 }, projection: { _id: 1 } })
            .toArray();
          if (before.length > 0) return { entered: before.map(({ _id }) => _id.number) };
          const at = world.now();
          const records = given.map((proposal, index): ProposalRecord => {
            const _id = { cycle: id, number: first + index };
            const { origin, category, name, phone } = proposal;
            return {
              _id,
              ...{ community, at, origin, writtenBy: actor.name, enteredIn: once, state: 'received', public: true, history: [] },
              ...(category && { category }),
              text: encryptedProposal(world.vault, _id, texts[index] ?? ''),
              ...(name && { whose: encryptedProposalOf(world.vault, _id, name) }),
              ...(phone && { channel: phoneContact(phone).channel, address: encryptedProposalAddress(world.vault, _id, phone) }),
              by: whose[index] ?? world.vault.hmac('act', key, String(index)),
            };
          });
          await collection(Proposal).insertMany(records, { session });
          const detail = { after: records.map(({ _id, origin }, index) => ({ number: _id.number, origin, text: texts[index] ?? '' })) };
          await write({ ...acting, subject: `${id}/${first}`, detail, names: records.map(({ by }) => by), once });
          return { entered: records.map(({ _id }) => _id.number) };
        }),
    );
  };

  /** The one resident who has this phone; else the HMAC of the phone, as if it had written itself. */
  async function byPhone(community: string, phone: string): Promise<string> {
    const from = { community, ...phoneContact(phone) };
    const [holder, another] = (await holders(from)).holders;
    return holder && !another ? holder.resident : addressHmac(world.vault, from);
  }
}
