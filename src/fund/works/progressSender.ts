import { CHANNELS } from '../../contacts/channel.ts';
import type { CommunityContact } from '../../contacts/contact.ts';
import type { World } from '../../store/world.ts';
import { type Actor, holdersOf, personOf, writingCadre } from '../people/index.ts';
import { actorsAt, actorsInChat, isTiedTo } from '../staff/index.ts';

/** A cadre or implementer as whom somebody writes. */
export interface ProgressSender {
  readonly actor: Actor;
  /** The chat is tied to their phone by digits. A phone's number may be forged, and whose chat it is may hang on a phone that the roster gives. */
  readonly isProved: boolean;
  /** The phone (E.164) to which digits can go that prove it; absent if none is known. */
  readonly phone?: string;
  /** Of a cadre on the roster. */
  readonly resident?: string;
  readonly language?: string;
}

/** The cadre or implementer whose phone or chat this is, as the roster and the staff have it now; null if it is nobody's. */
export async function progressSender(world: World, from: CommunityContact): Promise<ProgressSender | null> {
  const isChat = CHANNELS[from.channel].isSenderProved;
  const cadre = await writingCadre(world, from);
  if (cadre) {
    const isProved = isChat && cadre.phone !== undefined && (await isTiedTo(world, cadre.phone, from));
    return { ...cadre, isProved, resident: cadre.actor.id };
  }
  const tied = isChat ? whoTells(await actorsInChat(world, from)) : undefined;
  if (tied) return { actor: tied, isProved: true };
  const phone = await phoneAt(world, from);
  const actor = phone === undefined ? undefined : whoTells(await actorsAt(world, from.community, phone));
  return actor && phone !== undefined ? { actor, isProved: false, phone } : null;
}

function whoTells(actors: readonly Actor[]): Actor | undefined {
  return actors.find(({ role }) => role === 'cadre') ?? actors.find(({ role }) => role === 'implementer');
}

/** The sender's phone: the one that wrote, or that of the only resident whose chat it is. */
async function phoneAt(world: World, from: CommunityContact): Promise<string | undefined> {
  const holders = holdersOf(world);
  if (CHANNELS[from.channel].isPhone) return from.address;
  const [holder, another] = (await holders(from)).holders;
  return holder && !another ? personOf(world.vault, { _id: holder.resident, person: holder.person }).phone : undefined;
}
