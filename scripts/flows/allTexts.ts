import { join } from 'node:path';
import { flows } from '../../flows/index.ts';
import { slottedIn, written } from '../../src/app/templated.ts';
import { fitsSlot, type Slotted } from '../../src/channels/sms/slots.ts';
import { loadCatalogue, readResources } from '../../src/dialog/loadCatalogue.ts';
import type { Option, Param, Reply, Statement } from '../../src/dialog/question.ts';
import type { CommunityRecord } from '../../src/fund/communities/index.ts';
import { currentCycle } from '../../src/fund/cycles/index.ts';
import { root } from '../../src/store/files.ts';
import type { World } from '../../src/store/world.ts';
import { CONTEXT, flat, walk } from './lintFlows.ts';
import { ballotOf, CHINESE, CLOSES, ENGLISH, type Names } from './samples.ts';

/** Every text by its key and variant, in the community's language or another, each with the longest that fills it. */
export async function textsOf(world: World, community: CommunityRecord, language = community.language): Promise<Slotted[]> {
  const catalogue = await loadCatalogue();
  const names = written(language) === 'en' ? ENGLISH : CHINESE;
  const cycle = await currentCycle(world)(community._id, world.now());
  const most = { picks: cycle?.choices.max ?? 3, others: Math.min(cycle?.projects.length ?? 10, 10) };
  const texts = new Map<string, Slotted>();
  for (const reply of repliesOf(names).flatMap((reply) => sizesOf(reply, most))) {
    const told = { said: { key: '', reply }, language, isFirst: false };
    const text = slottedIn(world, catalogue, community, told);
    const name = [text.text, text.variant].join('|');
    const before = texts.get(name);
    if (text.text !== '' && (!before || longest(text) > longest(before))) texts.set(name, text);
  }
  return [...texts.values()].toSorted((one, other) => one.text.localeCompare(other.text));
}

function longest({ slots }: Slotted): number {
  return Math.max(0, ...[...slots.values()].map((value) => value.length));
}

/** What the flows reply, a receipt also to somebody new, and what is said besides. */
function repliesOf(names: Names): Reply[] {
  const replies = Object.keys(flows).flatMap((flow) => walk(flows, flow, names).replies);
  const again = replies.flatMap(({ asks }) =>
    asks ? ['Missed', 'MissedAgain'].map((suffix) => ({ says: [{ ...asks, key: asks.key + suffix }] })) : [],
  );
  const receipts = replies.filter(({ says, asks }) => !asks && says.length === 1 && says[0]?.key === 'vote.receipt');
  const first = receipts.map((reply) => ({ ...reply, adds: [{ key: 'common.first' }] }));
  return [...replies, ...again, ...first, ...besides(names).map((said) => ({ says: [said] }))];
}

/** The texts of the dialog and the outbox besides those of the flows. */
function besides(names: Names): Statement[] {
  const { text } = names;
  const head = `12345:${'a'.repeat(64)}`;
  const params: Record<string, Param> = {
    ...{ shown: ballotOf(1, names), picks: ballotOf(3, names), receipt: '4820917735', closesAt: CLOSES, digits: '204816', head, log: head },
    ...{ reason: text, answer: text, text, words: text, name: names.name, phone: '+8613800000001' },
    ...{
      number: 120,
      into: 120,
      project: 12,
      request: 120,
      feasible: 120,
      recommended: 120,
      deferred: 120,
      not: 120,
      count: 120,
      at: CLOSES,
      due: CLOSES,
      until: CLOSES,
      opensAt: CLOSES,
      from: CLOSES,
    },
  };
  const keys = [...flat(readResources(join(root, 'locales'))['zh-CN'] ?? {}).keys()];
  return keys.filter((key) => /^(common|notice)\./.test(key) && key !== 'common.separator' && !CONTEXT.test(key)).map((key) => ({ key, params }));
}

/** The reply with a list of each size that it may have. */
function sizesOf(reply: Reply, most: { readonly picks: number; readonly others: number }): Reply[] {
  const lists = [...reply.says, ...(reply.asks ? [reply.asks] : [])].flatMap(({ params = {} }) =>
    Object.entries(params).filter(([, value]) => isList(value)),
  );
  const [list, another] = lists;
  if (!list || another) return [reply];
  const [name, items] = list;
  if (!isList(items)) return [reply];
  const sizes = Array.from({ length: name === 'picks' ? most.picks : most.others }, (_, index) => index + 1);
  return sizes.map((size) => {
    const some = Array.from({ length: size }, (_, index) => ({ label: '', ...items[index % items.length], number: index + 1 }));
    const withSome = <Said extends Statement>(said: Said): Said =>
      said.params && name in said.params ? { ...said, params: { ...said.params, [name]: some } } : said;
    return { ...reply, says: reply.says.map(withSome), ...(reply.asks && { asks: withSome(reply.asks) }) };
  });
}

function isList(value: Param): value is readonly Option[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'object');
}

/** Why a text cannot go out by a template with the longest that fills it; undefined if it can. */
export function whyNot({ wording, slots }: Pick<Slotted, 'wording' | 'slots'>): string | undefined {
  const long = [...slots].filter(([, value]) => value !== '' && !fitsSlot(value)).map(([name]) => name);
  if (long.length > 0) return `too long: ${long.join(', ')}`;
  if (wording.replace(/\$\{\w+\}/g, '').trim() === '') return 'variables only';
  return /[【】]/.test(wording) ? '【】' : undefined;
}
