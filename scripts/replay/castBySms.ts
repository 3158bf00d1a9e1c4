import { asCarrier } from '../../src/demo/carriers/signedLine.ts';
import { CodedError } from '../../src/store/codedError.ts';
import type { ReplayBallot, ReplayLine } from './cast.ts';

/** Texts `投 3 7` from the voter's own phone. */
export async function castBySms(line: ReplayLine, { from, to, picks }: ReplayBallot): Promise<void> {
  const answer = await asCarrier(line, { from, to, body: `投 ${picks.join(' ')}` });
  if (!answer || !/\d{3} \d{3} \d{4}/.test(answer))
    throw new CodedError('not-cast', `A ballot of the file (${picks.join(' ')}) was not taken: ${answer ?? 'no answer'}`);
}
