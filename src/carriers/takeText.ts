import type { CarrierName } from '../contacts/channel.ts';
import type { Said } from '../dialog/dialog.ts';
import type { CarrierContext } from './port.ts';
import type { Send } from './sending.ts';

/** A text as a carrier hands it over. */
export interface Incoming {
  /** The carrier's own id of this delivery; the same if it comes again. */
  readonly id: string;
  /** As the carrier writes them. */
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

/** The turn is taken within 8 s, as on every carrier. Milliseconds. */
const DEADLINE_MS = 7_500;
/** The longest that an apology may take to be handed over. Milliseconds. */
const APOLOGY_MS = 5_000;

/**
 * Takes a text of a carrier whose response cannot carry the reply: the reply goes out as a message of its own. False if nobody knows whether it will:
 * then the carrier has to deliver it again, which counts once and is answered once. While the database is away the apology is sent past the outbox.
 * `elsewhere` is for a carrier that cannot bring every text: such a reply goes there.
 */
export function takeText(
  context: CarrierContext,
  carrier: CarrierName,
  send: Send,
  elsewhere?: CarrierContext['elsewhere'],
): (incoming: Incoming) => Promise<boolean> {
  const { world, mount, answer, textedCommunity, reply, observe } = context;
  return async ({ id, from, to, text }) => {
    const address = mobile(from);
    if (!address) return true; // a short code or a name: a machine would get the answer
    const started = performance.now();
    const at = world.now();
    const community = await textedCommunity({ carrier, from: address, to }).catch(() => null); // the database is away: the dialog says so
    const key = world.vault.hmac('delivery', 'sms', carrier + mount, id);
    const said = await answer({
      channel: 'sms',
      address,
      to: community?.phone ?? to,
      key,
      at,
      deadline: at.getTime() + DEADLINE_MS,
      input: { text },
    });
    observe('sms', said.outcome, (performance.now() - started) / 1000);
    if (!said.reply) return true;
    if (said.community && !isApology(said)) {
      const replied = { ...said, reply: said.reply, community: said.community };
      try {
        await reply({ key, address, said: replied, ...(elsewhere && { next: await elsewhere(said.community, address) }) });
        return true;
      } catch {
        return false; // the database is away
      }
    }
    return past(said, { key, address, from: community?.textNumber ?? community?.phone ?? to });
  };

  /** What the outbox cannot take: an apology, and the answer to a number that is no community's. */
  async function past(said: Said, { key, address, from }: { key: string; address: string; from: string }): Promise<boolean> {
    const [first] = said.reply?.says ?? [];
    const told = { said: { key: first?.key ?? '', ...(said.reply && { reply: said.reply }) }, language: said.language, isFirst: false };
    const message = { to: address, from, community: said.community?._id ?? '', text: context.text(said), told, ref: key };
    const { state } = await send({ ...message, signal: AbortSignal.timeout(APOLOGY_MS) });
    return state === 'sent' || (state === 'failed' && !isApology(said)); // what was not recorded may be the next time
  }
}

/** The database is away. */
function isApology({ outcome }: Said): boolean {
  return outcome === 'nothingRecorded' || outcome === 'notKnown';
}

/** A mobile phone's number in E.164, as carriers of mainland China write it, or with + or 00 before its country; undefined for anything else. */
export function mobile(number: string): string | undefined {
  const plain = number.replace(/^00/, '+').replace(/^(?:\+?86)?(?=1[3-9]\d{9}$)/, '+86');
  return /^\+[1-9]\d{6,14}$/.test(plain) ? plain : undefined;
}

/** A mobile number of mainland China as its carriers want it: eleven digits; any other number stays in E.164. */
export function domestic(number: string): string {
  return number.replace(/^\+86(?=1[3-9]\d{9}$)/, '');
}
