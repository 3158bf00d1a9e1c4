import { receiptBySms } from '../channels/voice/bySms.ts';
import { CHANNELS } from '../contacts/channel.ts';
import { addressHmac, type ContactPoint, everyChannel } from '../contacts/contact.ts';
import { conversationId, forgetConversations } from '../dialog/conversation.ts';
import type { Services, Turn } from '../dialog/turn.ts';
import { castBallot, checkReceipt, myPicks, openBallot, voidBallot } from '../fund/ballots/index.ts';
import { Community } from '../fund/communities/index.ts';
import { readFacts, readProgress } from '../fund/facts/index.ts';
import { writeInquiry } from '../fund/inquiries/index.ts';
import { recordObjection } from '../fund/meetings/index.ts';
import { handedInLast } from '../fund/paper/index.ts';
import {
  askDigits,
  cardHmac,
  checkCadre,
  checkCode,
  checkDigits,
  moveChat,
  proveCadre,
  requestMembership,
  sendCode,
  showCard,
  startMessages,
  stopMessages,
  subscribe,
} from '../fund/people/index.ts';
import { readProjects } from '../fund/projects/index.ts';
import { readSupportable, recordProposal, supportProposals } from '../fund/proposals/index.ts';
import { eraseMe } from '../fund/roster/index.ts';
import { rateWork, readRatable, tellProgress } from '../fund/works/index.ts';
import { cadreBroadcast } from '../outreach/broadcasts/cadreBroadcast.ts';
import type { BroadcastDeps } from '../outreach/broadcasts/planBroadcast.ts';
import { nudge } from '../outreach/calendar/nudge.ts';
import { forgetCallBacksTo } from '../outreach/callBacks.ts';
import { enqueue } from '../outreach/outbox/enqueue.ts';
import { forgetMessagesTo } from '../outreach/outbox/forgetMessages.ts';
import { readSituation } from '../outreach/readSituation.ts';
import { collection } from '../store/collection.ts';
import type { World } from '../store/world.ts';

/** The services that flows name. Each gets what it needs of the house. */
export function flowServices(world: World, deps: BroadcastDeps, speaksSichuan: (community: string) => Promise<boolean>): Services {
  const notify = enqueue(world);
  const broadcast = cadreBroadcast(world, deps);
  return {
    castBallot: cast(world, receiptBySms(notify)),
    checkReceipt: checkReceipt(world, handedInLast(world)),
    myPicks: myPicks(world),
    openBallot: openBallot(world),
    readFacts: readFacts(world),
    readProgress: readProgress(world),
    readProjects: readProjects(world),
    readRatable: readRatable(world),
    readSituation: readSituation(world),
    readSupportable: readSupportable(world),
    rateWork: alone(rateWork(world)),
    supportProposals: alone(supportProposals(world)),
    spokenDialects: async (_: unknown, { channel, community }: Turn) => ({ sichuan: CHANNELS[channel].isSpoken && (await speaksSichuan(community)) }),
    ...held({
      askDigits: askDigits(world, notify),
      checkCadre: checkCadre(world),
      checkCode: checkCode(world),
      checkDigits: checkDigits(world),
      eraseMe: eraseMe(world, forgetContacts(world)),
      moveChat: moveChat(world),
      nudge: nudge(world),
      planBroadcast: broadcast.plan,
      proveCadre: proveCadre(world, notify),
      recordObjection: recordObjection(world),
      recordProposal: recordProposal(world),
      requestMembership: requestMembership(world),
      sendBroadcast: broadcast.send,
      sendCode: sendCode(world, notify),
      showCard: show(world, showCard(world, notify)),
      startMessages: startMessages(world),
      stopMessages: stopMessages(world),
      subscribe: subscribe(world),
      tellProgress: tellProgress(world),
      voidBallot: voidBallot(world, handedInLast(world)),
      writeInquiry: writeInquiry(world, notify),
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
function show(world: World, showOne: ReturnType<typeof showCard>) {
  return async (input: { card: string; link: boolean }, turn: Turn) => {
    const shown = await showOne(input, turn);
    if (!('refused' in shown)) turn.shown = { resident: shown.resident, card: cardHmac(world.vault, turn.community, input.card) };
    return shown;
  };
}

/** A ballot counts once under its turn's key. Only a ballot that depends on what was said before has to know that this is still valid. */
function cast(world: World, receipt: ReturnType<typeof receiptBySms>) {
  const castOne = castBallot(world);
  return async (input: { picks: readonly number[] }, turn: Turn) => {
    if (!turn.alongside) await turn.hold();
    const cast = await castOne(input, turn);
    turn.cast = 'receipt' in cast;
    await receipt(cast, turn);
    return cast;
  };
}

/** For somebody who asked to be deleted: their conversations are deleted a day after their last turn, the messages sent to them at once. */
export function forgetContacts({ vault }: Pick<World, 'vault'>): (community: string, contacts: readonly ContactPoint[]) => Promise<void> {
  return async (community, contacts) => {
    const to = contacts.flatMap(everyChannel);
    if (to.length === 0) return;
    const ours = await collection(Community).findOne({ _id: community }, { projection: { phone: 1 } });
    await forgetConversations(to.map((contact) => conversationId(vault, { ...contact, to: ours?.phone ?? '' })));
    const at = contacts.map((contact) => addressHmac(vault, { community, ...contact }));
    await forgetCallBacksTo(at);
    await forgetMessagesTo(at);
  };
}
