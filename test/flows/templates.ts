import { writeFile } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import { command } from '../../scripts/support/command.ts';
import { note, printLine } from '../../scripts/support/print.ts';
import { verbOf } from '../../scripts/support/verbOf.ts';
import { wantedOrOnly } from '../../scripts/support/wanted.ts';
import { withStore } from '../../scripts/support/withStore.ts';
import { written } from '../../src/app/templated.ts';
import type { Slotted } from '../../src/channels/sms/slots.ts';
import type { CommunityRecord } from '../../src/fund/communities/index.ts';
import { textsOf, whyNot } from './allTexts.ts';

const USAGE = `npm run templates -- export [SLUG] [--out FILE.csv]
npm run templates -- check [SLUG]
For a carrier of SMS that takes only approved templates (docs/carriers.md). export writes what has to be handed in: each text that is started or replied
with, by its key and variant, its wording, the longest example of each slot, and whether it fits. check names each that templates.yaml has no template
for, or one with other slots. Somebody's own words fit where they are short. The texts come from a walk through all conversations. SLUG: needed where there are several communities;
without --out the list goes to standard output. Exit 1 if one is missing.`;

await command(USAGE, async () => {
  const { verb, words, values } = verbOf({ export: [1, 'out'], check: [1] }, { out: { type: 'string' } });
  return withStore(async ({ world }) => {
    const community = await wantedOrOnly(words[0]);
    const texts = await textsOf(world, community);
    return verb === 'check' ? check(community, texts) : exported(values.out, texts);
  });
});

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
