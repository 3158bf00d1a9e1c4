import { Option } from '@commander-js/extra-typings';
import { loadVocabulary } from '../src/dialog/loadCatalogue.ts';
import type { IntentBook } from '../src/dialog/understand/intentBook.ts';
import { inbox } from '../src/fund/inquiries/index.ts';
import { type Missed, readMisses, withoutNumbers } from '../src/fund/misses/index.ts';
import { namesOnRoster } from '../src/fund/people/index.ts';
import { staffOf } from '../src/fund/staff/index.ts';
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
  .option('--json', JSON_HELP)
  .action(
    does((community, { answers: asAnswers, json = false }) =>
      withStore(async ({ world }) => {
        await wantedCommunity(community);
        const staff = (await staffOf(world, community)).map(({ name }) => name);
        const withoutNames = masking([...staff, ...(await namesOnRoster(world, community))]);
        const missed = (await readMisses(world, community)).map(({ text, count }) => ({ text: withoutNames(text), count }));
        if (asAnswers) return answers(world, community, missed, withoutNames);
        printed(groupedByLikeness(missed, loadVocabulary()), json, line);
      }),
    ),
  );

function line({ count, nearest, texts }: MissGroup): readonly (string | number)[] {
  return [count, nearest ? `${nearest.kind} ${nearest.likeness}` : '-', texts.map(({ text }) => text).join(' | ')];
}

async function answers(world: World, community: string, missed: readonly Missed[], withoutNames: (text: string) => string): Promise<number> {
  const answered = (await inbox(world, community, true)).flatMap(({ kind, text, answer }) => {
    const asks = kind === 'question' ? withoutNumbers(text) : undefined;
    return asks !== undefined && answer ? [{ asks: withoutNames(asks), says: withoutNames(maskNumbers(answer.text)) }] : [];
  });
  if (answered.length === 0) note('No question has been answered yet.');
  else printLine(answersBlock(answered, missed, loadVocabulary().book));
  return 0;
}

/** Replaces each of the names by as many stars. */
function masking(names: readonly string[]): (text: string) => string {
  const longestFirst = names.toSorted((one, other) => other.length - one.length);
  return (text) => longestFirst.reduce((masked, name) => masked.replaceAll(name, '*'.repeat([...name].length)), text);
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
