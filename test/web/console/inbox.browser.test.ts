import { expect } from 'chai';
import { awaitRecording, Recording, recordingFiles, writeInquiry } from '../../../src/fund/inquiries/index.ts';
import { recordingId } from '../../../src/fund/inquiries/recording.ts';
import { collection } from '../../../src/store/collection.ts';
import { type Opened, useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { silence } from '../../support/silence.ts';
import { type Town, town } from '../../support/town.ts';
import { useServed } from '../serve.ts';
import { cookieOf, phoneOf, staffAll } from './office.ts';

const SIZES = [
  { width: 360, height: 740 },
  { width: 1280, height: 900 },
] as const;
const ASKER = '+8613900000009';
const ABOUT = {
  answers: [
    { asks: ['垃圾什么时候收', '几点收垃圾'], says: '每天早上7点和晚上7点' },
    { asks: ['居委会几点开门', '什么时候上班'], says: '周一到周五九点开门，中午不休息。' },
  ],
};

describe('the inbox in a browser', () => {
  const { world } = useDatabase('inboxbrowser');
  const open = useBrowser();
  let here: Town;
  const web = useServed(world, { publicUrl: 'http://localhost' });
  let recording: string;

  before(async () => {
    here = await town(world, { community: { about: ABOUT } });
    await staffAll(world, here.community);
    await here.person('7', { name: '赵小梅', building: '3栋', phone: ASKER });
    for (const text of ['居委会几点开门？', '<script>alert(1)</script>', '垃圾几点来收？'.repeat(12), '路灯什么时候修？'])
      await writeInquiry(world, here.notify, { kind: 'question', text }, here.act(ASKER));
    await writeInquiry(world, here.notify, { kind: 'call', text: '井盖坏了三天没人修' }, here.act(ASKER));
    const carrierId = `RE${here.community}`;
    recording = recordingId(world.vault, carrierId);
    await writeInquiry(world, here.notify, { kind: 'complaint', text: '', recording: carrierId }, here.act(ASKER, { channel: 'voice' }));
    await awaitRecording(world, carrierId, here.act(ASKER));
    await recordingFiles(world).keep(recording, silence(3));
    await collection(Recording).updateOne({ _id: recording }, { $set: { state: 'kept', seconds: 3 } });
  });

  const own = (path = '') => `/console/${here.community}${path}`;
  async function signedIn(path: string, options: Parameters<typeof open>[1] = {}): Promise<Opened> {
    const [name = '', value = ''] = (await cookieOf(world, phoneOf('cadre'))).split('=');
    return open(web.url + path, options, (context) => context.addCookies([{ name, value, url: web.url }]).then(() => undefined));
  }

  it('has three panes on a desk and one on a phone', async () => {
    for (const { width, height } of SIZES) {
      const { page } = await signedIn(own('/inbox/4'), { viewport: { width, height } });
      const [beside, thread, person] = await Promise.all(['.beside', '.thread', '.person'].map((pane) => page.locator(pane).boundingBox()));
      if (width === 360) {
        expect(beside).to.equal(null);
        expect(person?.y).to.be.above((thread?.y ?? 0) + (thread?.height ?? 0) - 1);
      } else {
        expect(beside?.y).to.equal(thread?.y);
        expect([(beside?.x ?? 0) < (thread?.x ?? 0), (thread?.x ?? 0) < (person?.x ?? 0)]).to.deep.equal([true, true]);
      }
      await page.context().close();
    }
  });

  it('plays a recording in the page', async () => {
    const { page, problems } = await signedIn(own('/inbox/6'));
    const seconds = await page.evaluate<number>(`new Promise((resolve, reject) => {
      const audio = document.querySelector('audio');
      audio.onloadedmetadata = () => resolve(audio.duration);
      audio.onerror = () => reject(new Error('not played: ' + audio.error.code));
      audio.load();
      audio.preload = 'metadata';
    })`);
    expect(seconds).to.be.closeTo(3, 0.2);
    expect(problems).to.deep.equal([]);
  });

  it('lets a cadre take an inquiry, start from a kept answer, send it, and write a recording down, by the keyboard and without scripts', async () => {
    const { page } = await signedIn(own('/inbox'), { javaScriptEnabled: false });
    await page.getByRole('link', { name: '居委会几点开门？' }).first().press('Enter');
    await page.getByRole('button', { name: '我来办' }).press('Enter');
    expect(await page.getByRole('status').textContent()).to.include('来信1您接了');
    await page.getByLabel('您的回答').fill('您好，');
    await page.getByRole('button', { name: '周一到周五九点开门' }).press('Enter');
    expect(await page.getByLabel('您的回答').inputValue()).to.equal('您好，\n周一到周五九点开门，中午不休息。');
    await page.getByRole('button', { name: '发出回答' }).press('Enter');
    expect(await page.getByRole('status').textContent()).to.include('来信1答了');
    expect(await page.getByRole('heading', { level: 1 }).textContent(), 'the next one').to.include('来信2');
    await page.goto(web.url + own('/inbox/6'));
    await page.getByLabel('您听到的话').fill('楼道又停水了');
    await page.getByRole('button', { name: '写好了' }).press('Enter');
    expect(await page.getByRole('status').textContent()).to.include('录音写好了');
    await page.getByText('楼道又停水了').first().waitFor();
  });
});
