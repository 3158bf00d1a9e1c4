import { createHash } from 'node:crypto';
import mongoose from 'mongoose';
import { Conversation, conversationId } from '../../src/dialog/conversation.ts';
import { Resident, residentRecord } from '../../src/fund/people/index.ts';
import { collection } from '../../src/store/collection.ts';
import { DAY_MS } from '../../src/store/wallTime.ts';
import { fill, ONE } from './fill.ts';
import { benchVault } from './secret.ts';
import { ACCOUNT } from './wechatRequest.ts';

export const openidOf = (index: number) => `o6_bench${String(index).padStart(20, '0')}`;

/** Fills a database with one community whose residents have all used the chat before, and the bare server's records of as many. */
export async function fillChats(uri: string, residents: number): Promise<void> {
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
