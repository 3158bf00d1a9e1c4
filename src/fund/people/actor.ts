import { CodedError } from '../../store/codedError.ts';
import type { ROLES } from './resident.ts';

type Role = (typeof ROLES)[number];

/** A person who changes something of a community. What they did is recorded under `name`. */
export type Actor =
  /** A person with a shell on the server; may act in every community. */
  | { readonly kind: 'operator'; readonly id: string; readonly name: string; readonly role: 'operator' }
  /**
   * A person who signed in (`staff`), or a person on the roster who writes from their phone or chat (`resident`). `community` is the slug of the
   * community in which the role holds.
   */
  | { readonly kind: 'staff' | 'resident'; readonly id: string; readonly name: string; readonly role: Role; readonly community: string };

/** The person who runs a command, under the name that they give. */
export function operator(name: string): Actor {
  return { kind: 'operator', id: 'operator', name, role: 'operator' };
}

type Holder = 'operator' | `${'staff' | 'resident'} ${Role}`;

const DAILY_WORK: readonly Holder[] = ['operator', 'staff cadre'];
const BY_MESSAGE_TOO: readonly Holder[] = [...DAILY_WORK, 'resident cadre'];

/** Who may do what. Every act by which a person changes something for a community is listed here, and calls `checkRight` itself. */
export const RIGHTS = {
  importCommunity: ['operator'],
  moveCycle: DAILY_WORK,
  extendCycle: DAILY_WORK,
  acceptRequest: DAILY_WORK,
  refuseRequest: DAILY_WORK,
  makeCards: DAILY_WORK,
  unlockAddress: DAILY_WORK,
  setProposalState: DAILY_WORK,
  hideProposal: DAILY_WORK,
  releaseProposal: DAILY_WORK,
  writeDown: DAILY_WORK,
  answerInquiry: DAILY_WORK,
  castOnPaper: DAILY_WORK,
  createBroadcast: BY_MESSAGE_TOO,
  resumeBroadcast: DAILY_WORK,
  cancelBroadcast: DAILY_WORK,
  askReminders: BY_MESSAGE_TOO,
} as const satisfies Record<string, readonly Holder[]>;

/** Throws `not-allowed` unless the actor may do this act in the community (given by its slug). */
export function checkRight(actor: Actor, act: keyof typeof RIGHTS, community: string): void {
  const holders: readonly Holder[] = RIGHTS[act];
  const isAllowed =
    actor.kind === 'operator' ? holders.includes('operator') : actor.community === community && holders.includes(`${actor.kind} ${actor.role}`);
  if (!isAllowed) throw new CodedError('not-allowed', 'You may not do this in this community; ask one of its cadres, or whoever runs the service.');
}
