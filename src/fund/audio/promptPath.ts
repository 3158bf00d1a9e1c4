import type { World } from '../../store/world.ts';

/** Characters of the mark: 96 bits. */
const MARK = 16;

/** The address of a recorded prompt, from `/` on, by the hex SHA-256 of its sound. It bears a mark that follows from SECRET: an address that is not made here can be told without a look-up. */
export function promptPath({ vault }: World): (hash: string) => string {
  return (hash) => `/audio/${hash}-${vault.hmac('promptPath', hash).slice(0, MARK)}.mp3`;
}
