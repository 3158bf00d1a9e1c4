import { createHash } from 'node:crypto';
import mongoose from 'mongoose';
import { cipher, signature } from '../src/carriers/wechat/puppet/src/cipher.ts';
import { Conversation, conversationId } from '../src/dialog/conversation.ts';
import { Resident, residentRecord } from '../src/fund/people/index.ts';
import { collection } from '../src/store/collection.ts';
import { DAY_MS } from '../src/store/wallTime.ts';
import type { Effort } from './effort.ts';
import { fill, ONE } from './fill.ts';
import type { Place } from './place.ts';
import { bareWechat, TOKEN, WECHAT, wechatService, withServers } from './processes.ts';
import type { Spoken } from './request.ts';
import { rate, rounds } from './rounds.ts';
import type { Row } from './row.ts';
import { benchVault } from './secret.ts';
import { apart, isReceipt } from './spoken.ts';
import { untilFrozen } from './untilFrozen.ts';
import { work } from './work.ts';

const CONNECTIONS = 32;
/** Two works, each with residents of its own. */
const RESIDENTS = 40_000;
/** A step far from the previous one: neighbours in an index are never close together in time. */
const STRIDE = 618_033;
/** Posts are made before they are sent, and are valid for five minutes. */
const AT_MOST_SECONDS = 4;

/**
 * Encrypted turns a second, compared with a bare server that decrypts, writes once and encrypts.
 */
export async function wechat({ uri, folder }: Place, effort: Effort): Promise<Row[]> {
  await fillChats(uri('wechat'), RESIDENTS);
  return withServers(async (started) => {
    const baseline = await started(bareWechat(uri('wechat')));
    const ours = await started(wechatService(uri('wechat'), folder('wechat')));
    await untilFrozen(uri('wechat'));
    const spoken = (body: string) => (index: number) => ({ from: openidOf((index * STRIDE) % RESIDENTS), to: ONE, body });
    const works = {
      bare: work(baseline, spoken('菜单'), (body) => openedReply(body).includes('ok'), wechatRequest),
      dialog: work(ours, apart(spoken('菜单'), 0, 2), (body) => openedReply(body).includes('1 投票'), wechatRequest),
      vote: work(ours, apart(spoken('投 3 7'), 1, 2), (body) => isReceipt(openedReply(body)), wechatRequest),
    };
    const together = await rounds(works, { rounds: effort.rounds, seconds: Math.min(effort.seconds, AT_MOST_SECONDS), connections: CONNECTIONS });
    return [
      rate('encrypted WeChat turns/s, a dialog that records nothing, 32 connections', together, 'dialog', 0.9, 1.5),
      rate('encrypted WeChat turns/s, `投 3 7` into one ledger, 32 connections', together, 'vote', 0.8),
    ];
  });
}

const openidOf = (index: number) => `o6_bench${String(index).padStart(20, '0')}`;

/** Fills a database with one community whose residents have all used the chat before, and the bare server's records of as many. */
async function fillChats(uri: string, residents: number): Promise<void> {
  await fill(uri, 0);
  await mongoose.connect(uri, { autoIndex: false, writeConcern: { w: 1 } });
  const at = new Date(Date.now() - 2 * DAY_MS);
  const openids = Array.from({ length: residents }, (_, index) => openidOf(index));
  const bare = mongoose.connection.getClient().db().collection<{ _id: string; turns: number; at: Date; said: string }>('bare');
  await collection(Resident).insertMany(
    openids.map((address) =>
      residentRecord(benchVault, {
        _id: createHash('sha256').update(address).digest('base64url'),
        community: 'bench',
        rosterId: address,
        role: 'resident',
        linkedContacts: [{ channel: 'wechat', address }],
        addedAt: at,
      }),
    ),
  );
  await collection(Conversation).insertMany(
    openids.map((address) => ({ _id: conversationId(benchVault, { channel: 'wechat', address, to: ONE }), revision: 1, language: 'zh-CN' })),
  );
  await bare.insertMany(openids.map((openid) => ({ _id: `wechat|${openid}|${ACCOUNT}`, turns: 1, at, said: '菜单' })));
  await mongoose.connection.getClient().db('admin').command({ fsync: 1 });
  await mongoose.disconnect();
}

const ACCOUNT = 'gh_bench';

const { encrypt, decrypt } = cipher(WECHAT.aesKey, WECHAT.appId);
let made = 0;

/** An encrypted and signed post of WeChat's as bytes, made before the load begins, so that encryption is not part of the load. */
function wechatRequest(port: number, { from, body }: Spoken): Buffer {
  const [timestamp, nonce, id] = [String(Math.floor(Date.now() / 1_000)), String(1e9 + ++made), String(2e15 + made)];
  const encrypted = encrypt(
    `<xml><ToUserName><![CDATA[${ACCOUNT}]]></ToUserName><FromUserName><![CDATA[${from}]]></FromUserName><CreateTime>${timestamp}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${body}]]></Content><MsgId>${id}</MsgId></xml>`,
  );
  const query = new URLSearchParams({
    signature: signature(TOKEN, timestamp, nonce),
    timestamp,
    nonce,
    openid: from,
    encrypt_type: 'aes',
    msg_signature: signature(TOKEN, timestamp, nonce, encrypted),
  });
  const xml = `<xml><ToUserName><![CDATA[${ACCOUNT}]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`;
  const head = [`POST /wechat?${query} HTTP/1.1`, `Host: 127.0.0.1:${port}`, 'Content-Type: text/xml', `Content-Length: ${Buffer.byteLength(xml)}`];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${xml}`);
}

/** The text of an encrypted answer; empty if it has none. */
function openedReply(body: string): string {
  const encrypted = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(body)?.[1] ?? '';
  return decrypt(encrypted)?.toString() ?? '';
}
