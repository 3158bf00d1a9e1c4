import { writeFile } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import { flows } from '../flows/index.ts';
import { isOffered, neededPrompts } from '../src/channels/voice/prompts/neededPrompts.ts';
import { phrasesOf, promptBook } from '../src/channels/voice/prompts/promptBook.ts';
import { voiceLists } from '../src/channels/voice/speech.ts';
import { loadCatalogue } from '../src/dialog/loadCatalogue.ts';
import { wordsFor } from '../src/dialog/wording.ts';
import { LANGUAGES } from '../src/fund/communities/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import { commandOf, does } from './support/command.ts';
import { note, printLine } from './support/print.ts';
import { wanted, wantedCommunity } from './support/wanted.ts';
import { withStore } from './support/withStore.ts';

export const command = commandOf(
  'prompts',
  'Writes what a speaker has to record for the community’s phone line: key,text,where,recorded. Each line is a file audio/LANGUAGE/KEY.mp3 in the community’s folder, imported with the rest. Says which languages are whole.',
)
  .argument('<SLUG>')
  .requiredOption('--out <FILE.csv>', 'where to')
  .option('--language <LANGUAGE>', `one of ${LANGUAGES.join(', ')}; the community’s where absent`)
  .action(does((slug, { out, language }) => prompts(slug, wanted(out, '--out'), language)));

function prompts(slug: string, out: string, asked: string | undefined): Promise<void> {
  const chosen = LANGUAGES.find((language) => language === asked);
  if (asked !== undefined && !chosen) throw new CodedError('usage', `--language must be one of ${LANGUAGES.join(', ')}.`);
  return withStore(async ({ world }) => {
    const community = await wantedCommunity(slug);
    const catalogue = await loadCatalogue();
    const phrases = phrasesOf(catalogue, flows);
    const book = await promptBook(world)(community._id);
    const language = chosen ?? community.language;
    const words = wordsFor(world, catalogue)('voice', language, community, voiceLists(language));
    const rows = neededPrompts(phrases, language, book.cycle, words).map(({ key, text, where }) => [
      key,
      text,
      where,
      book.has(language, key) ? 'yes' : 'no',
    ]);
    await writeFile(out, stringify([['key', 'text', 'where', 'recorded'], ...rows]));
    note(`${rows.length} lines for ${language} in ${out}.`);
    for (const language of LANGUAGES) {
      const needed = neededPrompts(phrases, language, book.cycle);
      const recorded = needed.filter(({ key }) => book.has(language, key)).length;
      const isWhole = recorded === needed.length;
      const offered =
        language === 'zh-CN-sichuan' ? `; ${isOffered(phrases, needed, (key) => book.has(language, key)) ? '' : 'not '}offered on the phone` : '';
      printLine(`${language}: ${recorded} of ${needed.length} recorded${isWhole ? ', whole' : ''}${offered}`);
    }
  });
}
