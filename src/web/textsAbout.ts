import type { i18n } from 'i18next';
import type { CommunityRecord } from '../fund/communities/index.ts';
import type { About } from '../print/index.ts';
import type { World } from '../store/world.ts';
import { type PageLanguage, pageText } from './public/pageText.ts';

/** The language in which a community's documents are, unless another is chosen. */
export function documentLanguage({ language }: CommunityRecord): PageLanguage {
  return language.startsWith('en') ? 'en' : 'zh-CN';
}

/** The words for a document of a community, whether it has a cycle or not. */
export function textsAbout(
  world: World,
  catalogue: i18n,
  community: CommunityRecord,
  language = documentLanguage(community),
): Omit<About, 'cycle' | 'projects'> {
  const now = world.now();
  const chosen = { language, byLink: false };
  return {
    ...{ community, now },
    text: pageText(catalogue, chosen, now, community, 'print'),
    page: pageText(catalogue, chosen, now, community),
  };
}
