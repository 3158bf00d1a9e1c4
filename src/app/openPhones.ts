import type { Carrier, Door, House, Parked, PlaceCall, ReadyCarrier } from '../carriers/port.ts';
import type { Dispatch, Send, Sent } from '../carriers/sending.ts';
import { mobile } from '../carriers/takeText.ts';
import { type CarrierName, CHANNELS, type Channel } from '../contacts/channel.ts';
import { addressHmac, phoneContact } from '../contacts/contact.ts';
import { carrierOf, communitiesOver, communityBySlug, communityTexted, departures } from '../fund/communities/index.ts';
import { holdersAt } from '../fund/people/index.ts';
import type { Log } from '../store/log.ts';
import { forEachSettled } from '../store/pauses.ts';
import type { World } from '../store/world.ts';

/** The carriers of phones, opened: each community's messages and calls go over its own. */
export interface Phones {
  readonly doors: readonly Door[];
  /** Replies to texts go through the outbox, those of one carrier at least. */
  readonly handsOver: boolean;
  readonly send: (channel: Channel) => Send;
  readonly placeCall: (call: Parameters<PlaceCall>[0] & { readonly community: string }) => Promise<Sent>;
  readonly stop: () => Promise<void>;
}

/** A community's carrier has no settings here: its messages wait until it has. */
const NOT_SET: Sent = { state: 'refused', reason: 'noCarrier', parks: true, afterMs: 5 * 60_000 };

/** Opens the carriers side by side. */
export function openPhones(ready: ReadonlyMap<CarrierName, ReadyCarrier>, house: House): Phones {
  const carriers = new Map<CarrierName, Carrier>([...ready].map(([name, { open }]) => [name, withParking(name, open(house), house)]));
  const bySlug = communityBySlug(house.world);
  const warned = new Set<CarrierName>();
  const of = async (slug: string, channel: Channel): Promise<Carrier | undefined> => {
    const name = carrierOf(await bySlug(slug), channel);
    const carrier = carriers.get(name);
    if (!carrier && !warned.has(name)) {
      warned.add(name);
      house.log.error({ channel, community: slug, code: `no-carrier.${name}` }, 'A community names a carrier that is not set up: its messages wait');
    }
    return carrier;
  };
  return {
    handsOver: [...carriers.values()].some(({ handsOver }) => handsOver === true),
    doors: [...carriers.values()].flatMap(({ doors }) => doors),
    send: (channel) => async (message: Dispatch) => {
      const carrier = await of(message.community, channel);
      const send = CHANNELS[channel].isSpoken ? carrier?.voice?.send : carrier?.sms;
      return send ? send(message) : NOT_SET;
    },
    placeCall: async ({ community, ...call }) => (await of(community, 'voice'))?.voice?.placeCall(call) ?? NOT_SET,
    stop: () => forEachSettled([...carriers.values()], 'stops', async ({ stop }) => stop?.()),
  };
}

/** The carrier's ways out, each channel's parked by itself. */
function withParking(name: CarrierName, { sms, voice, ...rest }: Carrier, house: House): Carrier {
  const whileSpoken = parking({ carrier: name, channel: 'voice' }, house);
  return {
    ...rest,
    ...(sms && { sms: parking({ carrier: name, channel: 'sms' }, house)(sms) }),
    ...(voice && { voice: { send: whileSpoken(voice.send), placeCall: whileSpoken(voice.placeCall) } }),
  };
}

/** So many communities are looked through for a sender whose text names none of them by its number. */
const MOST = 100;

/**
 * The community that a text is for: by the number that was texted over this carrier. Else, of those over it that have named no number: the only one, or the only
 * one that knows the sender. Null for the number of one that has left for another cell, and for any other phone's whole number.
 */
export function textedCommunity(world: World): House['textedCommunity'] {
  const byNumber = communityTexted(world);
  const holders = holdersAt(world);
  const left = departures(world);
  return async ({ carrier, from, to }) => {
    const named = await byNumber({ carrier, number: to });
    if (named || mobile(to) || (await left.byNumber(to, carrier))) return named;
    const over = (await communitiesOver(carrier, MOST)).filter(({ textNumber }) => textNumber === undefined);
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

interface ParkingDeps extends Pick<House, 'parked'> {
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
          { channel: what.channel, code: `parked.${what.carrier}.${sent.reason}` },
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
