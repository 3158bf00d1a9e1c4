import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { stringify } from 'csv-stringify/sync';
import { flows } from '../flows/index.ts';
import { isOffered, neededPrompts } from '../src/channels/voice/prompts/neededPrompts.ts';
import { phrasesOf, promptBook } from '../src/channels/voice/prompts/promptBook.ts';
import { voiceLists } from '../src/channels/voice/speech.ts';
import { loadCatalogue } from '../src/dialog/loadCatalogue.ts';
import { wordsFor } from '../src/dialog/wording.ts';
import { LANGUAGES } from '../src/fund/communities/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import { command } from './support/command.ts';
import { note, printLine } from './support/print.ts';
import { wanted, wantedCommunity } from './support/wanted.ts';
import { withStore } from './support/withStore.ts';

const USAGE = `npm run prompts -- SLUG --out FILE.csv [--language LANGUAGE]
Writes what a speaker has to record for the community's phone line: key,text,where,recorded. Each line is a file audio/LANGUAGE/KEY.mp3 in the community's
folder, imported with the rest. --language: one of ${LANGUAGES.join(', ')}; the community's where absent. Says which languages are whole.`;

await command(USAGE, async () => {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { out: { type: 'string' }, language: { type: 'string' } } });
  const [slug, ...rest] = positionals;
  if (rest.length > 0) throw new CodedError('usage', 'There are too many words.');
  const [named, out] = [wanted(slug, 'SLUG'), wanted(values.out, '--out')];
  const chosen = LANGUAGES.find((language) => language === values.language);
  if (values.language !== undefined && !chosen) throw new CodedError('usage', `--language must be one of ${LANGUAGES.join(', ')}.`);
  return withStore(async ({ world }) => {
    const community = await wantedCommunity(named);
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
    return 0;
  });
});
