import { Option } from '@commander-js/extra-typings';
import { loadVocabulary } from '../src/dialog/loadCatalogue.ts';
import type { IntentBook } from '../src/dialog/understand/intentBook.ts';
import { inbox } from '../src/fund/inquiries/index.ts';
import { type Missed, OWN, readMeant, readMisses, UNCLEAR, withoutNames, withoutNumbers } from '../src/fund/misses/index.ts';
import { maskNumbers } from '../src/store/text.ts';
import type { World } from '../src/store/world.ts';
import { commandOf, does, JSON_HELP } from './support/command.ts';
import { alikeAmong, groupedByLikeness, type MissGroup } from './support/groupedByLikeness.ts';
import { note, printed, printLine } from './support/print.ts';
import { wantedCommunity } from './support/wanted.ts';
import { withStore } from './support/withStore.ts';

/** The most wordings that are taken over for one answer, and what fits (docs/contract.md: Files). */
const MOST_WORDINGS = 5;
const LONGEST_WORDING = 60;
const ONE_MESSAGE = 70;

export const command = commandOf(
  'misses',
  'What residents wrote in the last thirty days and was not understood, grouped by likeness, what is most likely meant for others last: how often, the kind of question that is nearest and how like it is (1 the same), the texts. Nothing says who wrote; numbers and the names on the roster are masked. A wording that belongs to a kind goes into locales/LANGUAGE/intents.yaml, one of the community’s own into "about.answers" of its community.yaml.',
)
  .argument('<SLUG>')
  .addOption(
    new Option(
      '--answers',
      'the questions in the inbox that were answered, as a block "about" to be read through and put into community.yaml',
    ).conflicts('json'),
  )
  .addOption(
    new Option(
      '--accepted',
      'what somebody in the console said was meant, as messages that npm run learn reads: to be read through and put into a file test/dialog/understand/utterances-SLUG.yaml',
    ).conflicts(['json', 'answers']),
  )
  .option('--json', JSON_HELP)
  .action(
    does((community, { answers: asAnswers, accepted: asAccepted, json = false }) =>
      withStore(async ({ world }) => {
        await wantedCommunity(community);
        if (asAccepted) return accepted(await readMeant(world, community));
        const masked = await withoutNames(world, community);
        const missed = (await readMisses(world, community)).map(({ text, count }) => ({ text: masked(text), count }));
        if (asAnswers) return answers(world, community, missed, masked);
        printed(groupedByLikeness(missed, loadVocabulary()), json, line);
      }),
    ),
  );

function line({ count, nearest, texts }: MissGroup): readonly (string | number)[] {
  return [count, nearest ? `${nearest.kind} ${nearest.likeness}` : '-', texts.map(({ text }) => text).join(' | ')];
}

async function answers(world: World, community: string, missed: readonly Missed[], masked: (text: string) => string): Promise<number> {
  const answered = (await inbox(world, community, true)).flatMap(({ kind, text, answer }) => {
    const asks = kind === 'question' ? withoutNumbers(text) : undefined;
    return asks !== undefined && answer ? [{ asks: masked(asks), says: masked(maskNumbers(answer.text)) }] : [];
  });
  if (answered.length === 0) note('No question has been answered yet.');
  else printLine(answersBlock(answered, missed, loadVocabulary().book));
  return 0;
}

/** What was meant, a message a line as the sets of `npm run learn` have it. What asks for one of the community's own answers stands behind `#`: it is a wording of that. */
function accepted(meant: Awaited<ReturnType<typeof readMeant>>): number {
  const said = meant.flatMap(({ text, kind, asks }) => {
    if (kind === UNCLEAR) return [];
    if (kind === OWN) return [`# ${quoted(text)} asks ${quoted(asks ?? '')}`];
    return [`- {asked: nothing, text: ${quoted(text)}, means: ${quoted(kind === 'others' ? 'nothing' : `ask ${kind}`)}}`];
  });
  if (said.length === 0) note('Nothing was said yet of what was meant.');
  for (const each of said) printLine(each);
  return 0;
}

/** A question as it was asked, and its answer; numbers and names are masked. */
interface Answered {
  readonly asks: string;
  readonly says: string;
}

/**
 * Answered questions as the block `about` of a `community.yaml`. What was not understood and is like a question is a further wording of it. What is
 * still missing, or too long, stands behind `#`.
 */
function answersBlock(answered: readonly Answered[], missed: readonly { readonly text: string }[], book: IntentBook): string {
  const alike = alikeAmong([...answered.map(({ asks }) => asks), ...missed.map(({ text }) => text)], book);
  const given = new Set<string>();
  const lines = answered.flatMap(({ asks, says }) => {
    const ofOthers = new Set(answered.filter((one) => one.says !== says).map((one) => one.asks));
    const wordings = [...new Set([asks, ...alike(asks)])]
      .filter((wording) => !ofOthers.has(wording))
      .filter((wording) => !given.has(wording) && [...wording].length <= LONGEST_WORDING)
      .slice(0, MOST_WORDINGS);
    for (const wording of wordings) given.add(wording);
    if (wordings.length === 0) return [];
    const length = [...says].length;
    return [
      `    - asks: [${wordings.map(quoted).join(', ')}]${wordings.length < 2 ? ' # one more wording is needed' : ''}`,
      `      says: ${quoted(says)}${length > ONE_MESSAGE ? ` # ${length} characters: ${ONE_MESSAGE} fit into one message` : ''}`,
    ];
  });
  return ['about:', '  # Read it through: what is one person’s own business does not belong here.', '  answers:', ...lines].join('\n');
}

/** A text between quotation marks, as YAML and JSON both read it. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
