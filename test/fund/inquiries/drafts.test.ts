import { expect } from 'chai';
import { hearing } from '../../../src/carriers/hearing/hearing.ts';
import { recordingName, twilioRecordings } from '../../../src/carriers/twilio/rest.ts';
import { Community } from '../../../src/fund/communities/index.ts';
import { draftRecordings, Recording, type WriteDraft, workRecordings } from '../../../src/fund/inquiries/index.ts';
import { recordingId } from '../../../src/fund/inquiries/recording.ts';
import { readLog } from '../../../src/fund/log/index.ts';
import { operator } from '../../../src/fund/people/index.ts';
import { lostRecording, publicProposals, recordProposal, spokenItems } from '../../../src/fund/proposals/index.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import { type FakeRecogniser, fakeRecogniser } from '../../fakes/recogniser.ts';
import { type FakeTwilio, fakeTwilio } from '../../fakes/twilio.ts';
import { useDatabase } from '../../support/database.ts';
import { writeDown } from '../../support/proposals.ts';
import { silence } from '../../support/silence.ts';
import { type Town, town } from '../../support/town.ts';

const PHONE = '+8613800000001';
const SAID = '小区门口修个亭子';

describe('drafts of what was spoken', () => {
  const { world: here } = useDatabase('drafts');
  let ahead = 0;
  const world: World = { ...here, now: () => new Date(Date.now() + ahead) };
  let recogniser: FakeRecogniser;
  let twilio: FakeTwilio;
  let place: Town;
  let work: () => Promise<void>;

  beforeEach(async () => {
    ahead = 0;
    await collection(Recording).deleteMany({});
    recogniser = await fakeRecogniser();
    recogniser.says = () => SAID;
    twilio = await fakeTwilio();
    place = await town(here);
    await place.person('1', { phone: PHONE });
    const ears = hearing(recogniser.settings);
    const write: WriteDraft = (sound, language) => ears.write(sound, { language, expected: [] });
    const [fetch, draft] = [
      () => workRecordings(world, twilioRecordings(twilio), lostRecording(world, place.notify)),
      () => draftRecordings(world, write),
    ];
    work = async () => {
      await fetch();
      await draft();
    };
  });
  afterEach(async () => {
    await recogniser.stop();
    await twilio.stop();
  });

  const turnOn = () => collection(Community).updateOne({ _id: place.community }, { $set: { drafts: 'on' } });
  const spoken = async () => {
    const sid = recordingName(twilio.accountSid, twilio.recordings.take(silence(4, 7)));
    await recordProposal(world, { text: '', recording: sid }, place.act(PHONE, { channel: 'voice' }));
    await work();
    return recordingId(world.vault, sid);
  };
  const draftOf = async () => (await spokenItems(world, place.community, true))[0]?.draft;

  it('a machine is asked only where the community has drafts on; it gets the sound alone, and nothing of it is public', async () => {
    await spoken();
    expect([recogniser.asked.length, await draftOf()]).to.deep.equal([0, undefined]);
    await turnOn();
    const id = await spoken();
    expect(recogniser.asked.map(({ fileName, fields }) => [fileName, fields.prompt])).to.deep.equal([['sound.mp3', undefined]]);
    for (const { whole } of recogniser.asked) expect(whole).not.to.include(PHONE.slice(-8));
    const kept = await collection(Recording).findOne({ _id: id }, { promoteBuffers: true });
    expect(kept?.draft && here.vault.decrypt('recordingDraft', id, kept.draft)).to.equal(SAID);
    expect(JSON.stringify(kept)).not.to.include('亭子');
    expect((await publicProposals(world, place.cycle)).map(({ text }) => text)).to.deep.equal(['', '']);
    await work();
    expect(recogniser.asked.length).to.equal(1);
  });

  it('a person publishes it; the log says whether it was the machine’s draft as it stood, and the draft is gone', async () => {
    await turnOn();
    const write = writeDown(world, place.notify);
    for (const [text, asDrafted] of [
      [SAID, true],
      ['小区门口修个凉亭', false],
    ] as const) {
      const recording = await spoken();
      expect(await write({ recording, text, actor: operator('Li') })).to.include({ of: 'proposal' });
      const rows = [];
      for await (const row of readLog(world, place.community)) rows.push(row);
      expect(rows.at(-1)).to.containSubset({ act: 'recording.writeDown', opening: { detail: { after: { text, asDrafted } } } });
      expect((await collection(Recording).findOne({ _id: recording }))?.draft).to.equal(undefined);
    }
  });

  it('is asked for again where the recogniser fails, three times in all', async () => {
    await turnOn();
    recogniser.fault = 'fails';
    await spoken();
    for (let round = 0; round < 5; round += 1) {
      ahead += 6 * 60_000;
      await work();
    }
    expect(recogniser.asked.length).to.equal(3);
    expect(await collection(Recording).countDocuments({ draftDueAt: { $exists: true } })).to.equal(0);
  });
});
