import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';

/** Two digits to be repeated by who reads this phone: the same each time for one turn, and nobody can guess them. */
export function twoDigits({ vault }: World): (input: unknown, act: Pick<Act, 'key'>) => Promise<{ digits: string }> {
  return async (_, { key }) => {
    const drawn = Buffer.from(vault.hmac('twoDigits', key), 'base64url').readUInt32BE();
    return { digits: String(drawn % 100).padStart(2, '0') };
  };
}
