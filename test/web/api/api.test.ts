import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { castBallot, sealDue } from '../../../src/fund/ballots/index.ts';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { encryptedProposal, Proposal } from '../../../src/fund/proposals/index.ts';
import { encryptedProposalAddress } from '../../../src/fund/proposals/proposal.ts';
import type { World } from '../../../src/store/world.ts';
import { useDatabase } from '../../support/database.ts';
import type { Town } from '../../support/town.ts';
import { CLOSES, DAY, found, OPENS } from '../community.ts';
import { useServed } from '../serve.ts';

/** Ballots for 3 and for 7 alone: numbers that appear nowhere else. */
const GARDEN = 113;
const LIGHTS = 71;

type Json = Record<string, unknown>;

describe('the API', () => {
  const database = useDatabase('api');
  let now = new Date(OPENS.getTime() - DAY);
  const world: World = { ...database.world, now: () => now };
  const web = useServed(world);
  let large: Town;
  let small: Town;
  let guarded: Town;
  let receipt = '';
  before(async () => {
    large = await found(world, 'large', 1, 600);
    small = await found(world, 'small', 2, 5);
    guarded = await found(world, 'guarded', 3, 5, { ballots: 'supervisors' });
    await Cycle.create({
      ...(await Cycle.findById('small-2027').lean()),
      _id: 'small-2030',
      stages: [{ stage: 'propose', from: new Date('2030-01-01') }],
    });
  });

  const at = (moment: number) => {
    now = new Date(moment);
  };
  const status = async (path: string) => (await web.get(`/api${path}`)).status;
  const json = <Body = Json>(path: string): Promise<Body> => web.json<Body>(`/api${path}`);
  const lines = async (path: string) => {
    const response = await web.get(`/api${path}`);
    expect(response.headers.get('content-type')).to.equal('application/x-ndjson');
    return (await response.text())
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  };
  const cast = async ({ act }: Town, index: number, picks: number[]) => {
    const outcome = await castBallot(world, { picks }, act(index));
    if (!('receipt' in outcome)) throw new Error(`not cast: ${JSON.stringify(outcome)}`);
    return outcome.receipt.replaceAll(' ', '');
  };

  it('is read by any page, says what is wrong in one sentence, and never in HTML', async () => {
    for (const [path, expected] of [
      ['/communities', 200],
      ['/cycles/current', 400],
      ['/cycles/current?community=', 400],
      ['/cycles/current?community=large&community=small', 400],
      ['/cycles/current?community[$ne]=x', 400],
      ['/cycles/current?community=nowhere', 404],
      ['/cycles/none/proposals', 404],
      ['/cycles/none/ballot', 404],
      ['/cycles/none/ledger', 404],
      ['/cycles/none/results', 404],
      ['/cycles/none/ballots', 404],
      ['/cycles/none/paper', 404],
      ['/cycles/none/slips', 404],
      ['/cycles/large-2027/paper', 409],
      ['/cycles/large-2027/slips', 409],
      ['/cycles/large-2027/proposals?before=0', 400],
      ['/cycles/large-2027/proposals?before=-1', 400],
      ['/cycles/large-2027/proposals?before=1e3', 400],
      ['/cycles/large-2027/proposals?before=1&before=2', 400],
      ['/cycles/large-2027/ledger?after=x', 400],
      ['/cycles/large-2027/ledger?after=', 400],
      ['/cycles/large-2027/ledger?after=1.5', 400],
      ['/cycles/large-2027/ledger?after=9999999999999999', 400],
      ['/cycles/%E0%A4%A/ballot', 400],
      ['/receipts/0000000000', 404],
      ['/receipts/1', 404],
      ['/receipts/00000000000', 404],
      ['/nothing', 404],
    ] as const) {
      const response = await web.get(`/api${path}`);
      expect(response.status, path).to.equal(expected);
      expect(response.headers.get('access-control-allow-origin'), path).to.equal('*');
      if (expected === 200) continue;
      expect(response.headers.get('content-type'), path).to.match(/^application\/json/);
      const { error, ...rest } = JSON.parse(await response.text());
      expect(error, path).to.match(/^[A-Z][^\n]*\.$/);
      expect(rest, path).to.deep.equal({});
    }
    const posted = await web.get('/api/communities', { method: 'POST' });
    expect(posted.status).to.equal(405);
    expect(await posted.json()).to.have.keys('error');
  });

  it('lists the communities', async () => {
    expect(await json('/communities'))
      .to.deep.include({ slug: 'large', name: 'large社区', phone: '+862880000001' })
      .and.have.length(3);
  });

  it('gives the newest cycle that has begun, and counts no ballot while the vote is open', async () => {
    at(OPENS.getTime() - DAY);
    expect(await json('/cycles/current?community=small')).to.deep.equal({
      id: 'small-2027',
      community: 'small',
      title: '2027年社区保障资金',
      stage: 'propose',
      stages: {
        propose: { from: '2027-01-30T00:00:00.000Z', to: OPENS.toISOString() },
        vote: { from: OPENS.toISOString(), to: CLOSES.toISOString() },
        implement: { from: CLOSES.toISOString(), to: null },
      },
      budget: 300_000,
      currency: 'CNY',
      rule: 'greedy',
      choices: { min: 1, max: 2 },
      projects: [
        { number: 3, title: '社区花园', category: '环境', cost: 60_000 },
        { number: 7, title: '路灯', category: null, cost: 48_000 },
      ],
      proposals: 0,
      answered: 0,
      heldSince: null,
      slipsUntil: '2027-03-11T00:00:00.000Z',
      medianDays: null,
      ballots: null,
      voters: 0,
      residents: 5,
    });
    at(OPENS.getTime() - 60 * DAY);
    expect(await status('/cycles/current?community=small')).to.equal(404);
  });

  it('gives public proposals newest first, 200 a page, with numbers masked and nothing that tells who', async () => {
    at(OPENS.getTime() - DAY);
    const proposal = (number: number, { text = `路灯 ${number}`, ...more }: { text?: string; [field: string]: unknown } = {}) => ({
      _id: { cycle: 'large-2027', number },
      community: 'large',
      at: now,
      origin: 'sms',
      channel: 'sms',
      address: encryptedProposalAddress(database.world.vault, { cycle: 'large-2027', number }, '+8613800000001'),
      text: encryptedProposal(database.world.vault, { cycle: 'large-2027', number }, text),
      state: 'received',
      public: true,
      by: large.residents[1] ?? '',
      slot: `slot ${number}`,
      key: `key ${number}`,
      history: [],
      ...more,
    });
    await Proposal.insertMany(Array.from({ length: 203 }, (_, index) => proposal(index + 1001)));
    await Proposal.insertMany([
      proposal(1204, { public: false }),
      proposal(1205, { hidden: { by: '王', reason: '广告', at: now } }),
      proposal(1206, { text: '打 138 0000 0000 找我', state: 'merged', project: 7, category: '环境' }),
    ]);
    const first = await json<Json[]>('/cycles/large-2027/proposals');
    expect(first).to.have.length(200);
    expect(first[0]).to.deep.equal({
      number: 1206,
      at: now.toISOString(),
      origin: 'sms',
      channel: 'sms',
      category: '环境',
      text: '打 138 **** **** 找我',
      state: 'merged',
      project: 7,
      supports: 0,
      mergedInto: null,
      reason: null,
      cost: null,
    });
    expect(first[1]).to.deep.equal({
      number: 1203,
      at: now.toISOString(),
      origin: 'sms',
      channel: 'sms',
      category: null,
      text: '路灯 1203',
      state: 'received',
      project: null,
      supports: 0,
      mergedInto: null,
      reason: null,
      cost: null,
    });
    const second = await json<Json[]>('/cycles/large-2027/proposals?before=1005');
    expect(second.map(({ number }) => number)).to.deep.equal([1004, 1003, 1002, 1001]);
    expect((await json('/cycles/current?community=large')).proposals).to.equal(204);
  });

  it('gives the frozen ballot from the opening of the vote on, the same bytes for ever', async () => {
    at(OPENS.getTime() - 1);
    expect(await status('/cycles/large-2027/ballot')).to.equal(409);
    at(OPENS.getTime() + 1_001);
    const response = await web.get('/api/cycles/large-2027/ballot');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.status).to.equal(200);
    expect(response.headers.get('content-type')).to.match(/^application\/json/);
    expect(JSON.parse(bytes.toString())).to.deep.include({ cycle: 'large-2027', budget: 300_000, lot: [7, 3] });
    const etag = response.headers.get('etag') ?? '';
    expect(etag).to.equal(`"${createHash('sha256').update(bytes).digest('hex')}"`);
    expect((await web.get('/api/cycles/large-2027/ballot', { headers: { 'If-None-Match': etag, 'Cache-Control': 'max-age=0' } })).status).to.equal(
      304,
    );
  });

  it('shows entries of a day once the day is over, and in a small community after the close', async () => {
    at(OPENS.getTime() + 60_000);
    receipt = await cast(large, 0, [7]);
    await cast(large, 0, [3]);
    await Promise.all(Array.from({ length: GARDEN - 1 }, (_, index) => cast(large, index + 1, [3])));
    await Promise.all(Array.from({ length: LIGHTS }, (_, index) => cast(large, index + GARDEN, [7])));
    await Promise.all([0, 1, 2].map((index) => cast(small, index, [3, 7])));
    await cast(guarded, 0, [7]);
    expect(await lines('/cycles/large-2027/ledger')).to.deep.equal([]);

    at(OPENS.getTime() + 2 * DAY);
    await cast(large, 300, [3, 7]);
    const entries = await lines('/cycles/large-2027/ledger');
    expect(entries).to.have.length(GARDEN + LIGHTS + 1);
    expect(Object.keys(entries[0])).to.deep.equal(['seq', 'cycle', 'at', 'commitment', 'previous', 'hash']);
    expect(entries[0]).to.include({ seq: 1, cycle: 'large-2027', at: '2027-03-01' });
    expect(await lines('/cycles/large-2027/ledger?after=180')).to.deep.equal(entries.slice(180));
    expect(await lines('/cycles/large-2027/ledger?after=0')).to.deep.equal(entries);
    expect(await lines('/cycles/small-2027/ledger')).to.deep.equal([]);
  });

  it('tells no count by project before the close, at no address, in no metric and in no line of the log', async () => {
    const addresses = ['/', '/metrics', '/api/communities', '/api/cycles/current?community=large', `/api/receipts/${receipt}`];
    const ofCycle = ['proposals', 'ballot', 'ledger', 'results', 'ballots'].map((part) => `/api/cycles/large-2027/${part}`);
    const told = await Promise.all([...addresses, ...ofCycle].map(async (path) => `${path}\n${await (await web.get(path)).text()}`));
    for (const text of [...told, ...web.lines]) {
      // places in the ledger, durations, and figures of Node itself
      const counted = text.replace(/"(seq|ms)":[\d.]+|^yisheng_(process|nodejs).*$|\d*\.\d+/gm, '');
      expect(counted).not.to.match(new RegExp(`\\b(${GARDEN}|${GARDEN + 1}|${LIGHTS}|${LIGHTS + 1})\\b`));
      expect(text).not.to.match(/"(votes|tallies|winners|picks|voter)"/);
    }
    expect(await json('/cycles/current?community=large')).to.include({ voters: GARDEN + LIGHTS + 1, ballots: null });
    expect(await status('/cycles/large-2027/results')).to.equal(409);
    expect(await status('/cycles/large-2027/ballots')).to.equal(409);
  });

  it('says that a receipt’s ballot is in the ledger, not what it says nor that another replaced it', async () => {
    expect(await json(`/receipts/${receipt}`)).to.deep.equal({ cycle: 'large-2027', at: '2027-03-01' });
    expect(await json(`/receipts/${receipt.slice(0, 3)}%20${receipt.slice(3, 6)}%20${receipt.slice(6)}`)).to.have.keys('cycle', 'at');
  });

  it('counts after the seal, and not before', async () => {
    at(CLOSES.getTime() + 5_000);
    await sealDue(world)(now);
    expect(await status('/cycles/large-2027/results')).to.equal(409);
    expect(await status('/cycles/large-2027/ballots')).to.equal(409);
    expect([await status('/cycles/large-2027/slips'), await status('/cycles/large-2027/paper')], 'closed, without paper').to.deep.equal([409, 404]);

    at(CLOSES.getTime() + 12_000);
    await sealDue(world)(now);
    at(CLOSES.getTime() + 20_000);
    const ledger = await lines('/cycles/large-2027/ledger');
    const seal = ledger.at(-1);
    expect(seal).to.include({ sealed: true, seq: GARDEN + LIGHTS + 3 });
    expect(await json('/cycles/large-2027/results')).to.deep.equal({
      cycle: 'large-2027',
      rule: 'greedy',
      budget: 300_000,
      turnout: { residents: 600, voters: GARDEN + LIGHTS + 1, byChannel: { sms: GARDEN + LIGHTS + 1 } },
      tallies: [
        { number: 3, votes: GARDEN + 1 },
        { number: 7, votes: LIGHTS + 1 },
      ],
      winners: [3, 7],
      spent: 108_000,
      lot: [7, 3],
      head: seal.hash,
    });
    expect(await json('/cycles/current?community=large')).to.include({
      stage: 'implement',
      ballots: GARDEN + LIGHTS + 2,
      voters: GARDEN + LIGHTS + 1,
    });
    expect(await lines('/cycles/small-2027/ledger')).to.have.length(4);
    expect(await status('/cycles/large-2027/slips'), 'without paper').to.equal(404);
  });

  it('publishes the counted ballots, shuffled, unless they are for supervisors', async () => {
    const ballots = await lines('/cycles/large-2027/ballots');
    expect(ballots).to.have.length(GARDEN + LIGHTS + 1);
    const first = ballots.findIndex(([pick, more]) => pick === 7 && more === undefined);
    expect(first, 'the order of the ledger: every 3 before every 7').to.be.lessThan(GARDEN);
    expect(await status('/cycles/guarded-2027/ballots')).to.equal(403);
  });

  it('writes no parameter of a request into the log', async () => {
    await web.get('/api/receipts/13800000000?phone=13800000000');
    await web.get('/api/cycles/current?community=王&text=投3', { headers: { 'User-Agent': '+8613800000000' } });
    expect(web.lines).to.have.length.greaterThan(20);
    const told = web.lines.map((line) => JSON.stringify({ ...JSON.parse(line), time: '', ms: 0 })); // their digits may be any
    expect(told.join('')).not.to.match(/1380|王|投|community=|482|2027/);
  });

  it('looks up nothing that is longer than any address here, however many ask', async () => {
    const long = '/'.concat('x'.repeat(600));
    const answers = await Promise.all(['/api/cycles', '/c', '/audio'].map((path) => web.get(`${path}${long}`)));
    expect(answers.map(({ status }) => status)).to.deep.equal([404, 404, 404]);
    for (const answer of answers) expect(await answer.text()).to.include('nothing at this address');
    expect(answers[0]?.headers.get('access-control-allow-origin')).to.equal('*');
    const many = await Promise.all(Array.from({ length: 300 }, (_, index) => web.get(`/api/cycles/none-${index}/ledger`)));
    expect(new Set(many.map(({ status }) => status))).to.have.keys([404, 503]); // one after the other, over no more than a reader's share
  });
});
