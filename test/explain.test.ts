import { expect } from 'chai';
import mongoose from 'mongoose';
import { useDatabase } from './support/database.ts';
import { startService, type TestService } from './support/service.ts';

/** Every kind of message: from the roster, from a shared phone, from nobody known. */
const MESSAGES: readonly (readonly [from: string, texts: readonly string[]])[] = [
  [
    '+8613800000001',
    [
      '投 3 7',
      '投票',
      '3',
      '花园',
      '是',
      '查票',
      '项目',
      '项目 3',
      '进度',
      '进度 1',
      '提议 修路灯',
      '问 几点',
      '退订',
      '恢复',
      '不是我',
      '菜单',
      '4',
      '0',
      '*',
      'English',
    ],
  ],
  ['+8613800000002', ['投 3', '204681717', '投 7 315820614', '查票 204681717', '加入 204681717', '删除']],
  ['+8613900000099', ['投 3', '100000112', '加入 482107717', '登记 王小明 3栋', '提议 修路灯', '那个', '那个', '那个']],
];

describe('what a turn asks the database', () => {
  const { world } = useDatabase('explain');
  let service: TestService;
  before(async () => {
    service = await startService(world);
  });
  after(() => service.stop());

  it('is answered by an index, in every turn and every tick', async () => {
    const { db } = mongoose.connection;
    await db?.command({ profile: 2 });
    for (const [from, texts] of MESSAGES) for (const body of texts) await service.twilio.deliver({ from, to: service.community.phone, body });
    await db?.command({ profile: 0 });
    const profiled =
      (await db
        ?.collection('system.profile')
        .find({ op: { $in: ['query', 'update', 'remove', 'command'] } })
        .toArray()) ?? [];
    const explained = await Promise.all(
      profiled.map(async ({ op, ns, command }) => ({ asked: JSON.stringify([op, ns, command]), plan: await planOf(op, ns, command) })),
    );
    const planned = explained.filter(({ plan }) => plan !== undefined);
    expect(planned.filter(({ plan }) => plan?.includes('COLLSCAN')).map(({ asked }) => asked)).to.deep.equal([]);
    expect(planned.length).to.be.above(100);
  });
});

/** What `explain` says of a profiled operation, undefined where it has no plan of its own (a bulk write's parts are profiled one by one). */
async function planOf(op: string, ns: string, command: Record<string, unknown>): Promise<string | undefined> {
  const collection = ns.slice(ns.indexOf('.') + 1);
  const asked = explainable(op, collection, command);
  if (!asked) return undefined;
  const explained = await mongoose.connection.db?.command({ explain: asked, verbosity: 'queryPlanner' });
  return JSON.stringify(explained);
}

function explainable(op: string, collection: string, command: Record<string, unknown>): Record<string, unknown> | undefined {
  if (op === 'update')
    return { update: collection, updates: [{ q: command.q, u: command.u, multi: command.multi ?? false, upsert: command.upsert ?? false }] };
  if (op === 'remove') return { delete: collection, deletes: [{ q: command.q, limit: command.limit ?? 0 }] };
  const kind = ['find', 'aggregate', 'count', 'distinct', 'findAndModify'].find((name) => name in command);
  if (!kind) return undefined;
  const { lsid: _, $db: __, $clusterTime: ___, readConcern: ____, writeConcern: _____, txnNumber: ______, ...asked } = command;
  return asked;
}
