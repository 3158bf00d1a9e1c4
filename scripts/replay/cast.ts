import { sceneOf } from '../../src/carriers/wechat/receive.ts';
import { tapId } from '../../src/channels/wechat/render.ts';
import { call } from '../../src/demo/carriers/asCaller.ts';
import { asWechat, type Content } from '../../src/demo/carriers/asWechat.ts';
import { playedAccount } from '../../src/demo/carriers/playedCarriers.ts';
import { asCarrier } from '../../src/demo/carriers/signedLine.ts';
import { CodedError } from '../../src/store/codedError.ts';
import type { PlayedVote } from '../support/writeElection.ts';

/** Where the service listens, and the token with which a carrier would prove itself there. */
export interface ReplayLine {
  readonly url: string;
  readonly publicUrl: string;
  readonly authToken: string;
}

export interface ReplayBallot {
  readonly from: string;
  readonly to: string;
  readonly picks: readonly number[];
  readonly community: string;
  readonly cycle: string;
  /** The voter's own card, for a voter who has no phone to show. */
  readonly card: string;
}

/** Casts one ballot over one channel as a resident would; rejects with `not-cast` if it is not accepted. */
export type Cast = (line: ReplayLine, ballot: ReplayBallot) => Promise<void>;

/** What one voter does: a ballot that another one replaces, if they vote twice, and the ballot of the file, each by a cast or, where there is none, on paper. */
export interface Voting {
  readonly vote: PlayedVote;
  readonly first?: { readonly cast: Cast | undefined; readonly picks: readonly number[] };
  readonly cast: Cast | undefined;
}

/** Texts `投 3 7` from the voter's own phone. */
export async function castBySms(line: ReplayLine, { from, to, picks }: ReplayBallot): Promise<void> {
  const answer = await asCarrier(line, { from, to, body: `投 ${picks.join(' ')}` });
  if (!answer || !/\d{3} \d{3} \d{4}/.test(answer))
    throw new CodedError('not-cast', `A ballot of the file (${picks.join(' ')}) was not taken: ${answer ?? 'no answer'}`);
}

/** A call over Twilio by a voter who knows the numbers. */
export function castByVoice(line: ReplayLine, ballot: ReplayBallot): Promise<void> {
  return callTwiceAtMost(ballot.picks, () => heardIn(line, ballot));
}

/** What is heard in a call where nothing was recorded. */
export const APOLOGY = /这次没有记/;

/** Calls, and once more if nothing was recorded. `heard`: what is heard in a call. Rejects with `not-cast` if no receipt is. */
export async function callTwiceAtMost(picks: readonly number[], heard: () => Promise<readonly string[]>): Promise<void> {
  const first = await heard();
  const said = first.some((text) => APOLOGY.test(text)) ? await heard() : first;
  if (!said.some(isReceipt)) throw new CodedError('not-cast', `A ballot of the file (${picks.join(' ')}) was not taken: ${said.join(' ')}`);
}

/** What is heard in a call: 1 to vote, 1 to enter numbers, each with `#`, and `#` alone if more could follow. */
async function heardIn(line: ReplayLine, { from, to, picks }: ReplayBallot): Promise<string[]> {
  const phone = await call(line, { from, to });
  const hear = async () => (await phone.hear()).map(({ text }) => text);
  await phone.press('1');
  await phone.press('1');
  for (const pick of picks) await phone.press(`${pick}#`);
  let said = await hear();
  if (!said.some(isReceipt)) {
    await phone.press('#');
    said = [...said, ...(await hear())];
  }
  await phone.hangUp();
  return said;
}

function isReceipt(text: string): boolean {
  return text.includes('凭证');
}

/** The words that are said if the answer took too long, if anything is said: then the same is sent again. */
const NOT_RECORDED = /这次没有记。过几分钟再发|还不知道记上没有/;
const TRIES = 20;

/** Follows by the community's poster, shows the card, then taps the projects one by one or, every second voter, types all numbers at once. */
export async function castByWechat({ url, authToken }: ReplayLine, { from, picks, community, cycle, card }: ReplayBallot): Promise<void> {
  const account = { ...playedAccount(authToken), url };
  const openid = `oReplay${from.replace(/\D/g, '')}`;
  const say = (content: Content, tries = TRIES): Promise<string | null> =>
    asWechat(account, { openid, content }).then((answer) =>
      tries > 1 && (answer === null || NOT_RECORDED.test(answer)) ? say(content, tries - 1) : answer,
    );
  await say({ event: 'subscribe', eventKey: `qrscene_${sceneOf({ community })}` });
  await say({ text: card });
  const ids = picks.map((pick) => ({ text: String(pick), menuItem: tapId(cycle, pick) }));
  const taps = ids.flatMap(({ text, menuItem }) => (menuItem ? [{ text, menuItem }] : []));
  const messages: Content[] = Number(from.at(-1)) % 2 === 0 && taps.length === picks.length ? taps : [{ text: picks.join(' ') }];
  let answer: string | null = null;
  for (const message of messages) answer = await say(message);
  if (!answer || !/\d{3} \d{3} \d{4}/.test(answer))
    throw new CodedError('not-cast', `A ballot of the file (${picks.join(' ')}) was not taken: ${answer ?? 'no answer'}`);
}
