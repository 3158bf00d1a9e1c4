import { writeFile } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import { written } from '../src/app/templated.ts';
import type { Slotted } from '../src/channels/sms/slots.ts';
import type { CommunityRecord } from '../src/fund/communities/index.ts';
import { textsOf, whyNot } from './flows/allTexts.ts';
import { commandOf, does } from './support/command.ts';
import { note, printLine } from './support/print.ts';
import { wantedOrOnly } from './support/wanted.ts';
import { withStore } from './support/withStore.ts';

export const command = commandOf(
  'templates',
  'For a carrier of SMS that takes only approved templates (docs/carriers.md). The texts come from a walk through all conversations. SLUG: needed where there are several communities.',
);

command
  .command('export')
  .description(
    'writes what has to be handed in: each text that is started or replied with, by its key and variant, its wording, the longest example of each slot, and whether it fits. Somebody’s own words fit where they are short',
  )
  .argument('[SLUG]')
  .option('--out <FILE.csv>', 'where to; without it to standard output')
  .action(does((slug, { out }) => withTexts(slug, (_, texts) => exported(out, texts))));

command
  .command('check')
  .description('names each text that templates.yaml has no template for, or one with other slots; then exit 1')
  .argument('[SLUG]')
  .action(does((slug) => withTexts(slug, check)));

function withTexts(
  slug: string | undefined,
  work: (community: CommunityRecord, texts: readonly Slotted[]) => number | Promise<number>,
): Promise<number> {
  return withStore(async ({ world }) => {
    const community = await wantedOrOnly(slug);
    return work(community, await textsOf(world, community));
  });
}

async function exported(out: string | undefined, texts: readonly Slotted[]): Promise<number> {
  const rows = texts.map(({ text, variant = '', wording, slots }) => [
    text,
    variant,
    /^notice\.(code|signInCode|cadreCode)$/.test(text) ? '验证码' : '通知',
    wording,
    [...slots].map(([name, value]) => `${name}=${value}`).join('; '),
    whyNot({ wording, slots }) ?? 'yes',
  ]);
  const file = stringify([['text', 'variant', 'kind', 'wording', 'slots', 'fits'], ...rows]);
  if (out === undefined) process.stdout.write(file);
  else await writeFile(out, file);
  const not = texts.filter((text) => whyNot(text)).length;
  note(`${texts.length} texts${out === undefined ? '' : ` in ${out}`}; ${texts.length - not} fit, ${not} go over the next channel.`);
  return 0;
}

function check({ smsTemplates = [], language }: CommunityRecord, texts: readonly Slotted[]): number {
  const missing = texts.filter(({ text, variant, slots }) => {
    const found = smsTemplates.find((one) => one.text === text && one.variant === variant && one.language === written(language));
    return !found || found.slots.length !== slots.size || !found.slots.every((name) => slots.has(name));
  });
  for (const text of missing) printLine([text.text, text.variant, whyNot(text)].filter((part) => part !== undefined).join('\t'));
  note(`${missing.length} of ${texts.length} texts have no template.`);
  return missing.length > 0 ? 1 : 0;
}
