import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect } from 'chai';
import { castBySms, castByVoice } from '../../scripts/replay/cast.ts';
import { castByCall, OTHERS, overCarrier } from '../../scripts/replay/castOver.ts';
import { mixedWays, wrongAmong } from '../../scripts/replay/mixed.ts';
import { electionBytes } from '../../scripts/support/electionFile.ts';
import { officialLot } from '../../scripts/support/officialLot.ts';
import { writeElection } from '../../scripts/support/writeElection.ts';
import { readPabulib } from '../../src/fund/ballots/pabulib/index.ts';
import { codeOf } from '../support/codeOf.ts';
import { useDatabase } from '../support/database.ts';

describe('a replay over mixed ways', () => {
  const votes = Array.from({ length: 60 }, (_, n) => ({ picks: [(n % 7) + 1], card: `${n}`, ...(n !== 30 && { phone: `+86139${n}` }) }));

  it('has a third by text, a third by call, a third on paper; every tenth votes before, otherwise and over another way', () => {
    const voting = mixedWays({ votes });
    const by = (cast: unknown) => voting.filter((each) => each.cast === cast).length;
    expect([by(castBySms), by(castByVoice), by(undefined)]).to.deep.equal([19, 20, 21]); // who has no phone votes on paper
    expect(voting.map(({ vote }) => vote)).to.deep.equal(votes);
    const twice = voting.flatMap(({ first, cast, vote }, n) => (first ? [{ n, before: first, cast, vote }] : []));
    expect(twice.map(({ n }) => n)).to.deep.equal([0, 10, 20, 40, 50]);
    for (const { before, cast, vote } of twice) {
      expect(before.cast).to.not.equal(cast);
      expect(before.picks).to.not.deep.equal(vote.picks);
    }
  });

  it('counts a ballot that is lost, one that is counted twice, and one that says something else', () => {
    const file = [[1, 2], [3], [3]].map((picks) => ({ picks }));
    expect(wrongAmong(file, [[3], [2, 1], [3]])).to.equal(0);
    expect(wrongAmong(file, [[3], [1, 2]]), 'lost').to.equal(1);
    expect(wrongAmong(file, [[3], [3], [3], [1, 2]]), 'twice').to.equal(1);
    expect(wrongAmong(file, [[3], [3], [1]]), 'not as it stands, and one that does not').to.equal(2);
  });
});

describe('a replay by call', () => {
  it('calls again where it hears that nothing was recorded, once', async () => {
    const apology = '现在记不了，这次没有记。过几分钟再打来。';
    const answers = [apology, '您的凭证是4820917735。', apology, apology, '您的凭证是4820917735。'];
    const server = createServer((request, response) => {
      const said = request.url === '/twilio/voice' ? answers.shift() : '';
      request.resume().on('end', () => response.end(`<Response><Say>${said}</Say><Hangup/></Response>`));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    const line = { url, publicUrl: url, authToken: 'token' };
    const ballot = { from: '+8613800000001', to: '+862880000001', picks: [1], community: '', cycle: '', card: '' };
    const cast = () => castByVoice(line, ballot);
    try {
      await cast();
      expect(await codeOf(cast())).to.equal('not-cast');
      expect(answers, 'not a third time').to.have.length(1);
    } finally {
      server.close();
    }
    const calls = [apology, '您的凭证是4820917735。', apology, apology, '您的凭证是4820917735。'];
    const dial = async () => {
      const heard: string[] = [];
      const said = calls.shift() ?? '';
      return { heard, hears: async () => {}, press: () => void heard.push(said), hangUp: () => {} };
    };
    const castOverAsterisk = () => castByCall(dial)(line, ballot);
    await castOverAsterisk();
    expect(await codeOf(castOverAsterisk())).to.equal('not-cast');
    expect(calls, 'not a third time over Asterisk either').to.have.length(1);
  });
});

/** Each waits ten seconds for its seal: `EVERY_CARRIER=1` plays them. */
(process.env.EVERY_CARRIER === '1' ? describe : describe.skip)('a replay over each other carrier', function () {
  this.timeout(120_000);
  const { world } = useDatabase('replay');

  for (const [carrier, opened] of Object.entries(OTHERS))
    it(`counts every ballot as it stands in the file, once: ${carrier}`, async () => {
      const election = readPabulib(electionBytes('test/elections/Poland_Gdynia_2022_Babie_Doly__small.pb.gz').toString('utf8'), 'Babie Doly');
      const some = { ...election, votes: election.votes.filter(({ picks }) => picks.length > 0).slice(0, 12) };
      const played = writeElection(some, officialLot(election));
      expect(await overCarrier(world, played, opened)).to.deep.include({ ballots: 12, wrong: 0 });
    });
});
