import { whyRefused } from '../../scripts/fakes/aliyun.ts';
import type { CommunityRecord, SmsTemplate } from '../../src/fund/communities/community.ts';
import type { World } from '../../src/store/world.ts';
import { textsOf, whyNot } from '../flows/allTexts.ts';

export type Approved = SmsTemplate & { readonly wording: string };

/** A template for every text that one can be approved for, in both languages, with the catalogue's own wording. */
export async function allTemplates(world: World, community: CommunityRecord): Promise<readonly Approved[]> {
  const key = [community._id, community.name, community.person.name].join('|');
  const before = made.get(key);
  if (before) return before;
  const all: Approved[] = [];
  for (const language of ['zh-CN', 'en'] as const)
    for (const slotted of await textsOf(world, community, language)) {
      if (whyNot(slotted) || whyRefused(slotted.wording)) continue;
      const { text, variant, wording, slots } = slotted;
      all.push({ text, ...(variant && { variant }), language, code: `SMS_${all.length + 1}`, slots: [...slots.keys()], wording });
    }
  made.set(key, all);
  return all;
}

const made = new Map<string, readonly Approved[]>();
