import { expect } from 'chai';
import type { HeadProofs } from '../../src/fund/ballots/audit/index.ts';
import { sealDue } from '../../src/fund/ballots/index.ts';
import { CLOSES, castFor, type HeldWorld, heldWorld, SECOND, village } from '../fund/ballots/ledger/village.ts';
import { useBrowser } from '../support/browser.ts';
import { useDatabase } from '../support/database.ts';
import { LOG, machine, type TestWitness, testWitness } from '../support/headsTown.ts';
import { type Served, serve } from '../web/serve.ts';

describe('the recount in the browser, with a witness', () => {
  const { world: real } = useDatabase('recountWitness');
  const open = useBrowser();
  let [web, witness]: [Served?, TestWitness?] = [];
  let address = '';

  before(async () => {
    const world: HeldWorld = heldWorld({ ...real });
    const here = await village(world, 6);
    for (const n of [0, 1, 2]) await castFor(world, here.act(n), 1);
    world.at = new Date(CLOSES.getTime() + 10 * SECOND);
    const later = heldWorld({ ...real }, world.at);
    await sealDue(later)();
    witness = await testWitness('paper');
    await (await machine(later, { witnesses: [witness.setting] })).look();
    web = await serve(later, { signer: LOG });
    const page = await web.get(`/c/${here.community}`);
    address = page.url;
    for (let text = await page.text(); !text.includes('id="recounting"'); text = await (await fetch(address)).text())
      later.at = new Date(later.at.getTime() + 2_000);
  });
  after(async () => {
    web?.close();
    await witness?.stop();
  });

  const found = async (spoil?: (text: string) => string) => {
    const { page } = await open(address, {}, async (context) => {
      if (!spoil) return;
      await context.route('**/api/cycles/*/proof', async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: spoil(await response.text()) });
      });
    });
    await page.getByRole('button', { name: '重新数一遍' }).click();
    await page.locator('.found p').first().waitFor();
    const text = (await page.locator('.found').textContent()) ?? '';
    await page.context().close();
    return text;
  };

  it('says who has signed the tree in which the seal stands, and finds a proof that was changed, and a signature that does not hold', async () => {
    const sound = await found();
    expect(sound, sound).to.match(/总册vote\.example\.org\/log里（共\d+条），这些见证人签过字：paper\.example\.org/);
    const another = await found((text) => text.replace(/(ledger.*\\n)2026-12-\d\d\\n/, '$12026-12-01\\n'));
    expect(another).to.include('proof.json').and.to.include('封票的那串码在公开总册里对不上');
    const unsigned = await found((text) => {
      const proof: HeadProofs = JSON.parse(text);
      const line = /(— paper\S+ \S{40})(.)/;
      return JSON.stringify({
        ...proof,
        checkpoint: proof.checkpoint.replace(line, (_, start: string, one: string) => `${start}${one === 'A' ? 'B' : 'A'}`),
      });
    });
    expect(unsigned).to.include('a signature of paper.example.org that does not hold');
  });
});
