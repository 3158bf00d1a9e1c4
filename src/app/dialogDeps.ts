import { flows } from '../../flows/index.ts';
import { receiptBySms } from '../channels/voice/bySms.ts';
import { CHANNELS, type Channel } from '../contacts/channel.ts';
import { addressHmac, type ContactPoint, everyChannel } from '../contacts/contact.ts';
import type { Notify } from '../contacts/notify.ts';
import { conversationId, forgetConversations } from '../dialog/conversation.ts';
import { conversations } from '../dialog/conversations.ts';
import type { DialogDeps } from '../dialog/deps.ts';
import { vocabularyInUse } from '../dialog/loadCatalogue.ts';
import type { Option } from '../dialog/question.ts';
import { provided, type Services, type Turn } from '../dialog/turn.ts';
import { ballotByKey, castBallot, checkReceipt, myPicks, openBallot, voidBallot } from '../fund/ballots/index.ts';
import { communityByNumber, departures, findCommunity } from '../fund/communities/index.ts';
import { type CycleRecord, currentCycle } from '../fund/cycles/index.ts';
import { readFacts, readProgress } from '../fund/facts/index.ts';
import { writeInquiry } from '../fund/inquiries/index.ts';
import { recordObjection } from '../fund/meetings/index.ts';
import { handedInLast } from '../fund/paper/index.ts';
import {
  askDigits,
  type CardShown,
  type CodeChecked,
  cardHmac,
  checkCadre,
  checkCode,
  checkDigits,
  hasAsked,
  holdersDuring,
  isInForce,
  mayAnswer,
  moveChat,
  proveCadre,
  requestMembership,
  sendCode,
  showCard,
  startMessages,
  stopMessages,
  subscribe,
  whoActs,
} from '../fund/people/index.ts';
import { ballotItem, readProjects } from '../fund/projects/index.ts';
import { giveToLinked, readSupportable, recordProposal, supportProposals } from '../fund/proposals/index.ts';
import { eraseMe } from '../fund/roster/index.ts';
import { staffOf, staffPhones } from '../fund/staff/index.ts';
import { proveProgress, rateWork, readRatable, tellProgress } from '../fund/works/index.ts';
import { cadreBroadcast } from '../outreach/broadcasts/cadreBroadcast.ts';
import type { BroadcastDeps } from '../outreach/broadcasts/planBroadcast.ts';
import { nudge } from '../outreach/calendar/nudge.ts';
import { forgetCallBacksTo } from '../outreach/callBacks.ts';
import { enqueue } from '../outreach/outbox/enqueue.ts';
import { forgetMessagesTo } from '../outreach/outbox/forgetMessages.ts';
import { wroteSince } from '../outreach/outbox/known.ts';
import { readSituation } from '../outreach/readSituation.ts';
import type { Log } from '../store/log.ts';
import type { World } from '../store/world.ts';

export interface DialogParts {
  readonly log: Log;
  readonly channel: Channel;
  readonly services: Services;
  /** Without a carrier of SMS no code can be sent: a new chat shows the card. */
  readonly sendsCodes: boolean;
  /** Keeps what was not understood; the same one for all channels. */
  readonly missed: DialogDeps['missed'];
}

/** What the dialog of a channel needs of the service. */
export function dialogDeps(world: World, { log, channel, services, sendsCodes, missed }: DialogParts): DialogDeps {
  const current = currentCycle(world);
  const holders = holdersDuring(world);

  return {
    world,
    catalogue: provided(flows, services),
    vocabulary: vocabularyInUse(),
    conversations: conversations(world),
    communityOf: communityByNumber(world),
    departed: departures(world).byNumber,
    ballotOf: async (community, at) => {
      const opened = await openBallot(world, {}, { community, at });
      return 'open' in opened ? withNames(opened.open.projects, await current(community, at)) : [];
    },
    projectsOf: async (community, at) => projectsIn(await current(community, at)),
    castOf: (act) => ballotByKey(world, act),
    lookAhead: (turn, who) => {
      current(turn.community, turn.at).catch(() => undefined); // the failure is not kept: the next caller asks again
      if (who) void holders(turn, 'anew');
    },
    mayAnswer: mayAnswer(world),
    wroteSince: (act, since) => wroteSince(world, act, since),
    hasHolder: async (turn) => (await holders(turn)).holders.length > 0,
    missed,
    report: (error) => log.error({ error, channel, code: 'turn-failed' }, 'a turn ended in an apology'),
    whoActs: async (turn, community, need) => {
      const found = await holders(turn);
      const isAnyNew = need === 'ballot' && found.holders.some(({ newIn }) => newIn !== undefined);
      const votingIn = isAnyNew ? (await current(turn.community, turn.at))?._id : undefined;
      const who = whoActs(community.verify, found, { channel: turn.channel, isPlaced: turn.isPlaced === true, votingIn }, need);
      if (!('ask' in who) || (who.ask !== 'newChat' && who.ask !== 'stranger')) return who;
      if ((need === 'ballot' || who.ask === 'stranger') && (await hasAsked(world, turn))) return { ask: 'pending' };
      return sendsCodes ? who : { ask: 'stranger' };
    },
    isInForce,
    languageOf: async (turn) => {
      const { holders: found } = await holders(turn);
      return found.length === 1 ? found[0]?.language : undefined;
    },
  };
}

const named = new WeakMap<CycleRecord, readonly Option[]>();

/** What can be voted for, with the other names that the cycle has for it; the same array as long as the ballot and the cycle are the same. */
function withNames(ballot: readonly Option[], cycle: CycleRecord | null): readonly Option[] {
  if (!cycle || !ballot) return ballot;
  const known = namedBallots.get(ballot);
  if (known?.cycle === cycle) return known.options;
  const names = new Map(cycle.projects.map((project) => [project.number, namesOf(project)]));
  const options = ballot.map((option) => ({ ...option, ...names.get(option.number) }));
  namedBallots.set(ballot, { cycle, options });
  return options;
}

const namedBallots = new WeakMap<readonly Option[], { readonly cycle: CycleRecord; readonly options: readonly Option[] }>();

function projectsIn(cycle: CycleRecord | null): readonly Option[] {
  if (!cycle) return [];
  const known = named.get(cycle) ?? cycle.projects.map((project) => ({ ...ballotItem(project), ...namesOf(project) }));
  named.set(cycle, known);
  return known;
}

/** By what a project may be named or described besides its label. */
function namesOf({ title, short, place, also, detail }: CycleRecord['projects'][number]): Pick<Option, 'title' | 'place' | 'also' | 'detail'> {
  return { ...(short && { title }), ...(place && { place }), ...(also && { also }), ...(detail && { detail }) };
}

/** The services that flows name. Each gets what it needs of the world. */
export function flowServices(world: World, deps: BroadcastDeps, speaksSichuan: (community: string) => Promise<boolean>): Services {
  const notify = enqueue(world);
  const staff = staffPhones(world);
  const broadcast = cadreBroadcast(world, deps);
  return {
    castBallot: cast(world, receiptBySms(notify)),
    checkReceipt: (input, act) => checkReceipt(world, input, act, handedInLast),
    myPicks: (input, act) => myPicks(world, input, act),
    openBallot: (input, act) => openBallot(world, input, act),
    readFacts: (input, act) => readFacts(world, input, act),
    readProgress: (input, act) => readProgress(world, input, act),
    readProjects: (input, act) => readProjects(world, input, act),
    readRatable: (input, act) => readRatable(world, input, act),
    readSituation: (input, act) => readSituation(world, input, act),
    readSupportable: (input, act) => readSupportable(world, input, act),
    rateWork: alone(rateWork(world)),
    supportProposals: alone(supportProposals(world)),
    spokenDialects: async (_: unknown, { channel, community }: Turn) => ({ sichuan: CHANNELS[channel].isSpoken && (await speaksSichuan(community)) }),
    ...held({
      askDigits: (input, act) => askDigits(world, notify, input, act),
      checkCadre: (input, act) => checkCadre(world, staff, input, act),
      checkCode: linking(world, (input, act) => checkCode(world, staff, input, act)),
      checkDigits: (input, act) => checkDigits(world, input, act),
      eraseMe: (input, act) => eraseMe(world, forgetContacts, input, act),
      moveChat: moving(world),
      nudge: (input, act) => nudge(world, input, act),
      planBroadcast: broadcast.plan,
      proveCadre: (input, act) => proveCadre(world, notify, staff, input, act),
      proveProgress: (input, act) => proveProgress(world, notify, input, act),
      recordObjection: (input, act) => recordObjection(world, input, act),
      recordProposal: (input, act) => recordProposal(world, input, act),
      requestMembership: (input, act) => requestMembership(world, input, act),
      sendBroadcast: broadcast.send,
      sendCode: (input, act) => sendCode(world, notify, staff, input, act),
      showCard: linking(world, shown(world, notify)),
      startMessages: (input, act) => startMessages(world, input, act),
      stopMessages: (input, act) => stopMessages(world, input, act),
      subscribe: (input, act) => subscribe(world, input, act),
      tellProgress: (input, act) => tellProgress(world, notify, input, act),
      voidBallot: (input, act) => voidBallot(world, input, act, handedInLast),
      writeInquiry: (input, act) =>
        writeInquiry(world, notify, input, act, async (community) => (await staffOf(world, community)).filter(({ role }) => role === 'supervisor')),
    }),
  };
}

/** Services that write: each begins only once no other turn can go on with the conversation. */
function held(services: Services): Services {
  const holding = (service: Services[string]) => async (input: never, turn: Turn) => {
    await turn.hold();
    return service(input, turn);
  };
  return Object.fromEntries(Object.entries(services).map(([name, service]) => [name, holding(service)]));
}

/** A service that counts once under its turn's key. Only if it depends on what was said before, it has to know that this is still valid. */
function alone<Input, Output>(service: (input: Input, turn: Turn) => Promise<Output>) {
  return async (input: Input, turn: Turn) => {
    if (!turn.alongside) await turn.hold();
    return service(input, turn);
  };
}

/** From now on the turn is valid only as long as the card is. */
function shown(world: World, notify: Notify) {
  return async (input: { card: string; link: boolean }, turn: Turn) => {
    const shown = await showCard(world, notify, input, turn);
    if (!('refused' in shown)) turn.shown = { resident: shown.resident, card: cardHmac(world.vault, turn.community, input.card) };
    return shown;
  };
}

/** What somebody proposed or supported before this phone or chat was linked to them is theirs from then on. */
function linking<Input, Known extends CardShown | CodeChecked>(world: World, service: (input: Input, turn: Turn) => Promise<Known>) {
  const give = giveToLinked(world);
  return async (input: Input, turn: Turn) => {
    const known = await service(input, turn);
    if ('linked' in known && known.linked) await give(turn, known.resident);
    return known;
  };
}

/** `linking` where the chat takes the place of another one of theirs. */
function moving(world: World) {
  const give = giveToLinked(world);
  return async (input: Parameters<typeof moveChat>[1], turn: Turn) => {
    const moved = await moveChat(world, input, turn);
    await give(turn, input.resident);
    return moved;
  };
}

/** A ballot counts once under its turn's key. Only a ballot that depends on what was said before has to know that this is still valid. */
function cast(world: World, receipt: ReturnType<typeof receiptBySms>) {
  return async (input: { picks: readonly number[] }, turn: Turn) => {
    if (!turn.alongside) await turn.hold();
    const cast = await castBallot(world, input, turn);
    turn.cast = 'receipt' in cast;
    if (CHANNELS[turn.channel].isSpoken) await receipt(cast, turn); // before the turn's end: a turn that is cut off here is taken again, and tells of it then
    return cast;
  };
}

/** For somebody who asked to be deleted: their conversations are deleted a day after their last turn, the messages sent to them at once. */
export async function forgetContacts({ vault }: Pick<World, 'vault'>, community: string, contacts: readonly ContactPoint[]): Promise<void> {
  const to = contacts.flatMap(everyChannel);
  if (to.length === 0) return;
  const ours = await findCommunity(community);
  await forgetConversations(to.map((contact) => conversationId(vault, { ...contact, to: ours?.phone ?? '' })));
  const at = contacts.map((contact) => addressHmac(vault, { community, ...contact }));
  await forgetCallBacksTo(at);
  await forgetMessagesTo(community, at);
}
