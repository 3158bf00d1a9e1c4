import { expect } from 'chai';
import sharp from 'sharp';
import { type OnOwnPort, onOwnPort } from '../../scripts/support/onOwnPort.ts';
import { app } from '../../src/app/app.ts';
import { logger } from '../../src/app/logger.ts';
import { keepCarrierAccount } from '../../src/fund/communities/index.ts';
import { recordingFiles } from '../../src/fund/inquiries/index.ts';
import { operator } from '../../src/fund/people/index.ts';
import { Proposal } from '../../src/fund/proposals/index.ts';
import { newsOfWork, Work } from '../../src/fund/works/index.ts';
import { collection } from '../../src/store/collection.ts';
import { type FakeTwilio, fakeTwilio } from '../fakes/twilio.ts';
import { useDatabase } from '../support/database.ts';
import { silence } from '../support/silence.ts';
import { addStaff } from '../support/staff.ts';
import { type Town, town } from '../support/town.ts';
import { until } from '../support/until.ts';

const CADRE = '+8613800000021';

describe('two accounts with Twilio, each of which refuses the other’s credentials', function () {
  this.timeout(120_000);
  const { world } = useDatabase('twilioAccounts');
  const lines: { readonly twilio: FakeTwilio; readonly here: Town }[] = [];
  let service: OnOwnPort;

  before(async () => {
    for (const phone of ['+862880000101', '+862880000102']) {
      const here = await town(world, { residents: 1, community: { phone, quiet: '00:00-00:00' } });
      await addStaff(world)(here.community, { name: '王芳', phone: CADRE, role: 'cadre' }, operator('Li'));
      const steps = [{ state: 'under-way' as const, day: '2027-03-01', by: '王芳', at: new Date() }];
      const work = { community: here.community, state: 'under-way' as const, steps, offers: [], papers: [], news: 0, revision: 0 };
      await collection(Work).insertOne({ _id: { cycle: here.cycle, number: 3 }, ...work });
      lines.push({ here, twilio: await fakeTwilio() });
    }
    const [usual, own] = lines;
    if (!usual || !own) throw new Error('there are two lines');
    const settings = {
      TWILIO_ACCOUNT_SID: own.twilio.accountSid,
      TWILIO_AUTH_TOKEN: own.twilio.authToken,
      TWILIO_PHONE_NUMBER: own.here.phone,
      TWILIO_API_URL: own.twilio.apiUrl,
    };
    const id = await keepCarrierAccount(world, { owner: { of: 'community', name: own.here.community }, carrier: 'twilio', settings });
    const { accountSid, authToken, apiUrl } = usual.twilio;
    const twilio = { accountSid, authToken, apiUrl, phoneNumber: usual.here.phone };
    service = await onOwnPort((publicUrl) => app({ world, log: logger('silent'), publicUrl, announces: false, twilio }));
    usual.twilio.attach({ url: service.url, publicUrl: service.url });
    own.twilio.attach({ url: `${service.url}/accounts/${id}`, publicUrl: `${service.url}/accounts/${id}` });
  });
  after(async () => {
    await service.stop();
    for (const { twilio } of lines) await twilio.stop();
  });

  for (const [which, whose] of ['of the settings', 'of a community'].entries()) {
    const line = () => lines[which] ?? expect.fail();

    it(`bring the pictures of the one ${whose}`, async () => {
      const { twilio, here } = line();
      const media = `ME${String(which).repeat(32)}`;
      const picture = sharp({ create: { width: 64, height: 48, channels: 3, background: '#04a' } });
      twilio.media.set(media, await picture.jpeg().toBuffer());
      const cadre = { from: CADRE, to: here.phone };
      expect(await twilio.deliver({ ...cadre, body: '进展 3 灯亮了', media: [media] })).to.include('没公布');
      const digits = await until('the digits', () => twilio.accepted.map(({ body }) => /】(\d{6})是您发命令/.exec(body)?.[1]).find(Boolean));
      expect(await twilio.deliver({ ...cadre, body: digits })).to.include('正在存');
      const news = await until('the news', async () => (await newsOfWork(here.cycle, 3))[0]);
      expect(news.pictures).to.have.length(1);
    });

    it(`bring what is spoken on calls over the one ${whose}, and delete it there`, async () => {
      const { twilio, here } = line();
      const call = await twilio.dial({ from: here.phones[0] ?? '', to: here.phone });
      await call.press('2');
      const sid = twilio.recordings.take(silence(4));
      await call.speak({ url: `${twilio.apiUrl}/2010-04-01/Accounts/${twilio.accountSid}/Recordings/${sid}`, seconds: 4 });
      await call.silence();
      const id = await until('a proposal', async () => (await collection(Proposal).findOne({ '_id.cycle': here.cycle }))?.spoken?.recording);
      expect(await until('what was spoken', () => recordingFiles(world).read(id))).to.deep.equal(silence(4));
      await until('an end of what Twilio keeps', () => twilio.recordings.kept.size === 0);
    });
  }
});
