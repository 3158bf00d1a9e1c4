import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { importCommunity } from '../../src/fund/files/importCommunity.ts';
import { answerInquiry, writeInquiry } from '../../src/fund/inquiries/index.ts';
import { keepMisses, Miss } from '../../src/fund/misses/miss.ts';
import { operator } from '../../src/fund/people/index.ts';
import { collection } from '../../src/store/collection.ts';
import { root } from '../../src/store/files.ts';
import { useDatabase } from '../support/database.ts';
import { useFolders } from '../support/folder.ts';
import { runScript } from '../support/runScript.ts';
import { type Town, town } from '../support/town.ts';

const PHONE = '+8613800000001';

describe('npm run misses', () => {
  const { world, uri } = useDatabase('missesscript');
  const folder = useFolders();
  let here: Town;
  const run = (...args: string[]) => runScript(uri(), 'misses', ...args);

  before(async () => {
    here = await town(world);
    await here.person('1', { phone: PHONE, name: '王秀英' });
    const { keep } = keepMisses(world, (error) => {
      throw error;
    });
    const texts = [
      '老年食堂几点开饭嘛',
      '老年食堂几点开饭啊',
      '老年食堂好久开饭',
      '老年食堂几点开饭',
      '乌鸦坐飞机',
      '王秀英喊我问13800000001那个乌鸦坐飞机',
    ];
    texts.forEach((text, sender) => {
      keep({ community: here.community, sender: String(sender), at: world.now(), text });
    });
    while ((await collection(Miss).countDocuments({ community: here.community })) < texts.length) await sleep(20);
    const ask = (kind: 'question' | 'complaint', text: string) => writeInquiry(world, here.notify, { kind, text }, here.act(PHONE));
    const answer = (number: number, text: string) =>
      answerInquiry.perform(
        { world, notify: here.notify },
        { community: here.community, at: { number: String(number) }, input: { text }, actor: operator('王芳') },
      );
    await ask('question', '老年食堂几点开饭呢，我是王秀英');
    await ask('question', '打13800000001能问到物业吗');
    await ask('complaint', '楼道又停水了');
    await ask('question', '还没有人答的');
    await answer(1, '老年食堂中午11点半开饭');
    await answer(2, '物业的电话是028-8000 0009，白天都有人');
    await answer(3, '马上去看');
  });

  it('shows what was not understood in groups, the largest first, with the nearest kind, and nothing of who wrote', async () => {
    const { out, status, err } = await run(here.community, '--json');
    expect(status, err).to.equal(0);
    const groups: { count: number; nearest?: { kind: string; likeness: number }; texts: { text: string; count: number }[] }[] = JSON.parse(out);
    expect(groups.map(({ count, texts }) => [count, texts.every(({ text }) => text.includes('食堂'))])).to.deep.include([4, true]);
    expect(groups[0]?.count).to.equal(4);
    expect(groups.every(({ nearest }) => nearest === undefined || (nearest.kind !== '' && nearest.likeness > 0 && nearest.likeness <= 1))).to.equal(
      true,
    );
    expect(groups.flatMap(({ texts }) => texts.map(({ text }) => text))).to.include('***喊我问***********那个乌鸦坐飞机');
    expect(out).not.to.match(/王秀英|138/);
    const lines = (await run(here.community)).out.trimEnd().split('\n');
    expect(lines[0]).to.match(/^4\t\S+ [\d.]+\t老年食堂.* \| 老年食堂/);
  });

  it('prints the answered questions as answers that an import takes, names and numbers masked, what was not understood as further wordings', async () => {
    const { out, status, err } = await run(here.community, '--answers');
    expect(status, err).to.equal(0);
    expect(out).to.include('"老年食堂几点开饭呢，我是***", "老年食堂几点开饭').and.include('says: "老年食堂中午11点半开饭"');
    expect(out).to.include('打***********能问到物业吗"] # one more wording is needed').and.include('028-*');
    expect(out).not.to.match(/王秀英|138|8000|停水|还没有人答/);
    const whole = out.replace(/ {4}- asks: \["打.*\n.*\n/, '');
    const files = {
      'community.yaml': `${readFileSync(join(root, 'test/conversations/qingsong/community.yaml'), 'utf8').split('about:')[0]}${whole}`,
    };
    expect(await importCommunity(world, folder(files), operator('王芳'))).to.have.nested.property('imported.community', 'qingsong');
  });

  it('says so where there is nothing, no such community, or wrong use', async () => {
    const other = await town(world);
    expect(await run(other.community)).to.deep.include({ status: 0, out: '' });
    expect(await run(other.community, '--answers')).to.deep.include({ status: 0, out: '' });
    expect((await run('nowhere')).status).to.equal(1);
    expect((await run()).status).to.equal(2);
    expect((await run(other.community, '--answers', '--json')).status).to.equal(2);
  });
});
