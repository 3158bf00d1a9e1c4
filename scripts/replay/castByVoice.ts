import { call } from '../../src/demo/carriers/asCaller.ts';
import { CodedError } from '../../src/store/codedError.ts';
import type { ReplayBallot, ReplayLine } from './cast.ts';

/** A call by a voter who knows the numbers: 1 to vote, 1 to enter numbers, each with `#`, and `#` alone if more could follow. */
export async function castByVoice(line: ReplayLine, { from, to, picks }: ReplayBallot): Promise<void> {
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
  if (!said.some(isReceipt))
    throw new CodedError('not-cast', `A ballot of the file (${picks.join(' ')}) was not taken: ${said.map(({ text }) => text).join(' ')}`);
}

function isReceipt({ text }: { text: string }): boolean {
  return text.includes('凭证');
}
