import type { Effort } from './effort.ts';
import { addFresh, fill, SPREAD } from './fill.ts';
import type { Place } from './place.ts';
import { bare, service, withServers } from './processes.ts';
import { request } from './request.ts';
import { type Round, rate, rounds } from './rounds.ts';
import { median, type Row, spread } from './row.ts';
import {
  apart,
  CONVERSATION_STEPS,
  conversation,
  firstVote,
  isAnswered,
  isFirstReceipt,
  isMenu,
  isOfConversation,
  isReceipt,
  menu,
  question,
  spreadVote,
  vote,
} from './spoken.ts';
import { untilFrozen } from './untilFrozen.ts';
import { stepsWork, work } from './work.ts';

const CONNECTIONS = 32;
/** The works that go through the same residents, each through its own. */
const WORKS = 4;
/** So many in each that thirty messages from one, the limit in ten minutes, are more than the fastest service gets in a minute. */
const RESIDENTS = 20_000 * WORKS;
/** More first messages than the fastest server takes in a second. */
const FIRST_A_SECOND = 1_500;

/** Turns a second of the whole service against the bare server, in interleaved rounds on the same database. */
export async function turns({ uri, folder }: Place, effort: Effort): Promise<Row[]> {
  await fill(uri('turns'), RESIDENTS, SPREAD);
  await addFresh(uri('turns'), (effort.rounds + 1) * effort.seconds * FIRST_A_SECOND);
  return withServers(async (started) => {
    const baseline = await started(bare(uri('turns')));
    const ours = await started(service(uri('turns'), folder('turns')));
    await untilFrozen(uri('turns'));
    const works = {
      bare: work(baseline, menu(RESIDENTS), () => true),
      bareFirst: work(baseline, firstVote, () => true),
      dialog: work(ours, apart(menu(RESIDENTS), 0, WORKS), isMenu),
      question: work(ours, apart(question(RESIDENTS), 1, WORKS), isAnswered),
      vote: work(ours, apart(vote(RESIDENTS), 2, WORKS), isReceipt),
      first: work(ours, firstVote, isFirstReceipt),
      spread: work(ours, spreadVote, isReceipt),
      conversation: stepsWork(
        ours,
        CONVERSATION_STEPS,
        (port, index) => apart(conversation(RESIDENTS), 3, WORKS)(index).map((spoken) => request(port, spoken)),
        isOfConversation,
      ),
    };
    const together = await rounds(works, { ...effort, connections: CONNECTIONS });
    const firsts = together.map(({ first, bareFirst }) => ({ first, bare: bareFirst }));
    const { bare: one, dialog, vote: voteAlone } = works;
    const alone = await rounds({ bare: one, dialog, vote: voteAlone }, { rounds: effort.rounds, seconds: effort.seconds / 2, connections: 1 });
    return [
      rate('turns/s, a dialog that records nothing, 32 connections', together, 'dialog', 1, 1.5),
      rate('turns/s, a question without a command, 32 connections', together, 'question', 1),
      rate('turns/s, a conversation of six messages that goes on, 32 connections', together, 'conversation', 1, 1.5),
      rate('turns/s, `投 3 7` into one ledger, 32 connections', together, 'vote', 1),
      rate('turns/s, `投 3 7` as the first message from fresh phones, 32 connections, against the bare server that inserts', firsts, 'first', 1, 1.5),
      rate('turns/s, `投 3 7` spread over 1,000 ledgers, 32 connections', together, 'spread', 1),
      p50('p50 of a turn that records nothing, one connection', alone, 'dialog'),
      p50('p50 of `投 3 7`, one connection', alone, 'vote'),
    ];
  });
}

function p50(work: string, measured: readonly Round<'bare' | 'dialog' | 'vote'>[], name: 'dialog' | 'vote'): Row {
  const ratios = measured.map((round) => round[name].p50 / round.bare.p50);
  const middle = (which: 'bare' | typeof name) => median(measured.map((round) => round[which].p50)).toFixed(2);
  return {
    work,
    result: `× ${spread(ratios)}`,
    reach: '≤ 4 ×',
    reached: median(ratios) <= 4,
    detail: `${middle(name)} ms against ${middle('bare')} ms of the bare server`,
  };
}
