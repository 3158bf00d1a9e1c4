import { CodedError } from '../../store/codedError.ts';
import type { Of } from '../../store/records.ts';
import type { World } from '../../store/world.ts';
import { type Actor, AT_TABLE, mayDo } from '../people/index.ts';
import { phonesOfPerson, staffActor, staffRole } from '../staff/index.ts';

/** A person who did something with paper, under whatever role. */
export const hand = {
  /** `staffPhone(…)`: the same person has it in every role; `isAmong` knows whether they have another one. */
  phone: String,
  name: String,
};
export type Hand = Readonly<Of<typeof hand>>;

/** The person who acts. Rejects with `not-allowed` if they have no role any more. */
export async function handOf(world: World, actor: Actor): Promise<Hand> {
  if (actor.kind === 'operator') return onServer(actor.name);
  const found = await staffRole(world, actor.id);
  if (!found) throw new CodedError('not-allowed', 'You have no role here any more; sign in again.');
  return { phone: found.phone, name: actor.name };
}

/** `atTable`: who may work at one. They do not key its slips nor check it, so nobody who is needed for that can be named there. `witness`: hears a ballot read. */
export type Second = 'atTable' | 'witness';

/** Whether somebody of the staff may be named as the second person. */
export function mayBeSecond(actor: Actor, community: string, as: Second): boolean {
  return as === 'atTable' ? mayDo(actor, { may: AT_TABLE }, community) : actor.role !== 'office' && actor.role !== 'implementer';
}

/**
 * The person who acts, and the second one beside them: `other` is the id of a role here (`StaffMember`), of another person; for commands on the server it is a name.
 */
export async function twoHands(
  world: World,
  community: string,
  actor: Actor,
  other: string | undefined,
  as: Second,
): Promise<{ readonly hands: readonly [Hand, Hand] } | { readonly refused: 'noSecond' | 'samePerson' }> {
  if (!other?.trim()) return { refused: 'noSecond' };
  const first = await handOf(world, actor);
  const second = actor.kind === 'operator' ? onServer(other) : await memberHere(world, community, other, as);
  if (!second) return { refused: 'noSecond' };
  return (await isAmong(world, community, first, [second.phone])) ? { refused: 'samePerson' } : { hands: [first, second] };
}

/** Whether a person is one of those who are given by their `Hand.phone`, be that another phone of theirs. */
export async function isAmong(world: World, community: string, { phone }: Hand, hands: readonly string[]): Promise<boolean> {
  return hands.length > 0 && (await phonesOfPerson(world, community, phone)).some((each) => hands.includes(each));
}

async function memberHere(world: World, community: string, id: string, as: Second): Promise<Hand | undefined> {
  const found = await staffRole(world, id);
  const here = found && staffActor(found.member, community);
  return found && here && mayBeSecond(here, community, as) ? { phone: found.phone, name: found.member.name } : undefined;
}

function onServer(name: string): Hand {
  return { phone: `operator ${name}`, name };
}
