import { expect } from 'chai';
import { LogEntry } from '../../../src/fund/log/index.ts';
import { keepMisses, readMeant, readMisses } from '../../../src/fund/misses/index.ts';
import { Miss } from '../../../src/fund/misses/miss.ts';
import { collection } from '../../../src/store/collection.ts';
import { DAY_MS } from '../../../src/store/wallTime.ts';
import type { World } from '../../../src/store/world.ts';
import { useDatabase } from '../../support/database.ts';
import { type Town, town } from '../../support/town.ts';
import { staffAll, useOffice } from './office.ts';

const ABOUT = { answers: [{ asks: ['垃圾什么时候收', '几点收垃圾'], says: '每天早上7点和晚上7点' }] };
const MARKUP = '<script>alert(1)</script>';

describe('what was not understood, in the console', () => {
  const { world: real } = useDatabase('missconsole');
  const clock = { ahead: 0 };
  const world: World = { ...real, now: () => new Date(Date.now() + clock.ahead) };
  const web = useOffice(world);
  let here: Town;
  beforeEach(async () => {
    clock.ahead = 0;
    here = await town(world, { community: { about: ABOUT } });
    await here.person('1', { phone: '+8613800000001', name: '王秀英' });
    await staffAll(world, here.community);
  });

  const own = (path = '') => `/console/${here.community}${path}`;
  const missed = async (...texts: string[]) => {
    const { keep, written } = keepMisses(world, (error) => {
      throw error;
    });
    for (const [sender, text] of texts.entries()) keep({ community: here.community, sender: String(sender), at: world.now(), text });
    await written();
  };
  const page = async (role: 'cadre' | 'supervisor' = 'cadre') => (await (await web.as(role)).get(own('/misses'))).text();
  /** The forms of a page that say something of a text: their address and what they send. */
  const taps = (text: string) =>
    [...text.matchAll(/action="([^"]+\/meant)">(.*?)<\/form>/gs)].map(([, path = '', form = '']) => ({
      path,
      fields: Object.fromEntries([...form.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value])),
    }));
  const tap = async (kind: string) => {
    const found = taps(await page()).find(({ fields }) => fields.kind === kind);
    expect(found, kind).not.to.equal(undefined);
    return (await web.as('cadre')).post(found?.path ?? '', found?.fields ?? {});
  };

  it('says with one tap what was meant: it leaves the list and goes to what is learnt, without numbers and names; the log has the kind alone', async () => {
    await missed('王秀英喊我问13800000001那个投票要好久才完哦', `几点收那个垃圾嘛${MARKUP}`);
    const text = await page();
    expect(text)
      .to.include('***喊我问***********那个投票')
      .and.include('&lt;script&gt;')
      .and.not.match(/王秀英|138000|<script>alert/);
    const kinds = taps(text).map(({ fields }) => fields.kind);
    expect(kinds).to.include.members(['until', 'others', 'unclear', 'own']);
    const tapped = await tap('until');
    expect(tapped.status).to.equal(303);
    expect(await (await (await web.as('cadre')).get(tapped.headers.get('location') ?? '')).text()).to.include('记下了');
    expect(await tap('own')).to.have.property('status', 303);
    expect(taps(await page())).to.deep.equal([]);
    expect(await readMeant(world, here.community)).to.have.deep.members([
      { text: '***喊我问***********那个投票要好久才完哦', kind: 'until', asks: undefined },
      { text: `几点收那个垃圾嘛${MARKUP.replace('1', '*')}`, kind: 'own', asks: '垃圾什么时候收' },
    ]);
    await collection(Miss).updateOne({ community: here.community, kind: 'own' }, { $set: { text: Buffer.alloc(40) } });
    expect(await readMeant(world, here.community), 'one that does not read').to.have.length(1);
    const entries = await collection(LogEntry).find({ '_id.community': here.community, act: 'miss.meant' }).toArray();
    expect(entries).to.have.length(2);
    expect(await (await (await web.as('cadre')).get(own('/log'))).text()).to.include('说明没看懂的短信');
    await missed('王秀英喊我问13800000001那个投票要好久才完哦');
    expect(await readMisses(world, here.community), 'what was said stays said').to.deep.equal([]);
  });

  it('counts a form once that is sent twice, tells who was slower, and lets nobody do it who may not', async () => {
    await missed('那个投票要好久才完哦');
    const [form] = taps(await page()).filter(({ fields }) => fields.kind === 'until');
    const cadre = await web.as('cadre');
    expect(taps(await page('supervisor'))).to.deep.equal([]);
    expect((await (await web.as('supervisor')).post(form?.path ?? '', form?.fields ?? {})).status).to.equal(403);
    expect((await (await web.as('council')).get(own('/misses'))).status).to.equal(403);
    for (const status of [303, 303]) expect((await cadre.post(form?.path ?? '', form?.fields ?? {})).status).to.equal(status);
    expect((await cadre.post(form?.path ?? '', { kind: 'how' })).status).to.equal(409);
    expect((await cadre.post(own('/misses/none/meant'), { kind: 'how' })).status).to.equal(404);
    expect(await readMeant(world, here.community)).to.have.length(1);
    expect(await collection(LogEntry).countDocuments({ '_id.community': here.community, act: 'miss.meant' })).to.equal(1);
  });

  it('shows ten a week, what is likely meant for others last, and on Today how many wait', async () => {
    const hours = Array.from('甲乙丙丁戊己庚辛壬癸子丑', (name) => `${name}栋投票要好久才完哦`);
    await missed('老公你下班把娃儿接到起', ...hours);
    const shown = await page();
    expect([...shown.matchAll(/class="said"/g)]).to.have.length(10);
    expect(shown).not.to.include('老公');
    const today = await (await (await web.as('cadre')).get(own())).text();
    expect(today).to.match(/<span class="count">10<\/span> <span class="what">句话没看懂/);
    for (let tapped = 0; tapped < 10; tapped++) await tap('unclear');
    expect(await page()).to.include('下周再看');
    expect(await (await (await web.as('cadre')).get(own())).text()).not.to.include('句话没看懂');
    clock.ahead = 8 * DAY_MS;
    expect([...(await page()).matchAll(/class="said"/g)]).to.have.length(3);
    expect(await collection(Miss).countDocuments({ community: here.community })).to.equal(13);
  });
});
