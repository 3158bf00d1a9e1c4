import { z } from 'zod';
import { type Actor, type RIGHTS, STAFF_ROLES, type StaffRole } from '../people/index.ts';

/** The roles that may be the second person; `any`: another cadre, or a supervisor. */
export type SecondRole = StaffRole | 'any';

/**
 * When an act needs a second person: while a vote is open; if it changes who votes, or from where, while one is open, or an office on the roster; if it
 * ends or skips a vote; always.
 */
type When = 'voting' | 'voterOrOffice' | 'endingVote' | 'always';

/**
 * The acts that need a second person of those who signed in (docs/contract.md: The console): whom, when, and what is kept until then. Commands on the
 * server do not wait.
 */
export const WAITING_ACTS = {
  /** Only of the roles that a cadre does not give alone (`addStaff`). */
  addStaff: {
    role: 'supervisor',
    when: 'always',
    payload: z.strictObject({ name: z.string(), phone: z.string(), role: z.enum(STAFF_ROLES) }),
  },
  removeStaff: {
    role: 'supervisor',
    when: 'always',
    payload: z.strictObject({ phone: z.string(), role: z.enum(STAFF_ROLES) }),
  },
  makeCards: {
    role: 'supervisor',
    when: 'voting',
    payload: z.strictObject({
      /** The cards by their HMACs: `ended` is the one that the resident has until then. */
      made: z.array(z.strictObject({ _id: z.string(), hmac: z.string(), ended: z.string().optional() })).max(10_000),
      isMissing: z.boolean(),
      building: z.string().optional(),
      reason: z.string(),
    }),
  },
} as const satisfies Partial<Record<keyof typeof RIGHTS, { readonly role: SecondRole; readonly when: When; readonly payload: z.ZodType }>>;

export type WaitingAct = keyof typeof WAITING_ACTS;

/** What an act's function is called with in the end, as JSON keeps it. */
export type Payload<Act extends WaitingAct> = z.output<(typeof WAITING_ACTS)[Act]['payload']>;

/** Whether the actor needs a second person for an act. `now`: what holds at this moment, so far as it matters for the act. */
export function needsSecond(actor: Actor, act: WaitingAct, now: Exclude<When, 'always'> | undefined): boolean {
  const { when } = WAITING_ACTS[act];
  return isAlone(actor, act) && (when === 'always' || when === now);
}

/** Whether somebody who signed in does an act, by its name, without a second person having confirmed it. */
export function isAlone(actor: Actor, act: string): boolean {
  return actor.kind === 'staff' && actor.confirmed?.act !== act;
}

/** The function of an act that waits. It is called with what waited, in the name of the first person. If its result has `refused`, it did nothing. */
export type Run = (payload: unknown, community: string, actor: Actor) => Promise<object>;

/** The function of an act that waits, by the name under which it does. The caller passes it in, because some belong to rooms that use this one. */
export type Runs = (act: string) => Run | undefined;

/** An act's function that checks what waited before it is called. */
export function runOf<Kept>(payload: z.ZodType<Kept>, run: (kept: Kept, community: string, actor: Actor) => Promise<object>): Run {
  return (kept, community, actor) => run(payload.parse(kept), community, actor);
}
