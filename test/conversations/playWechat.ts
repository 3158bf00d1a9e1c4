import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { addressHmac } from '../../src/contacts/contact.ts';
import { Resident } from '../../src/fund/people/index.ts';
import { linkContact } from '../../src/fund/people/linkChat.ts';
import { staffPhones } from '../../src/fund/staff/index.ts';
import { collection } from '../../src/store/collection.ts';
import { vault } from '../../src/store/vault.ts';
import { account } from '../channels/wechat/channel.ts';
import type { FakeWechat, SentByApi } from '../fakes/wechat.ts';
import { SECRET_BYTES } from '../support/secret.ts';
import { accepted } from './accepted.ts';
import { arrived } from './arrived.ts';
import { ASKED_FOR, others } from './askedFor.ts';
import type { Play, Turn } from './conversation.ts';
import { held } from './held.ts';
import { openidOf } from './openidOf.ts';
import { phoneChanged } from './phoneChanged.ts';
import { published } from './published.ts';
import { sealed } from './sealed.ts';

/**
 * `→` is sent: words, or `[关注 SCENE]` `[扫码 SCENE]` `[取关]` `[点 ITEM]` (tapped below the chat if it is a command, else in the last menu)
 * `[图片]` `[语音 WORDS]` `[位置]`. `←` comes back with `[bytes]` behind it; `⇠` is a menu to tap; `⇐ number:` an SMS. `at:`, `from:`, `until:`
 * and `{receipt}`, `{digits}`, `{code}` (the six digits of that SMS) as in SMS. A phone in `from` is the chat of the resident who holds it, linked
 * beforehand; any other name is a new chat.
 */
export const playWechat: Play = async (service, { turns, from, at }, clock) => {
  const fake = account(service);
  const went: Turn[] = [];
  let [digits, code] = ['', ''];
  let chat = await chatOf(from);
  follow(at);
  for (const turn of turns) {
    if (typeof turn === 'object') {
      if ('at' in turn) {
        clock.moveTo(turn.at);
        follow(turn.at);
      } else if ('from' in turn) chat = await chatOf(turn.from);
      else if (turn.until === 'held') await held(clock);
      else if (turn.until === 'published') await published(clock);
      else if (turn.until === 'accepted') await accepted(clock);
      else if (turn.until === 'phoneChanged') await phoneChanged(from, clock);
      else await sealed(clock);
      went.push(turn);
    } else if (turn.startsWith('→')) {
      went.push(turn);
      const text = turn.slice(1).trim().replace('{digits}', digits).replace('{others}', others(digits)).replace('{code}', code);
      const answer = await fake.deliver(chat, sent(fake, chat, text));
      digits = ASKED_FOR.exec(answer ?? '')?.[2] ?? digits;
      went.push(answer === undefined ? '← ' : `← ${neutral(answer)} [${Buffer.byteLength(answer)}]`);
    } else if (turn.startsWith('⇠')) {
      const menu = await menuFor(fake, chat, turn === '⇠ nothing' ? 500 : 20_000);
      went.push(menu ? `⇠ ${menu.head} ${menu.items.map(({ content }) => `[${content}]`).join(' ')}` : '⇠ nothing');
    } else if (turn.startsWith('⇐')) {
      const to = turn.slice(1).split(':')[0]?.trim() ?? '';
      const text = await arrived(service.twilio, to);
      code = /\d{6}/.exec(text)?.[0] ?? code;
      went.push(`⇐ ${to}: ${text.replace(/\d{6}/, '{code}')}`);
    }
  }
  return went;

  function follow(shanghai: string): void {
    fake.later = new Date(`${shanghai}:00+08:00`).getTime() - Date.now();
  }
};

const secrets = vault(SECRET_BYTES);
const IN_BRACKETS = /^\[(\S+)\s*(.*)\]$/;

async function chatOf(from: string): Promise<string> {
  if (!from.startsWith('+')) return from;
  const openid = openidOf(from);
  const communities = await collection(Resident).distinct('community');
  for (const community of communities) {
    const phoneId = addressHmac(secrets, { community, channel: 'sms', address: from });
    for (const resident of await collection(Resident).find({ phoneId }).toArray())
      await linkContact(secrets, resident._id, { community, channel: 'wechat', address: openid }, 'card');
    await staffPhones({ vault: secrets }).link(from, { community, channel: 'wechat', address: openid }); // as who joined by digits
  }
  return openid;
}

function sent(fake: FakeWechat, chat: string, text: string): Record<string, string> {
  const [, what = '', which = ''] = IN_BRACKETS.exec(text) ?? [];
  const message = { MsgId: `${randomInt(1e9)}${randomInt(1e9)}` };
  const event = (Event: string, EventKey = '') => ({ MsgType: 'event', Event, EventKey });
  switch (what) {
    case '关注':
      return event('subscribe', which && `qrscene_${which}`);
    case '扫码':
      return event('SCAN', which);
    case '取关':
      return event('unsubscribe');
    case '图片':
      return { ...message, MsgType: 'image', PicUrl: 'https://mmbiz.example/1', MediaId: 'media1' };
    case '语音':
      return { ...message, MsgType: 'voice', MediaId: 'media2', Format: 'amr', Recognition: which };
    case '位置':
      return { ...message, MsgType: 'location', Location_X: '30.6', Location_Y: '104.1', Scale: '15', Label: '成都' };
    case '点': {
      const items = fake.sent.flatMap((one) => (one.kind === 'menu' && one.openid === chat ? one.items : []));
      const item = items.findLast(({ content }) => content.includes(which));
      return item ? { ...message, MsgType: 'text', Content: item.content, bizmsgmenuid: item.id } : event('CLICK', which);
    }
    default:
      return { ...message, MsgType: 'text', Content: text };
  }
}

/** The menu that was sent to a chat last, and not looked at yet; undefined if none comes for so long. */
async function menuFor({ sent }: FakeWechat, chat: string, ms: number) {
  const isOne = (one: SentByApi) => one.kind === 'menu' && one.openid === chat && !seen.has(one);
  for (let waited = 0; waited < ms && !sent.some(isOne); waited += 100) await sleep(100);
  const menu = sent.find(isOne);
  if (menu?.kind !== 'menu') return undefined;
  seen.add(menu);
  return menu;
}

const seen = new WeakSet<SentByApi>();

function neutral(answer: string): string {
  return answer.replace(/\d{3} \d{3} \d{4}/g, '{receipt}').replace(ASKED_FOR, '$1{digits}');
}
