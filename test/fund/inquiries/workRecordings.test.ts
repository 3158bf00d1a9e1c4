import { expect } from 'chai';
import { recordingName, twilioRecordings } from '../../../src/carriers/twilio/rest.ts';
import { Recording, recordingFiles, workRecordings, writeInquiry } from '../../../src/fund/inquiries/index.ts';
import { recordingId } from '../../../src/fund/inquiries/recording.ts';
import { operator } from '../../../src/fund/people/index.ts';
import { lostRecording, Proposal, publicProposals, recordProposal } from '../../../src/fund/proposals/index.ts';
import { eraseMe } from '../../../src/fund/roster/eraseResident.ts';
import { collection } from '../../../src/store/collection.ts';
import { DAY_MS } from '../../../src/store/wallTime.ts';
import type { World } from '../../../src/store/world.ts';
import type { RecordingMishap } from '../../fakes/recordingsApi.ts';
import { type FakeTwilio, fakeTwilio } from '../../fakes/twilio.ts';
import { useDatabase } from '../../support/database.ts';
import { writeDown } from '../../support/proposals.ts';
import { silence } from '../../support/silence.ts';
import { type Town, town } from '../../support/town.ts';

const PHONE = '+8613800000001';

describe('workRecordings', () => {
  const { world: here } = useDatabase('workRecordings');
  let ahead = 0;
  const world: World = { ...here, now: () => new Date(Date.now() + ahead) };
  let twilio: FakeTwilio;
  let place: Town;
  let work: () => Promise<void>;
  const begin = (slowest = 20_000) => {
    work = () => workRecordings(world, twilioRecordings(twilio, slowest), lostRecording(world, place.notify));
  };

  beforeEach(async () => {
    ahead = 0;
    await collection(Recording).deleteMany({});
    twilio = await fakeTwilio();
    place = await town(here);
    await place.person('1', { phone: PHONE });
    begin();
  });
  afterEach(() => twilio.stop());

  /** As Twilio takes one; gives its name here. */
  const take = (bytes: Uint8Array, mishap?: RecordingMishap) => recordingName(twilio.accountSid, twilio.recordings.take(bytes, mishap));
  const propose = (recording: string) => recordProposal(world, { text: '', recording }, place.act(PHONE, { channel: 'voice' }));
  const stored = (sid: string) => collection(Recording).findOne({ _id: recordingId(world.vault, sid) }, { promoteBuffers: true });
  const public_ = () => publicProposals(world, place.cycle);
  /** Later than every pause between two tries. */
  const passes = async (ms = 16 * 60_000) => {
    ahead += ms;
    await work();
  };

  it('keeps what was said encrypted, the carrier’s copy deleted, until somebody writes it down, and after the term no more', async () => {
    const spoken = silence(4, 7);
    const sid = take(spoken, 'late');
    expect(await propose(sid)).to.deep.equal({ number: 1, public: true });
    expect(await public_()).to.containSubset([{ number: 1, text: '', spoken: 'beingWrittenDown' }]);
    await work();
    expect(await stored(sid)).to.include({ state: 'awaited', reason: 'missing' });

    await passes();
    const id = recordingId(world.vault, sid);
    expect(await recordingFiles(world).read(id)).to.deep.equal(spoken);
    expect(await stored(sid))
      .to.include({ state: 'kept' })
      .and.not.have.any.keys('carrierId', 'reason');
    expect(twilio.recordings.kept.size).to.equal(0);
    const chunks = await collection(Recording).db?.collection('recordingFiles.chunks').find().toArray();
    expect(chunks?.map(({ data }) => data.buffer.includes(spoken.subarray(0, 100)))).to.deep.equal([false]);

    expect(await writeDown(world, place.notify)({ recording: id, text: ' 三号院门口修个灯\n', actor: operator('Li') })).to.deep.equal({
      of: 'proposal',
      number: 1,
      notified: true,
    });
    expect(await public_()).to.containSubset([{ number: 1, text: '三号院门口修个灯' }]);
    expect((await public_())[0]).to.not.have.property('spoken');
    expect(place.notices.map(({ said }) => said)).to.deep.equal([
      { key: 'notice.proposalWrittenDown', params: { number: 1, text: '三号院门口修个灯' } },
    ]);

    await passes(181 * DAY_MS);
    expect([await recordingFiles(world).read(id), await stored(sid)]).to.deep.equal([null, null]);
    expect(await public_()).to.containSubset([{ text: '三号院门口修个灯' }]);
  });

  for (const [what, bytes, mishap, reason] of [
    ['too large', silence(1), 'endless', 'tooLarge'],
    ['not audio', Buffer.from('<html>busy</html>'), undefined, 'notAudio'],
    ['longer than was asked for', silence(200), undefined, 'tooLong'],
    ['redirected elsewhere', silence(1), 'redirect', 'http.302'],
    ['behind a broken server', silence(1), 'fail', 'http.503'],
    ['behind a slow server', silence(1), 'hang', 'slow'],
    ['never there', undefined, undefined, 'missing'],
  ] as const) {
    it(`tells who spoke when a recording is ${what}, once, and the proposal stays`, async () => {
      if (mishap === 'hang') begin(300);
      const sid = bytes ? take(bytes, mishap) : recordingName(twilio.accountSid, `RE${'0'.repeat(32)}`);
      await propose(sid);
      await work();
      await passes();
      expect(twilio.recordings.elsewhere).to.equal(0);
      await passes(DAY_MS);
      expect(await stored(sid)).to.include({ state: 'lost', reason });
      await passes(2 * DAY_MS);
      expect(place.notices.map(({ address, said }) => [address, said.key])).to.deep.equal([[PHONE, 'notice.proposalNotHeard']]);
      expect(await public_()).to.containSubset([{ number: 1, spoken: 'lost' }]);
      const id = recordingId(world.vault, sid);
      expect(await writeDown(world, place.notify)({ recording: id, text: '修个灯', actor: operator('Li') })).to.include({ number: 1 });
      expect(await public_()).to.containSubset([{ number: 1, text: '修个灯' }]);
    });
  }

  it('keeps each once, however many processes work and however often the turn comes', async () => {
    const sids = Array.from({ length: 6 }, (_, n) => take(silence(1, n)));
    const inquiries = sids.map((sid) => [sid, place.act(PHONE, { channel: 'voice' })] as const);
    await Promise.all(
      [...inquiries, ...inquiries].map(([recording, act]) => writeInquiry(world, place.notify, { kind: 'question', text: '', recording }, act)),
    );
    await Promise.all([work(), work(), work()]);
    await work();
    expect(twilio.recordings.asked.map((sid) => recordingName(twilio.accountSid, sid)).toSorted()).to.deep.equal(sids.toSorted());
    const kept = await Promise.all(sids.map((sid) => recordingFiles(world).read(recordingId(world.vault, sid))));
    expect(kept).to.deep.equal(sids.map((_, n) => silence(1, n)));
  });

  it('deletes at the carrier what was spoken for a proposal that is refused, also of many that come at once', async () => {
    const sids = Array.from({ length: 6 }, (_, n) => take(silence(1, n)));
    const made = await Promise.all(sids.map(propose));
    expect(made.filter((proposed) => 'refused' in proposed)).to.have.length(3);
    await passes(1_000);
    await passes(1_000);
    expect(twilio.recordings.kept.size).to.equal(0);
    const left = await collection(Recording).find({}).toArray();
    const needed = await collection(Proposal).find({ '_id.cycle': place.cycle }).toArray();
    expect(left.map(({ _id }) => _id).toSorted()).to.deep.equal(needed.map(({ spoken }) => spoken?.recording).toSorted());
  });

  it('deletes the voice of who asks to be deleted, here and with the carrier, fetched or not', async () => {
    const [here, there] = [take(silence(1)), take(silence(2))];
    await propose(here);
    await work();
    await propose(there);
    await eraseMe(world, async () => {}, {}, place.act(PHONE, { at: world.now() }));
    await passes(1_000);
    expect(await collection(Recording).countDocuments({})).to.equal(0);
    expect(twilio.recordings.kept.size).to.equal(0);
    expect(await recordingFiles(world).read(recordingId(world.vault, here))).to.equal(null);
    const left = await collection(Proposal).find({ '_id.cycle': place.cycle }).toArray();
    expect(left.map(({ address, spoken }) => [address, spoken?.state])).to.deep.equal([
      [undefined, 'lost'],
      [undefined, 'lost'],
    ]);
  });
});
