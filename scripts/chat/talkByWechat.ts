import { config } from '../../src/app/config.ts';
import { sceneOf } from '../../src/carriers/wechat/receive.ts';
import { tapId } from '../../src/channels/wechat/render.ts';
import { asWechat, type Content } from '../../src/demo/carriers/asWechat.ts';
import { playedAccount } from '../../src/demo/carriers/playedCarriers.ts';
import { openBallot } from '../../src/fund/ballots/index.ts';
import { CodedError } from '../../src/store/codedError.ts';
import { incoming } from './incoming.ts';
import type { TalkDeps } from './talk.ts';
import { typedLines } from './typedLines.ts';

/** A chat that follows by the community's poster. Lines are sent as text; a line that begins with a slash is a tap or another act. Ctrl-D ends it. */
export async function talkByWechat(deps: TalkDeps): Promise<void> {
  const { community, from } = deps;
  const account = accountOf(deps);
  const openid = `oTalk${from.replace(/\D/g, '')}`;
  process.stdout.write(
    `${community.name} · a chat, and the phone ${from} beside it · /点 3, /重来, /语音 words, /图片, /菜单 vote, /取关 · Ctrl-D ends\n`,
  );
  const say = async (content: Content) => {
    const time = await deps.now();
    show(await asWechat({ ...account, now: () => time }, { openid, content }));
  };
  const sms = incoming(deps, (text) => process.stdout.write(`\n[SMS] ${text}\n`));
  const chat = incoming(deps, (text) => process.stdout.write(`\n${text}\n`), { channel: 'wechat', address: openid });
  try {
    process.stdout.write('→ (scans the poster and follows)\n');
    await say({ event: 'subscribe', eventKey: `qrscene_${sceneOf({ community: community._id })}` });
    for await (const line of typedLines()) {
      const content = await contentOf(deps, line.trim());
      if (content) await say(content);
    }
  } finally {
    await Promise.all([sms.stop(), chat.stop()]);
  }
  process.stdout.write('\n');
}

/** The demo's account, or the one that is set up. */
function accountOf({ line }: TalkDeps): Parameters<typeof asWechat>[0] {
  const { wechat, twilio } = config();
  if (wechat) return { ...wechat, url: line.url, account: 'gh_chat' };
  if (twilio) throw new CodedError('no-carrier', 'The service has no WeChat account: WECHAT_APP_ID and its like are not set.');
  return { ...playedAccount(line.authToken), url: line.url };
}

async function contentOf({ world, community, now }: TalkDeps, line: string): Promise<Content | undefined> {
  const [, what, which = ''] = /^\/(\S+)\s*(.*)$/.exec(line) ?? [];
  switch (what) {
    case undefined:
      return line === '' ? undefined : { text: line };
    case '点':
    case '重来': {
      const opened = await openBallot(world, {}, { community: community._id, at: await now() });
      const menuItem = 'open' in opened ? tapId(opened.open.cycle, what === '重来' ? 'afresh' : Number(which)) : undefined;
      return { text: which || what, ...(menuItem && { menuItem }) };
    }
    case '语音':
      return { voice: 'chat', recognition: which };
    case '图片':
      return { image: 'chat' };
    case '菜单':
      return { event: 'CLICK', eventKey: which };
    case '取关':
      return { event: 'unsubscribe' };
    default:
      return { text: line };
  }
}

function show(answer: string | null): void {
  process.stdout.write(answer === null ? '← (no answer)\n' : `← ${answer} [${Buffer.byteLength(answer)} bytes]\n`);
}
