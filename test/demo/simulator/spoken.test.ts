import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { isLongerThan, voiceIn } from '../../../src/carriers/hearing/voiceActivity.ts';
import { samplesOf } from '../../../src/carriers/wav.ts';
import { Entry } from '../../../src/fund/ballots/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { type FakeRecogniser, fakeRecogniser } from '../../fakes/recogniser.ts';
import { SHOTS, useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { wcagProblems } from '../../support/readable.ts';
import { type StartedDemo, startDemo } from '../startDemo.ts';

describe('speaking to the simulator’s phone', () => {
  const { world } = useDatabase('spoken');
  // the browser's own microphone, on which something beeps
  const open = useBrowser(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']);
  let recogniser: FakeRecogniser;
  let demos: Record<'typed' | 'heard', StartedDemo>;
  before(async () => {
    recogniser = await fakeRecogniser();
    demos = { typed: await startDemo({ ...world }), heard: await startDemo({ ...world }, recogniser.settings) };
  });
  after(async () => {
    for (const demo of Object.values(demos)) await demo.stop();
    await recogniser.stop();
  });

  const calling = async (demo: StartedDemo) => {
    const { page, problems } = await open(`${demo.url}/simulator`, { viewport: { width: 360, height: 740 } });
    await page.locator('#turnout:not(:empty)').waitFor();
    await page.locator('#keypad [name="waits"]').check();
    await page.locator('#keypad [name="aloud"]').uncheck();
    return { page, problems };
  };
  const says = async (page: Page, text: string) => {
    await page.locator('#keypad .say input').fill(text);
    await page.keyboard.press('Enter');
  };
  const hears = (page: Page, text: string) => page.locator('#keypad .heard', { hasText: text }).last().waitFor();

  it('typed: without a server for speech the line hears words once it is chosen, and keys alone until then', async () => {
    const { page, problems } = await calling(demos.typed);
    await page.locator('#keypad .handset').click();
    await hears(page, '投票，按1');
    expect(await page.locator('#keypad .say').isVisible(), 'a line of keys').to.equal(false);
    await page.locator('#keypad .handset').click();
    await page.locator('#keypad [name="hears"]').check();
    await page.locator('#keypad .handset').click();
    await hears(page, '也可以说');
    await says(page, '投票');
    await hears(page, '说名字、号码');
    await says(page, '3号和路灯');
    await hears(page, '您要投的是');
    expect(await wcagProblems(page)).to.deep.equal([]);
    if (SHOTS) await page.locator('#keypad').screenshot({ path: `${SHOTS}/spoken.png` });
    expect(await page.locator('#keypad .talk').count(), 'no microphone without a server').to.equal(0);
    await says(page, '对');
    await hears(page, '投好了');
    expect(await collection(Entry).countDocuments()).to.equal(1);
    expect(problems).to.deep.equal([]);
  });

  it('spoken: what the microphone hears goes to the server as a WAV with what may be expected, and nothing of who speaks', async () => {
    recogniser.says = () => ({ text: '投票', confidence: 0.9 });
    const { page, problems } = await calling(demos.heard);
    await page.locator('#keypad .handset').click();
    await hears(page, '也可以说');
    const talk = page.locator('#keypad .talk');
    await talk.click();
    await page.locator('#keypad .talk', { hasText: '在听' }).waitFor();
    await page.waitForTimeout(1_500); // so long somebody speaks: the fake device beeps once a second
    await talk.click();
    await page.locator('#keypad .pressed', { hasText: '投票' }).waitFor();
    await hears(page, '说名字、号码');
    const [asked] = recogniser.asked;
    const sound = asked && samplesOf(asked.file);
    const voice = sound && voiceIn(sound.samples, sound.rate);
    expect(voice && isLongerThan('', voice), 'a WAV in which something is heard').to.equal(true);
    expect(asked?.fields.prompt).to.include('投票');
    expect(asked?.whole).not.to.match(/\+86|1380000/);
    expect(problems).to.deep.equal([]);
  });
});
