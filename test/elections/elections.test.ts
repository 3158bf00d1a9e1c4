import { type Election, readPabulib } from '../../src/fund/ballots/pabulib/index.ts';
import { join } from 'node:path';
import { checkElection } from '../../scripts/support/checkElection.ts';
import { decide, decideAs } from '../../scripts/support/decide.ts';
import { electionBytes } from '../../scripts/support/electionFile.ts';
import { readExpected } from '../../scripts/support/expected.ts';
import { officialLot } from '../../scripts/support/officialLot.ts';
import { writePabulib } from '../../src/fund/ballots/pabulib/election.ts';
import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import { root } from '../../src/store/files.ts';

const folder = join(root, 'test/elections');
const expected = readExpected(join(folder, 'expected.json'));
const files = readdirSync(folder).flatMap((file) => (file.endsWith('.pb.gz') ? [file.slice(0, -3)] : []));
const elections = new Map(files.map((file) => [file, readPabulib(electionBytes(join(folder, `${file}.gz`)).toString('utf8'), file)]));

function election(file: string): Election {
  const found = elections.get(`${file}.pb`);
  if (!found) throw new Error(`${file} is not here`);
  return found;
}

/** The elections in which cities broke ties: the project that was first in the city's own lot, and the winner by the opposite lot. */
const ties: Record<string, { first: string[]; last: string[]; instead: string[] }> = {
  Poland_Gdynia_2020_Babie_Doly__small: { first: ['1'], last: ['5'], instead: ['5'] },
  Poland_Krakow_2022_Czyzyny: { first: ['26'], last: ['24'], instead: ['24'] },
  Poland_Lodz_2024_Katedralna: { first: ['S004KA'], last: ['S039KA'], instead: ['S039KA'] },
  Poland_Warszawa_2018_Niskie_Okecie: { first: ['615'], last: ['308'], instead: ['308', '302'] },
  Poland_Warszawa_2019_Targowek_Mieszkaniowy: { first: ['797'], last: ['845', '1159'], instead: ['845', '1159', '98'] },
};

describe('real elections', () => {
  it('are of every rule, vote type and threshold there is', () => {
    const all = [...elections.values()];
    expect(new Set(all.map(({ rule }) => rule))).to.include.all.keys(
      'greedy',
      'greedy-threshold',
      'greedy-no-skip',
      'equalshares/add1',
      'equalshares/add1-comparison',
    );
    expect(new Set(all.map(({ voteType }) => voteType))).to.include.all.keys('approval', 'choose-1', 'cumulative', 'ordinal');
    expect(all.filter(({ threshold }) => threshold !== undefined)).to.have.length.at.least(3);
    expect(all.some(({ budget }) => !Number.isInteger(budget))).to.equal(true);
  });

  for (const file of files) {
    it(`${file}: the stated tallies, the official winners, the reference outputs`, () => {
      const comparisons = checkElection(election(file.slice(0, -3)), expected[file]);
      const official = comparisons.find(({ what }) => what === 'official');
      expect(comparisons.filter(({ outcome }) => outcome === 'different')).to.deep.equal([]);
      expect(official?.outcome).to.equal(file.slice(0, -3) in ties ? 'lot' : 'same');
    });
  }

  for (const [file, { first, last, instead }] of Object.entries(ties)) {
    it(`${file}: the official winners come with the city's own lot, others with the opposite one`, () => {
      const { rule, projects } = election(file);
      const numbers = (ids: readonly string[]) => ids.map((id) => projects.find((project) => project.id === id)?.number ?? Number.NaN);
      const rest = projects.map(({ number }) => number).filter((number) => !numbers([...first, ...last]).includes(number));
      const winners = (lot: readonly number[]) => {
        const chosen = decide(election(file), rule === 'greedy-no-skip' ? 'greedy-no-skip' : 'greedy', lot);
        return projects.filter(({ number }) => chosen.includes(number)).map(({ id }) => id);
      };
      const official = projects.filter(({ selected }) => selected === 1).map(({ id }) => id);
      expect(winners([...rest, ...numbers(first), ...numbers(last)])).to.have.members(official);
      expect(winners(officialLot(election(file))), 'by the lot of a replay').to.have.members(official);
      const others = winners([...rest, ...numbers(last), ...numbers(first)]);
      expect(others.filter((id) => !official.includes(id))).to.have.members(instead);
    });
  }

  it('equal shares stops by the contract, not as soon as nothing more fits: in Wieliczka that would choose others', () => {
    const real = election('Poland_Wieliczka_2023_Green_Budget');
    const lot = real.projects.map(({ number }) => number);
    expect(decide(real, 'equal-shares', lot)).to.have.length(30);
    expect(decideAs('mes_add1', real, lot)).to.have.length(31);
  });

  it('a wrong winner and a wrong tally are told, and taken for no tie', () => {
    const real = election('Poland_Warszawa_2019_Nadwisle');
    const swapped: Election = { ...real, projects: real.projects.map((project) => (project.id === '2195' ? { ...project, selected: 0 } : project)) };
    expect(checkElection(swapped)).to.deep.equal([
      { what: 'tallies', outcome: 'same' },
      { what: 'official', outcome: 'different', detail: 'only there: none; only here: 2195' },
    ]);
    const fewer: Election = { ...real, votes: real.votes.slice(1) };
    expect(checkElection(fewer)[0]).to.deep.include({ what: 'tallies', outcome: 'different' });
  });

  it('read the same after they were written by us', () => {
    for (const read of elections.values()) expect(readPabulib(writePabulib(read))).to.deep.equal(read);
  });
});
