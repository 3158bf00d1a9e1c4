import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { Mark } from '../../../src/fund/paper/index.ts';
import { markedPerson } from '../../../src/fund/paper/mark.ts';
import { operator, Resident } from '../../../src/fund/people/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { useBrowser } from '../../support/browser.ts';
import { card } from '../../support/cards.ts';
import { useDatabase } from '../../support/database.ts';
import { serials } from '../../support/paper.ts';
import { addStaff } from '../../support/staff.ts';
import { town, votingNow } from '../../support/town.ts';
import { serve } from '../serve.ts';
import { cookieOf, inSession, phoneOf, staffAll } from './office.ts';

const PEOPLE = 200;

/** What goes wrong at a table, and how a helper who looks at the page goes on. `take` scans a card, `give` their own slip, or what is typed: true if the page took it; `before`: the slip of the person before. */
type Happening = (n: number, take: (n: number) => Promise<boolean>, give: (typed?: string) => Promise<boolean>, before: string) => Promise<void>;

describe('a table, played', function () {
  this.timeout(580_000);
  const { world } = useDatabase('played');
  const open = useBrowser();

  it(`marks ${PEOPLE} people with mistyped digits, doubled scans and the wrong order: every slip for who handed it in, and none twice`, async () => {
    const here = await town(world, { residents: PEOPLE, cycle: votingNow(world) });
    await collection(Resident).bulkWrite(
      here.residents.map((_id, n) => ({ updateOne: { filter: { _id, community: here.community }, update: { $set: { building: `${n + 1}栋` } } } })),
    );
    const web = await serve(world, { publicUrl: 'http://localhost' });
    try {
      await staffAll(world, here.community);
      await addStaff(world)(here.community, { name: '老周', phone: '+8613800000150', role: 'helper' }, operator('李姐'));
      const slips = await serials(world, here.cycle, PEOPLE);
      const own = `${web.url}/console/${here.community}`;
      const { page } = await open(`${own}/tables`, { bypassCSP: true }, inSession(web.url, await cookieOf(world, phoneOf('helper'))));
      await page.getByLabel('摆在哪里').fill('居委会门口');
      await page.getByLabel('空白票').fill(String(PEOPLE));
      await page.getByLabel('跟您一起的是').selectOption({ label: '老周' });
      await page.getByRole('button', { name: '开桌' }).click();
      await page.getByRole('heading', { name: '1号桌' }).waitFor();
      await page.getByLabel('跟您一起的是').selectOption({ label: '老周' });

      let chance = 7;
      const random = (most: number) => {
        chance = (chance * 48_271) % 2_147_483_647;
        return chance % most;
      };
      const counts = new Map<string, number>();
      for (let n = 0; n < PEOPLE; n += 1) {
        const kinds = Object.entries(HAPPENINGS);
        const [name = '', happens] = n === 0 ? ['', undefined] : random(10) < 5 ? ['', undefined] : (kinds[random(kinds.length)] ?? []);
        if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
        const take = (whose: number) => tookCard(page, card(whose), `${whose + 1}栋`);
        const give = (typed = slips[n] ?? '') => tookSlip(page, typed);
        await happens?.(n, take, give, slips[n - 1] ?? '');
        if ((await collection(Mark).countDocuments({ serial: slips[n] ?? '' })) > 0) throw new Error(`${name}: a mark before its time`);
        expect(await take(n), `card of ${n} after ${name}`).to.equal(true);
        expect(await give(), `slip of ${n} after ${name}`).to.equal(true);
        if (name === 'slipTwice') await type(page, slips[n] ?? ''); // nothing is told of it
      }
      expect(counts.size, 'each mistake was made').to.equal(Object.keys(HAPPENINGS).length);
      await page.locator('ul[data-unsent] li:not(.mistake)').first().waitFor({ state: 'detached' });
      const marks = await collection(Mark).find({ '_id.cycle': here.cycle, active: true }).toArray();
      const wrong = marks.filter((mark) => {
        const marked = markedPerson(world.vault, mark);
        return !marked || !('resident' in marked) || marked.resident !== here.residents[slips.indexOf(mark.serial)];
      });
      expect([marks.length, wrong.length]).to.deep.equal([PEOPLE, 0]);
    } finally {
      web.close();
    }
  });
});

const HAPPENINGS: Readonly<Record<string, Happening>> = {
  cardMistyped: async (n, _take, give) => {
    expect(await give(mistyped(card(n)))).to.equal(false);
    expect(await give(), 'the slip goes on with nobody').to.equal(false);
  },
  slipFirst: async (_n, _take, give) => {
    expect(await give()).to.equal(false);
  },
  cardTwice: async (n, take) => {
    await take(n);
    await take(n);
  },
  slipMistyped: async (n, take, give) => {
    await take(n);
    expect(await give('1234567')).to.equal(false);
    expect(await give(), 'the slip goes on with nobody').to.equal(false);
  },
  slipTwice: async () => undefined,
  nextCard: async (n, take) => {
    await take(n);
    await take((n + 1) % PEOPLE); // the page shows another name, so that the helper scans the first card again
  },
  slipFromBefore: async (n, take, give, before) => {
    await take(n);
    expect(await give(before), 'it is used').to.equal(false);
  },
};

function mistyped(digits: string): string {
  return digits.replace(/\d$/, (last) => String((Number(last) + 1) % 10));
}

/** Types a card as a scanner does: true once its holder's building is shown, false if it is refused. */
async function tookCard(page: Page, digits: string, building: string): Promise<boolean> {
  await type(page, digits);
  const shown = await page.waitForFunction(
    `(() => {
      if (document.querySelector('[data-told]').classList.contains('bad')) return 'bad';
      const person = document.querySelector('[data-person]');
      return !person.hidden && document.querySelector('[data-building]').textContent.trim() === ${JSON.stringify(building)} && 'shown';
    })()`,
  );
  return (await shown.jsonValue()) === 'shown';
}

/** Types a slip: true once it is noted, false if it is refused. */
async function tookSlip(page: Page, digits: string): Promise<boolean> {
  await type(page, digits);
  const told = await page.waitForFunction(
    `(() => {
      const { classList } = document.querySelector('[data-told]');
      if (classList.contains('good')) return 'good';
      if (classList.contains('bad')) return 'bad';
      return false;
    })()`,
  );
  return (await told.jsonValue()) === 'good';
}

async function type(page: Page, digits: string): Promise<void> {
  await page.locator('input:focus').waitFor();
  await page.evaluate(`(() => {
    const told = document.querySelector('[data-told]');
    told.className = 'told';
    told.replaceChildren();
  })()`);
  await page.keyboard.type(digits);
  await page.keyboard.press('Enter');
}
