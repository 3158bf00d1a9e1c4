import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { type Actor, DAILY_WORK, mayDo } from '../people/index.ts';
import { beginSession, kioskSession, StaffSession, type TabletTurn } from './session.ts';
import { staffActor } from './staff.ts';

/** Opening a hall's tablet. */
export const OPENING_TABLET = { name: 'kiosk.open', may: DAILY_WORK } as const;

/**
 * Makes a device on which somebody is signed in a hall's tablet, in the act's transaction. Their own session on it ends; the tablet's goes on until somebody
 * ends it, or as long as any session. Gives the tablet's token.
 */
export async function beginTablet(
  world: World,
  {
    community,
    phone,
    own,
    device,
  }: { readonly community: string; readonly phone: string /** Their session. */; readonly own: string; readonly device: string },
  session: mongo.ClientSession,
): Promise<string> {
  const token = await beginSession(world, phone, device, { community, session });
  await collection(StaffSession).deleteOne({ _id: own, phone }, { session });
  return token;
}

/** A hall's tablet that is open. */
export interface Tablet extends TabletTurn {
  readonly community: string;
  /** The session's id. */
  readonly tablet: string;
  /** `staffPhone(…)` of the person who opened it. */
  readonly phone: string;
  /** That person, in the role in which they opened it. */
  readonly opener: Actor;
}

/** The tablet of a community with a token; null if it was ended, or who opened it may not do so any more. */
export async function openTablet(world: World, community: string, token: string): Promise<Tablet | null> {
  const found = await kioskSession(world, token, community);
  const opener = found?.roles.flatMap((role) => staffActor(role, community) ?? []).find((actor) => mayDo(actor, OPENING_TABLET, community));
  return found && opener ? { community, opener, tablet: found.session, phone: found.phone, turn: found.turn, stage: found.stage } : null;
}

/** Goes on at a tablet, unless it has gone on otherwise meanwhile: then what it shows is old, and nothing happens. */
export async function moveTablet({ tablet, turn, stage }: Tablet, to: TabletTurn): Promise<void> {
  await collection(StaffSession).updateOne({ _id: tablet, turn, stage }, { $set: { turn: to.turn, stage: to.stage } });
}
