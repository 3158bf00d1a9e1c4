import { expect } from 'chai';
import { hearing } from '../../../src/carriers/hearing/hearing.ts';
import { awaitRecording, draftRecordings, Recording, recordingFiles } from '../../../src/fund/inquiries/index.ts';
import { recordingId } from '../../../src/fund/inquiries/recording.ts';
import { publicProposals, recordProposal } from '../../../src/fund/proposals/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { type FakeRecogniser, fakeRecogniser } from '../../fakes/recogniser.ts';
import { SHOTS, SIZES, useBrowser } from '../../support/browser.ts';
import { useDatabase } from '../../support/database.ts';
import { wcagProblems } from '../../support/readable.ts';
import { silence } from '../../support/silence.ts';
import { town } from '../../support/town.ts';
import { type Served, serve } from '../serve.ts';
import { cookieOf, inSession, phoneOf, staffAll } from './office.ts';

describe('a draft of what was spoken, in the console', () => {
  const { world } = useDatabase('draftpage');
  const open = useBrowser();
  let recogniser: FakeRecogniser;
  let web: Served;
  before(async () => {
    recogniser = await fakeRecogniser();
    web = await serve(world, { publicUrl: 'http://localhost' });
  });
  after(async () => {
    web.close();
    await recogniser.stop();
  });

  it('stands in the field as a machine’s; a cadre corrects it and writes it down, and only that is public', async () => {
    recogniser.says = () => '小区门口修个停子';
    const here = await town(world, { community: { drafts: 'on' } });
    await staffAll(world, here.community);
    await here.person('1', { phone: '+8613900000009' });
    const by = here.act('+8613900000009', { channel: 'voice' });
    await recordProposal(world, { text: '', recording: 'REone' }, by);
    await awaitRecording(world, 'REone', by);
    const id = recordingId(world.vault, 'REone');
    await recordingFiles(world).keep(id, silence(4));
    await collection(Recording).updateOne({ _id: id }, { $set: { state: 'kept', seconds: 4, draftDueAt: world.now() } });
    const ears = hearing(recogniser.settings);
    await draftRecordings(world, (sound, language) => ears.write(sound, { language, expected: [] }));
    const session = inSession(web.url, await cookieOf(world, phoneOf('cadre')));
    const { page } = await open(`${web.url}/console/${here.community}/recordings/${id}`, { viewport: SIZES.phone }, session);
    const field = page.locator('[name="heard"]');
    await field.waitFor({ timeout: 15_000 });
    expect(await field.inputValue()).to.equal('小区门口修个停子');
    for (const [size, viewport] of SHOTS ? Object.entries(SIZES) : []) {
      await page.setViewportSize(viewport);
      await page.screenshot({ path: `${SHOTS}/draft-${size}.png`, fullPage: true });
    }
    await page.setViewportSize(SIZES.phone);
    expect(await wcagProblems(page)).to.deep.equal([]);
    expect((await publicProposals(world, here.cycle)).map(({ text }) => text)).to.deep.equal(['']);
    await field.fill('小区门口修个亭子');
    await Promise.all([page.waitForNavigation(), page.locator('form:has([name="heard"]) button').first().click()]);
    if (SHOTS) await page.screenshot({ path: `${SHOTS}/drafted.png`, fullPage: true });
    expect((await publicProposals(world, here.cycle)).map(({ text }) => text)).to.deep.equal(['小区门口修个亭子']);
  });
});
