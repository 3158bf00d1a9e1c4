import { CodedError } from '../../store/codedError.ts';
import type { World } from '../../store/world.ts';
import { type Actor, mayDo, type Right } from './actor.ts';

/** Who reads, and of which community (its slug). */
export interface Reading {
  readonly world: World;
  readonly community: string;
  readonly actor: Actor;
}

/** Something of a community that its staff read, as one value: its name, who may read it, and the one way in which it is read. */
export interface View<Asked extends readonly unknown[], Result> extends Right {
  /** Throws `not-allowed` if the actor may not read it in this community. */
  readonly check: (reading: Reading) => void;
  /** Rejects with `not-allowed` as `check`. */
  readonly read: (reading: Reading, ...asked: Asked) => Promise<Result>;
}

/** `query` gives what belongs to this community alone, whatever is asked for. */
export function view<Asked extends readonly unknown[], Result>({
  query,
  ...right
}: Right & { readonly query: (reading: Reading, ...asked: Asked) => Result | Promise<Result> }): View<Asked, Result> {
  return { ...right, check, read };

  function check({ actor, community }: Reading): void {
    if (!mayDo(actor, right, community)) throw new CodedError('not-allowed', 'You may not read this in this community; ask one of its cadres.');
  }

  async function read(reading: Reading, ...asked: Asked): Promise<Result> {
    check(reading);
    return query(reading, ...asked);
  }
}

/** What only some readers of a view see in it, such as names: the view's query leaves it out for the others. */
export interface Sight extends Right {
  readonly isSight: true;
}

export const sight = (right: Right): Sight => ({ ...right, isSight: true });
