import type { ReadyAccount } from '../carriers/carriers.ts';
import type { Carrier, CarrierContext, Parked, PlaceCall, ReadyCarrier, WebhookRoute } from '../carriers/port.ts';
import type { Dispatch, Send, Sent } from '../carriers/sending.ts';
import { mobile } from '../carriers/takeText.ts';
import { type CarrierName, CHANNELS, type Channel } from '../contacts/channel.ts';
import { addressHmac, phoneContact } from '../contacts/contact.ts';
import {
  accountOf,
  type CommunityRecord,
  carrierOf,
  communitiesOver,
  communityByNumber,
  communityBySlug,
  communityTexted,
  departures,
} from '../fund/communities/index.ts';
import { holdersAt } from '../fund/people/index.ts';
import type { Log } from '../store/log.ts';
import { forEachSettled } from '../store/pauses.ts';
import type { World } from '../store/world.ts';

/** The carriers of phones, opened: each community's messages and calls go over its own. */
export interface Phones {
  readonly doors: readonly WebhookRoute[];
  /** Replies to texts go through the outbox, those of one carrier at least. */
  readonly handsOver: boolean;
  readonly send: (channel: Channel) => Send;
  readonly placeCall: (call: Parameters<PlaceCall>[0] & { readonly community: string }) => Promise<Sent>;
  readonly stop: () => Promise<void>;
}

/** A community's carrier has no settings here: its messages wait until it has. */
const NOT_SET: Sent = { state: 'refused', reason: 'noCarrier', parks: true, afterMs: 5 * 60_000 };

/** Opens the carriers side by side: those of the settings, and each account of an office or a community. */
export function openPhones(ready: ReadonlyMap<CarrierName, ReadyCarrier>, accounts: readonly ReadyAccount[], context: CarrierContext): Phones {
  const usual = new Map(
    [...ready].map(([name, { open }]) => [name, withParking({ carrier: name }, open(contextOf(context, accounts, name)), context)]),
  );
  const own = new Map(
    accounts.map((account) => {
      const what = { carrier: account.carrier, account: account.owner.name };
      return [account.id, withParking(what, account.ready.open(contextOf(context, accounts, account.carrier, account)), context)];
    }),
  );
  const all = [...usual.values(), ...own.values()];
  const bySlug = communityBySlug(context.world);
  const warned = new Set<CarrierName>();
  const of = async (slug: string, channel: Channel): Promise<Carrier | undefined> => {
    const community = await bySlug(slug);
    const name = carrierOf(community, channel);
    const account = accountOf(accounts, community, name);
    const carrier = account ? own.get(account.id) : usual.get(name);
    if (!carrier && !warned.has(name)) {
      warned.add(name);
      context.log.error(
        { channel, community: slug, code: `no-carrier.${name}` },
        'A community names a carrier that is not set up: its messages wait',
      );
    }
    return carrier;
  };
  return {
    handsOver: all.some(({ handsOver }) => handsOver === true),
    doors: [
      ...[...usual.values()].flatMap(({ doors }) => doors),
      ...[...own].flatMap(([id, { doors }]) => doors.map((door) => ({ ...door, path: `${mountOf(id)}${door.path}` }))),
    ],
    send: (channel) => async (message: Dispatch) => {
      const carrier = await of(message.community, channel);
      const send = CHANNELS[channel].isSpoken ? carrier?.voice?.send : carrier?.sms;
      return send ? send(message) : NOT_SET;
    },
    placeCall: async ({ community, ...call }) => (await of(community, 'voice'))?.voice?.placeCall(call) ?? NOT_SET,
    stop: () => forEachSettled(all, 'stops', async ({ stop }) => stop?.()),
  };
}

/** What stands before the paths of an account's doors. */
export function mountOf(id: string): string {
  return `/accounts/${id}`;
}

/**
 * The context as one account sees it, or the one of the settings: what comes in over it is for the communities that it serves, and for nobody else's. Whoever has an
 * account's secrets is every sender over it. Where there are no accounts it is the context itself.
 */
function contextOf(context: CarrierContext, accounts: readonly ReadyAccount[], carrier: CarrierName, account?: ReadyAccount): CarrierContext {
  if (accounts.length === 0) return context;
  const serves = (community: CommunityRecord | null) => accountOf(accounts, community, carrier)?.id === account?.id;
  const byNumber = communityByNumber(context.world);
  const isServed = async (number: string) => {
    const community = await byNumber(number);
    return community === null || serves(community);
  };
  const mount = account ? mountOf(account.id) : '';
  return {
    ...context,
    mount,
    publicUrl: context.publicUrl + mount,
    answer: async (inbound) => context.answer((await isServed(inbound.to).catch(() => false)) ? inbound : { ...inbound, to: '' }),
    textedCommunity: (texted) => context.textedCommunity({ ...texted, ...(account && { account: account.id }) }),
    askCallBack: async (call) => (serves(call.community) ? context.askCallBack(call) : undefined),
  };
}

/** The carrier's ways out, each channel's parked by itself. */
function withParking(what: Omit<Parked, 'channel'>, { sms, voice, ...rest }: Carrier, context: CarrierContext): Carrier {
  const whileSpoken = parking({ ...what, channel: 'voice' }, context);
  return {
    ...rest,
    ...(sms && { sms: parking({ ...what, channel: 'sms' }, context)(sms) }),
    ...(voice && { voice: { send: whileSpoken(voice.send), placeCall: whileSpoken(voice.placeCall) } }),
  };
}

/** So many communities are looked through for a sender whose text names none of them by its number. */
const MAX_COMMUNITIES = 100;

/**
 * The community that a text is for, of those that the account serves: by the number that was texted over this carrier. Else, of those over it that have named no number: the only one, or the only
 * one that knows the sender. Null for the number of one that has left for another cell, and for any other phone's whole number.
 */
export function textedCommunity(world: World, accounts: readonly ReadyAccount[]): CarrierContext['textedCommunity'] {
  const byNumber = communityTexted(world);
  const holders = holdersAt(world);
  const left = departures(world);
  return async ({ carrier, account, from, to }) => {
    const serves = (community: CommunityRecord) => accountOf(accounts, community, carrier)?.id === account;
    const named = await byNumber({ carrier, number: to });
    if (named || mobile(to) || (await left.byNumber(to, carrier))) return named && serves(named) ? named : null;
    const over = (await communitiesOver(carrier, MAX_COMMUNITIES)).filter((community) => community.textNumber === undefined && serves(community));
    if (over.length === 1 && !(await left.some(carrier))) return over[0] ?? null;
    const knows = await Promise.all(
      over.map(
        async ({ _id: community }) => (await holders({ community, id: addressHmac(world.vault, { community, ...phoneContact(from) }) })).holders,
      ),
    );
    const theirs = over.filter((_, index) => (knows[index]?.length ?? 0) > 0);
    return theirs.length === 1 ? (theirs[0] ?? null) : null;
  };
}

interface ParkingDeps extends Pick<CarrierContext, 'parked'> {
  readonly world: Pick<World, 'now'>;
  readonly log: Pick<Log, 'error'>;
}

/** For how long a carrier is parked if it does not say. */
const PARKED_MS = 5 * 60_000;

/**
 * Parks a carrier on a channel: once it refuses for what no message gets past (`parks`), nothing more goes out by any of the ways that are given to
 * this, and the log says so once. After the time one message tries it; the others wait for what becomes of that.
 */
export function parking(what: Parked, { world, log, parked: note }: ParkingDeps): <Message>(way: (message: Message) => Promise<Sent>) => typeof way {
  let parked: { readonly until: number; readonly sent: Extract<Sent, { state: 'refused' }> } | undefined;
  return (way) => async (message) => {
    const now = world.now().getTime();
    if (parked && now < parked.until) return { ...parked.sent, afterMs: parked.until - now };
    if (parked) parked = { ...parked, until: now + PARKED_MS };
    const sent = await way(message);
    if (sent.state === 'refused' && sent.parks) {
      const afterMs = sent.afterMs ?? PARKED_MS;
      if (!parked)
        log.error(
          { channel: what.channel, ...(what.account && { account: what.account }), code: `parked.${what.carrier}.${sent.reason}` },
          'A carrier takes no messages: see its balance, its limits and its settings',
        );
      parked = { until: world.now().getTime() + afterMs, sent };
      note(what, true);
      return { ...sent, afterMs };
    }
    if (parked) note(what, false);
    parked = undefined;
    return sent;
  };
}
