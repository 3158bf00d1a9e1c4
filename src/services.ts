import { receiptBySms } from './channels/voice/receiptBySms.ts';
import type { Services } from './dialog/provided.ts';
import type { Turn } from './dialog/turn.ts';
import { forgetPlaces } from './forgetPlaces.ts';
import { writeLetter } from './fund/inbox/writeLetter.ts';
import { castBallot } from './fund/ledger/castBallot.ts';
import { checkReceipt } from './fund/ledger/checkReceipt.ts';
import { myPicks } from './fund/ledger/myPicks.ts';
import { openBallot } from './fund/ledger/openBallot.ts';
import { voidBallot } from './fund/ledger/voidBallot.ts';
import { readProgress } from './fund/proposals/readProgress.ts';
import { readProjects } from './fund/proposals/readProjects.ts';
import { recordProposal } from './fund/proposals/recordProposal.ts';
import { cardHmac } from './fund/roster/cardHmac.ts';
import { checkCadre } from './fund/roster/checkCadre.ts';
import { checkCode } from './fund/roster/checkCode.ts';
import { leave } from './fund/roster/leave.ts';
import { moveChat } from './fund/roster/moveChat.ts';
import { askDigits, checkDigits } from './fund/roster/proof.ts';
import { proveCadre } from './fund/roster/proveCadre.ts';
import { requestToJoin } from './fund/roster/requestToJoin.ts';
import { sendCode } from './fund/roster/sendCode.ts';
import { showCard } from './fund/roster/showCard.ts';
import { startMessages } from './fund/roster/startMessages.ts';
import { stopMessages } from './fund/roster/stopMessages.ts';
import { subscribe } from './fund/roster/subscribe.ts';
import { cadreBroadcast } from './outreach/broadcasts/cadreBroadcast.ts';
import type { BroadcastMeans } from './outreach/broadcasts/planBroadcast.ts';
import { nudge } from './outreach/calendar/nudge.ts';
import { enqueue } from './outreach/enqueue.ts';
import { readSituation } from './outreach/readSituation.ts';
import type { World } from './store/world.ts';

/** The services that flows name, each given what it needs of the house. */
export function services(world: World, means: BroadcastMeans, speaksSichuan: (community: string) => Promise<boolean>): Services {
  const tell = enqueue(world);
  const broadcast = cadreBroadcast(world, means);
  return {
    castBallot: cast(world, receiptBySms(tell)),
    checkReceipt: checkReceipt(world),
    myPicks: myPicks(world),
    openBallot: openBallot(world),
    readProgress: readProgress(world),
    readProjects: readProjects(world),
    readSituation: readSituation(world),
    spokenDialects: async (_: unknown, { channel, community }: Turn) => ({ sichuan: channel === 'voice' && (await speaksSichuan(community)) }),
    ...held({
      askDigits: askDigits(world, tell),
      checkCadre: checkCadre(world),
      checkCode: checkCode(world),
      checkDigits: checkDigits(world),
      leave: leave(world, forgetPlaces(world)),
      moveChat: moveChat(world),
      nudge: nudge(world),
      planBroadcast: broadcast.plan,
      proveCadre: proveCadre(world, tell),
      recordProposal: recordProposal(world),
      requestToJoin: requestToJoin(world),
      sendBroadcast: broadcast.send,
      sendCode: sendCode(world, tell),
      showCard: show(world, showCard(world, tell)),
      startMessages: startMessages(world),
      stopMessages: stopMessages(world),
      subscribe: subscribe(world),
      voidBallot: voidBallot(world),
      writeLetter: writeLetter(world, tell),
    }),
  };
}

/** These write: each begins once no other turn can go on with the conversation. */
function held(services: Services): Services {
  const holding = (service: Services[string]) => async (input: never, turn: Turn) => {
    await turn.hold();
    return service(input, turn);
  };
  return Object.fromEntries(Object.entries(services).map(([name, service]) => [name, holding(service)]));
}

/** From now on the turn stands and falls with the card. */
function show(world: World, showOne: ReturnType<typeof showCard>) {
  return async (input: { card: string; tie: boolean }, turn: Turn) => {
    const shown = await showOne(input, turn);
    if (!('refused' in shown)) turn.shown = { resident: shown.resident, card: cardHmac(world.vault, turn.community, input.card) };
    return shown;
  };
}

/** A ballot counts once under its turn's key; only one that hangs on what was said before has to know that this still stands. */
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
