import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { forgetLetters, forgetWhatIsOver } from '../src/app/ticks.ts';
import { CHANNEL_NAMES } from '../src/contacts/channel.ts';
import { renewVoterCounts } from '../src/fund/ballots/index.ts';
import { exportCommunity } from '../src/fund/files/index.ts';
import { holdVotes } from '../src/fund/meetings/index.ts';
import { enterAccepted, enterLateJoined } from '../src/fund/paper/index.ts';
import { operator } from '../src/fund/people/index.ts';
import { makeCards } from '../src/fund/roster/index.ts';
import { beginWorks, publishRatings } from '../src/fund/works/index.ts';
import { shardKeys, UNSHARDED } from '../src/operation/shards.ts';
import { calendarJob } from '../src/outreach/calendar/calendarJob.ts';
import { recoverLeases } from '../src/outreach/outbox/outbox.ts';
import { keepOverview } from '../src/outreach/readOverview.ts';
import { root } from '../src/store/files.ts';
import type { World } from '../src/store/world.ts';
import { account } from './channels/wechat/channel.ts';
import { useDatabase } from './support/database.ts';
import { useFolders } from './support/folder.ts';
import { startService, type TestService } from './support/service.ts';
import { ofAllShards, watchShardKeys } from './support/shardRule.ts';

describe('a cluster', () => {
  const { world } = useDatabase('shards', { isWatched: true });
  const folder = useFolders();
  let service: TestService;
  after(() => service.stop());

  it('is asked by the key of each collection that grows with residents: in turns on three channels, ticks, pages, commands', async () => {
    const ended = watchShardKeys();
    service = await startService(world, undefined, { withWechat: true });
    const { twilio, community, url } = service;
    const say = (from: string, body: string) => twilio.deliver({ from, to: community.phone, body });
    for (const body of TEXTS) await say('+8613800000001', body);
    for (const body of ['投 3', '204681717', '投 7 315820614', '查票 204681717']) await say('+8613800000002', body);
    for (const body of ['登记 王小明 3栋', '提议 修路灯', '投 3 204681725', '加入 482107717', '那个', '那个', '那个'])
      await say('+8613900000099', body);
    await twilio.dial({ from: '+8613800000008', to: community.callback ?? '' });
    const call = await twilio.dial({ from: '+8613800000010', to: community.phone });
    for (const keys of ['1', '1', '3#', '#']) await call.press(keys);
    await call.hangUp();
    const chat = account(service);
    for (const [n, Content] of ['投票', '加入 204681717', '投 3', '查票', '删除'].entries())
      await chat.deliver('oShards', { MsgType: 'text', MsgId: `${n}`, Content });

    const ofCycle = ['proposals', 'ballot', 'works', 'account', 'ledger', 'results', 'ballots'].map((each) => `/api/cycles/qingsong-demo/${each}`);
    for (const path of [...PAGES.map((page) => `/c/${community._id}${page}`), ...ofCycle, '/api/receipts/4820917735'])
      expect((await fetch(url + path)).status, path).to.be.below(500);

    await exportCommunity(world, community._id, folder({}), operator('Li'));
    await makeCards(world, community._id, { building: '1栋', isMissing: false }, operator('Li'), { reason: 'new', most: 3 });
    for (const tick of TICKS) await tick(world);
    const { commands, without } = ended();
    expect(commands).to.be.above(300);
    expect(without.filter((asked) => !ofAllShards(asked)).map((asked) => JSON.stringify(asked))).to.deep.equal([]);
  });

  it('keeps what is unique on one shard: every unique index begins with the key', () => {
    const keys = new Map(shardKeys().map(({ collection, key }) => [collection, Object.keys(key)[0]]));
    const wrong = mongoose.modelNames().flatMap((name) => {
      const { schema, collection } = mongoose.model(name);
      const key = keys.get(collection.name);
      const unique = schema.indexes().filter(([, { unique }]) => key !== undefined && unique);
      return unique.flatMap(([fields]) => (Object.keys(fields)[0] === key ? [] : [`${collection.name}: ${Object.keys(fields).join(', ')}`]));
    });
    expect(wrong).to.deep.equal([]);
  });

  it('is set up as docs/scale.md says', () => {
    const text = readFileSync(join(root, 'docs/scale.md'), 'utf8');
    const commands = shardKeys().map(({ collection, key }) => `sh.shardCollection('yisheng.${collection}', ${keyText(key)})`);
    expect(commands.filter((command) => !text.includes(command))).to.deep.equal([]);
    const names = mongoose.modelNames().map((name) => mongoose.model(name).collection.name);
    expect(Object.keys(UNSHARDED).filter((name) => !names.includes(name) && name !== 'democlock')).to.deep.equal([]);
  });
});

function keyText(key: Readonly<Record<string, 1>>): string {
  return `{ ${Object.keys(key)
    .map((field) => `'${field}': 1`)
    .join(', ')} }`;
}

const TEXTS = [
  ...['投 3 7', '查票', '项目', '进度 1', '提议 修路灯', '问 几点来水', '支持 1', '订阅', '乌鸦坐飞机轮子圆', '人工', '停止', '开始'],
  ...['退订', '恢复', '不是我', '反对 3 太贵', '进展', '评分 1', '菜单', '4', '删除'],
];
const PAGES = ['', '/proposals', '/poster', '/log', '/meetings', '/hall', '/feed.atom', '/report', '/works/3'];

const TICKS: readonly ((world: World) => Promise<unknown>)[] = [
  forgetWhatIsOver,
  forgetLetters,
  (world) => renewVoterCounts(world, world.now()),
  (world) => calendarJob(world, CHANNEL_NAMES)(),
  (world) => keepOverview(world),
  (world) => holdVotes(world),
  (world) => beginWorks(world)(),
  (world) => publishRatings(world)(),
  (world) => enterAccepted(world),
  (world) => enterLateJoined(world)(),
  (world) => recoverLeases(world, 'sms'),
];
