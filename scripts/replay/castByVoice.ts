import { call } from '../../src/demo/carriers/asCaller.ts';
import type { HeardPrompt } from '../../src/demo/carriers/followTwiml.ts';
import { CodedError } from '../../src/store/codedError.ts';
import type { ReplayBallot, ReplayLine } from './cast.ts';

/** A call by a voter who knows the numbers; who hears that nothing was recorded calls again, once. */
export async function castByVoice(line: ReplayLine, ballot: ReplayBallot): Promise<void> {
  const first = await heardIn(line, ballot);
  const said = first.some(isApology) ? await heardIn(line, ballot) : first;
  if (!said.some(isReceipt))
    throw new CodedError('not-cast', `A ballot of the file (${ballot.picks.join(' ')}) was not taken: ${said.map(({ text }) => text).join(' ')}`);
}

/** What is heard in a call: 1 to vote, 1 to enter numbers, each with `#`, and `#` alone if more could follow. */
async function heardIn(line: ReplayLine, { from, to, picks }: ReplayBallot): Promise<HeardPrompt[]> {
  const phone = await call(line, { from, to });
  await phone.press('1');
  await phone.press('1');
  for (const pick of picks) await phone.press(`${pick}#`);
  let said = await phone.hear();
  if (!said.some(isReceipt)) {
    await phone.press('#');
    said = [...said, ...(await phone.hear())];
  }
  await phone.hangUp();
  return said;
}

function isApology({ text }: HeardPrompt): boolean {
  return text.includes('这次没有记');
}

function isReceipt({ text }: HeardPrompt): boolean {
  return text.includes('凭证');
}
