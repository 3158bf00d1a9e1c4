import { sceneOf } from '../../src/carriers/wechat/receive.ts';
import { tapId } from '../../src/channels/wechat/render.ts';
import { asWechat, type Content } from '../../src/demo/carriers/asWechat.ts';
import { playedAccount } from '../../src/demo/carriers/playedCarriers.ts';
import { CodedError } from '../../src/store/codedError.ts';
import type { ReplayBallot, ReplayLine } from './cast.ts';

/** The words that are said if the answer took too long, if anything is said: then the same is sent again. */
const APOLOGY = /这次没有记。过几分钟再发|还不知道记上没有/;
const TRIES = 20;

/** Follows by the community's poster, shows the card, then taps the projects one by one or, every second voter, types all numbers at once. */
export async function castByWechat({ url, authToken }: ReplayLine, { from, picks, community, cycle, card }: ReplayBallot): Promise<void> {
  const account = { ...playedAccount(authToken), url };
  const openid = `oReplay${from.replace(/\D/g, '')}`;
  const say = (content: Content, tries = TRIES): Promise<string | null> =>
    asWechat(account, { openid, content }).then((answer) =>
      tries > 1 && (answer === null || APOLOGY.test(answer)) ? say(content, tries - 1) : answer,
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
