import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { config } from '../src/app/config.ts';
import { officialAccounts } from '../src/carriers/wechat/officialAccounts.ts';
import { chatCodes } from '../src/carriers/wechat/posterCode.ts';
import { loadCatalogue } from '../src/dialog/loadCatalogue.ts';
import { carrierAccounts } from '../src/fund/communities/index.ts';
import { currentCycleForReaders, releaseResult } from '../src/fund/cycles/index.ts';
import { type Actor, operator } from '../src/fund/people/index.ts';
import { type CardsWanted, makeCards } from '../src/fund/roster/index.ts';
import { enqueue } from '../src/outreach/outbox/enqueue.ts';
import { cardSheets, DoesNotFit, MissingCharacters, printPdf } from '../src/print/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import type { World } from '../src/store/world.ts';
import { DOCUMENTS, documentLanguage, documents, isForAll, printSlips, textsAbout } from '../src/web/documents.ts';
import { BY, commandOf, does } from './support/command.ts';
import { keepCards } from './support/keepCards.ts';
import { note, printLine } from './support/print.ts';
import { takesOnly } from './support/takesOnly.ts';
import { wanted, wantedCommunity, wantedNumber } from './support/wanted.ts';
import { withStore } from './support/withStore.ts';

const KINDS = [...DOCUMENTS, 'slips', 'cards'] as const;
const BEARS_ADDRESS = ['poster', 'brochure', 'result'];
const LANGUAGES = ['zh-CN', 'en'] as const;
/** The options of every document, and of those that take others than `--cycle`. */
const COMMON_OPTIONS = ['out', 'language', 'all-the-same', 'by'];
const OWN: Partial<Record<(typeof KINDS)[number], readonly string[]>> = {
  result: [],
  minutes: ['meeting', 'cycle'],
  slips: ['count'],
  cards: ['missing', 'new', 'building', 'reason'],
};

export const command = commandOf(
  'print',
  'Documents of the current cycle, or of another one, as PDF: the poster (A3), the brochure (A5), the published list for the notice board, the minutes of the newest meeting of the council or of another, the table’s opening and closing sheets with a page of routine for each role, the year’s report; result: the sheet for the notice board, which is released with it; compare: the slips that the seal drew, to be compared with the box; slips to vote on, each with a serial of its own; cards, eight on a page by building and name, each building with a sheet to sign, made anew: their numbers are nowhere else. Characters that the typeface lacks are told before anything is made or written. Exit 1 if it is not printed.',
)
  .argument('<SLUG>')
  .argument('<KIND>', `one of ${KINDS.join(', ')}`)
  .requiredOption('--out <FILE.pdf>', 'where to')
  .option('--language <LANGUAGE>', `one of ${LANGUAGES.join(', ')}; the community’s where absent`)
  .option('--all-the-same', 'prints 〓 in the place of a character that the typeface lacks')
  .option('--by <NAME>', `${BY}; needed for result, slips and cards`)
  .option('--cycle <ID>', 'another cycle than the current one')
  .option('--meeting <NUMBER>', 'of the minutes')
  .option('--count <COUNT>', 'of slips')
  .option('--missing', 'cards for who has none; so it is without --new and --building, too')
  .option('--new <ID>', 'a new card in the place of ID’s')
  .option('--building <BUILDING>', 'new cards for a whole building')
  .option('--reason <TEXT>', 'why cards are made anew while voting is open')
  .action(does((slug, kind, values, command) => print(slug, kind, values, command)));

interface Given {
  readonly out: string;
  readonly language?: string;
  readonly allTheSame?: true;
  readonly by?: string;
  readonly cycle?: string;
  readonly meeting?: string;
  readonly count?: string;
  readonly missing?: true;
  readonly new?: string;
  readonly building?: string;
  readonly reason?: string;
}

async function print(slug: string, named: string, values: Given, given: CommandUnknownOpts): Promise<number> {
  const kind = KINDS.find((one) => one === named);
  if (!kind) throw new CodedError('usage', `Say one of ${KINDS.join(', ')}.`);
  takesOnly(kind, [...COMMON_OPTIONS, ...(OWN[kind] ?? ['cycle'])], given);
  const [community, out] = [wanted(slug, 'SLUG'), wanted(values.out, '--out')];
  const chosen = LANGUAGES.find((one) => one === values.language);
  if (values.language !== undefined && !chosen) throw new CodedError('usage', `--language must be one of ${LANGUAGES.join(', ')}.`);
  const how: How = { slug: community, out, language: chosen, allTheSame: values.allTheSame ?? false };
  if (kind === 'cards') {
    const [actor, whose] = [operator(wanted(values.by, '--by')), whoseCards(values)];
    return withStore(({ world }) => told(() => cards(world, how, whose, actor, values.reason)));
  }
  if (kind === 'slips') {
    const [actor, count] = [operator(wanted(values.by, '--by')), wantedNumber(values.count, '--count')];
    return withStore(({ world }) => told(() => slips(world, how, count, actor)));
  }
  const releases = kind === 'result' ? operator(wanted(values.by, '--by')) : undefined;
  const meeting = values.meeting === undefined ? undefined : wantedNumber(values.meeting, '--meeting');
  return withStore(({ world }) =>
    told(async () => {
      const { record, speech } = await about(how);
      if (releases) await release(world, record._id, releases);
      const { publicUrl, wechat } = config();
      const { chatCode } = chatCodes(world, officialAccounts(world, wechat, await carrierAccounts(world)));
      const parts = { catalogue: await loadCatalogue(), publicUrl, chatCode };
      await writeFile(
        out,
        await printPdf(await documents(world, parts, kind, record, speech, operator('print'), { meeting, cycle: values.cycle }), how.allTheSame),
      );
      printLine(`${out} holds the ${kind}.`);
      if (BEARS_ADDRESS.some((one) => one === kind) && !isForAll(publicUrl))
        note(
          `The ${kind} bears no web address and no code that leads there: PUBLIC_URL is not set to one that others can open. Set it and print again.`,
        );
      return 0;
    }),
  );
}

/** Releases the result, unless that was done before. */
async function release(world: World, community: string, actor: Actor): Promise<void> {
  const cycle = await currentCycleForReaders(world)(community, world.now());
  const asked = { community, at: { cycle: cycle?._id ?? '' }, input: {}, actor };
  const outcome = await releaseResult.perform({ world, notify: enqueue(world) }, asked);
  if (outcome.is !== 'done' && !(outcome.is === 'refused' && outcome.refused === 'already'))
    throw new CodedError('not-sealed', 'There is no result yet: it comes once the vote has closed and its ledger is sealed.');
}

interface How {
  readonly slug: string;
  readonly out: string;
  readonly language: (typeof LANGUAGES)[number] | undefined;
  readonly allTheSame: boolean;
}

async function about({ slug, language }: How) {
  const record = await wantedCommunity(slug);
  return { record, speech: language ?? documentLanguage(record) };
}

function whoseCards(values: Given): CardsWanted {
  const given = [values.missing, values.new !== undefined, values.building !== undefined].filter((one) => one).length;
  if (given > 1) throw new CodedError('usage', 'Say one of --missing, --new ID and --building BUILDING.');
  if (values.new !== undefined) return { id: wanted(values.new, '--new') };
  return values.building === undefined ? 'missing' : { building: wanted(values.building, '--building'), isMissing: false };
}

async function cards(world: World, how: How, whose: CardsWanted, actor: Actor, reason: string | undefined): Promise<number> {
  const { record, speech } = await about(how);
  const made = await makeCards(world, how.slug, whose, actor, { ...(reason !== undefined && { reason: wanted(reason, '--reason') }) });
  if (made.cards.length === 0) {
    note(whose === 'missing' ? 'Everybody on the roster has a card.' : 'There is nobody for whom to make a card.');
    return whose === 'missing' ? 0 : 1;
  }
  const texts = textsAbout(world, await loadCatalogue(), record, speech);
  const content = await printPdf(cardSheets(made.cards, texts), how.allTheSame);
  await keepCards(world, made, { community: how.slug, actor, content, out: how.out });
  printLine(`${made.cards.length} cards are in ${how.out}; print them and destroy the file: their numbers are nowhere else.`);
  return 0;
}

async function slips(world: World, how: How, count: number, actor: Actor): Promise<number> {
  const { record, speech } = await about(how);
  if (existsSync(how.out)) throw new CodedError('file-there', `${how.out} is there already; name another file.`);
  const wanted = { community: record, language: speech, count, allTheSame: how.allTheSame, actor };
  await writeFile(how.out, await printSlips(world, await loadCatalogue(), wanted), { flag: 'wx', mode: 0o600 });
  printLine(`${count} slips are in ${how.out}; each serial stands on one slip: print the file once.`);
  if (!(await currentCycleForReaders(world)(how.slug, world.now()))?.frozen)
    note(
      'The ballot is not frozen yet: if a project, a title, a cost or the number of choices still changes, these slips are refused; print new ones then.',
    );
  return 0;
}

/** Says which text has no room, or which hold characters that the typefaces lack. */
async function told(run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof DoesNotFit) note(`It is: ${error.text}`);
    if (error instanceof MissingCharacters) for (const { character, text } of error.lacking) note(`${character} in: ${text}`);
    throw error;
  }
}
