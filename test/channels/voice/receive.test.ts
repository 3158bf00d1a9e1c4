import { expect } from 'chai';
import { call } from '../../../src/channels/voice/asCaller.ts';
import { Entry } from '../../../src/fund/records/entry.ts';
import { Message } from '../../../src/outreach/message.ts';
import { native } from '../../../src/store/native.ts';
import { wrongInVoiceTwiml } from '../../fakes/wrongInVoiceTwiml.ts';
import { useDatabase } from '../../support/database.ts';
import { startService, type TestService } from '../../support/service.ts';

const KNOWN = '+8613800000001';

describe('the voice line', () => {
  const { world } = useDatabase('voice');
  let service: TestService;

  before(async () => {
    service = await startService(world);
  });
  after(() => service.stop());

  const dial = (from: string, to = service.community.phone) =>
    call(
      {
        url: service.url,
        publicUrl: service.publicUrl,
        authToken: service.twilio.authToken,
        check: (twiml) => {
          const wrong = wrongInVoiceTwiml(twiml);
          if (wrong) throw new Error(`${wrong}: ${twiml}`);
        },
      },
      { from, to },
    );
  const ballots = () => native(Entry).countDocuments();

  it('takes a vote of somebody who knows the numbers, reads back each, and sends the receipt by SMS too', async () => {
    const phone = await dial(KNOWN);
    for (const keys of ['1', '1', '3#', '7#', '#']) await phone.press(keys);
    expect(await ballots()).to.equal(1);
    await phone.silence();
    const said = (await phone.hear()).map(({ text }) => text);
    expect(said.slice(0, -4)).to.deep.equal([
      '青松社区。投票,按1。提意见,按2。听进度,按3。别的,按4。找人,按0。',
      '您的号码会存下来,只为投票和通知。不想收通知,先按4,再按3。',
      '知道号码,按1。想听一听,按2。',
      '按项目号,再按井号。',
      '3号,社区花园。',
      '还要投,再按号码;投完了,直接按井号。',
      '7号,路灯。',
      '还要投,再按号码;投完了,直接按井号。',
    ]);
    expect(said.at(-4)).to.match(
      /^投好了。3号,社区花园;7号,路灯。要改,按2。凭证:[零一二三四五六七八九]{3},[零一二三四五六七八九]{3},[零一二三四五六七八九]{4}。$/,
    );
    expect(said.slice(-3)).to.deep.equal(['也用短信发给您。', '别的事,按井号。', '好,再见。']);
    expect([phone.status, phone.waitsFor]).to.deep.equal(['completed', 'nothing']);
    expect(phone.seconds).to.be.at.most(60);
    const sent = await native(Message).find({ address: KNOWN }).toArray();
    expect(sent.map(({ channel, kind }) => [channel, kind])).to.deep.equal([['sms', 'receipt']]);
  });
});
