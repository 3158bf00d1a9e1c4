import type { i18n } from 'i18next';
import type { ListStyle } from './dialog/manner.ts';
import { type Words, wording } from './dialog/wording.ts';
import type { Channel } from './fund/act.ts';
import type { CommunityRecord } from './fund/records/community.ts';
import type { World } from './store/world.ts';

/** Words of the catalogue for one channel and language, with what a community's texts may name. */
export function wordsFor(
  world: World,
  catalogue: i18n,
): (channel: Channel, language: string, community: CommunityRecord | null | undefined, lists: ListStyle) => Words {
  return (channel, language, community, lists) =>
    wording(catalogue, {
      language,
      channel,
      lists,
      zone: community?.timezone ?? 'Asia/Shanghai',
      at: world.now(),
      ...(community && { defaults: { community: community.name, personName: community.person.name, personPhone: community.person.phone } }),
    });
}
