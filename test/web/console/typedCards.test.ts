import { expect } from 'chai';
import { damm, operator, Resident } from '../../../src/fund/people/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { HOUR_MS } from '../../../src/store/wallTime.ts';
import { card } from '../../support/cards.ts';
import { useDatabase } from '../../support/database.ts';
import { movedWorld } from '../../support/movedWorld.ts';
import { serials, table } from '../../support/paper.ts';
import { addStaff } from '../../support/staff.ts';
import { type Town, town, votingNow } from '../../support/town.ts';
import { useServed } from '../serve.ts';
import { actsIn, browse, cookieOf, phoneOf, staffAll } from './office.ts';

/** Nobody's cards, with right check digits. */
const foreign = (n: number) => `${91_000_000 + n}${damm(String(91_000_000 + n))}`;
const OTHER = '+8613800000150';

describe('cards that staff type', () => {
  const { world: real } = useDatabase('typedCards');
  const { world, clock } = movedWorld(real);
  let here: Town;
  const web = useServed(world, { publicUrl: 'http://localhost' });
  let tried = 0;

  before(async () => {
    const stages = [
      { stage: 'vote' as const, from: new Date(world.now().getTime() - HOUR_MS) },
      { stage: 'implement' as const, from: new Date(world.now().getTime() + 5 * HOUR_MS) },
    ];
    here = await town(world, { residents: 4, cycle: { ...votingNow(world), stages } });
    await collection(Resident).updateMany({ community: here.community }, { $set: { building: '9栋' } });
    await staffAll(world, here.community);
    await addStaff(world)(here.community, { name: '老周', phone: OTHER, role: 'helper' }, operator('李姐'));
    await table(world, here.cycle);
  });

  /** Everywhere where a helper types a card; each says whether it was told whose it is. */
  async function doors(phone: string): Promise<readonly ((card: string) => Promise<'found' | 'unknown' | 'waits' | 'mistyped'>)[]> {
    const { get, post } = browse(() => web, await cookieOf(world, phone));
    const own = (path: string) => `/console/${here.community}${path}`;
    const [serial = ''] = await serials(world, here.cycle, 1);
    const said = async (answer: Promise<Response>) => {
      const text = (await (await answer).text()).replace(/data-words="[^"]*"/, '');
      if (text.includes('一小时里不能再查卡')) return 'waits';
      if (text.includes('卡上的数字不对')) return 'mistyped';
      if (text.includes('没有这张卡')) return 'unknown';
      expect(text).to.match(/9栋|选一个作证的人|先选跟您一起的人|name="card" value/);
      return 'found';
    };
    return [
      (card) => said(get(own(`/assisted?q=${card}`))),
      (card) => said(get(own(`/tables/1?q=${card}`))),
      (card) => said(post(own('/assisted/read'), { card, pick: '1', witness: 'nobody' })),
      (card) => said(post(own('/assisted/cast'), { card, pick: '1', witness: 'nobody', key: 'x' })),
      (card) => said(post(own('/tables/1/mark'), { card })),
      (card) => said(post(own('/tables/1/mark'), { card, serial, other: 'nobody' })),
    ];
  }
  const wrong = () => {
    tried += 1;
    return foreign(tried);
  };

  it('count wherever they are typed: after twenty wrong ones in an hour who typed them waits an hour, which the log says, and nobody else does', async () => {
    const ours = await doors(phoneOf('helper'));
    for (const [n, door] of ours.entries()) expect(await door(card(0)), `door ${n}`).to.equal('found');
    for (let n = 0; n < 30; n += 1) expect(await ours[2]?.('123456789'), 'a mistyped one counts for nothing').to.equal('mistyped');
    for (let n = 0; n < 19; n += 1) expect(await ours[n % 4]?.(wrong()), `wrong card ${n}`).to.equal('unknown');
    expect(await ours[0]?.(card(0)), 'nineteen').to.equal('found');
    expect(await actsIn(here.community)).to.not.include('card.lock');
    await Promise.all(Array.from({ length: 10 }, () => ours[1]?.(wrong())));
    for (const [n, door] of ours.slice(0, 5).entries())
      expect([await door(card(1)), await door(wrong())], `door ${n}`).to.deep.equal(['waits', 'waits']);
    expect(await (await doors(phoneOf('helper')))[0]?.(card(1)), 'signed in anew').to.equal('waits');
    const locks = (await actsIn(here.community, 'helper')).filter((act) => act === 'card.lock');
    expect(locks).to.have.length(1);
    const { get } = browse(() => web, await cookieOf(world, phoneOf('helper')));
    expect(await (await get(`/console/${here.community}/tables/1?q=9栋`)).text(), 'by name they are found').to.include('name="resident"');
    for (const door of await doors(OTHER)) expect(await door(card(1)), 'another helper').to.equal('found');
    clock.ahead += HOUR_MS - 60_000;
    expect(await ours[0]?.(card(1))).to.equal('waits');
    clock.ahead += 61_000;
    expect(await (await doors(phoneOf('helper')))[0]?.(card(1)), 'an hour later').to.equal('found');
  });

  it('count for a cadre also on the tablets that they open, one after another: a right card is not told from a wrong one there either', async () => {
    const own = (step = '') => `/console/${here.community}/kiosk${step}`;
    const tablet = async () => {
      const opened = await browse(() => web, await cookieOf(world, phoneOf('cadre'))).post(own('/open'), {});
      return browse(
        () => web,
        opened.headers
          .getSetCookie()
          .find((cookie) => cookie.startsWith('kiosk='))
          ?.split(';')[0],
      );
    };
    const shows = async ({ get, post }: Awaited<ReturnType<typeof tablet>>, shown: string) => {
      const [, turn = ''] = /name="turn" value="(\d+)"/.exec(await (await get(own())).text()) ?? [];
      const text = await (await post(own('/card'), { turn, card: shown })).text();
      return text.includes('name="pick"') ? 'taken' : text.includes('class="wrong"') ? 'refused' : text.slice(0, 200);
    };
    for (let opened = 0; opened < 5; opened += 1) {
      const one = await tablet();
      for (let n = 0; n < 4; n += 1) expect(await shows(one, wrong())).to.equal('refused');
    }
    expect(await shows(await tablet(), card(0)), 'on the sixth tablet').to.equal('refused');
    expect((await actsIn(here.community, 'cadre')).filter((act) => act === 'card.lock')).to.have.length(1);
    clock.ahead += HOUR_MS + 1_000;
    expect(await shows(await tablet(), card(0)), 'an hour later').to.equal('taken');
  });
});
