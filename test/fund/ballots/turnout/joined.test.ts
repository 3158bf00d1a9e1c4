import { expect } from 'chai';
import fc from 'fast-check';
import { LEAST } from '../../../../src/fund/ballots/turnout/inTens.ts';
import { type BuildingShare, joinedBuildings } from '../../../../src/fund/ballots/turnout/turnoutShares.ts';

const NOWHERE = { residents: 0, voters: 0 };

describe('the turnout by building', () => {
  it('tells of a building only where at least ten live, and of the others together', () => {
    const shares = [building('10栋', 30, 12), building('2栋', 10, 3), building('3栋', 9, 9), building('4栋', 4, 0)];
    expect(joinedBuildings(shares, { residents: 2, voters: 1 })).to.deep.equal({
      buildings: [building('2栋', 10, 3), building('10栋', 30, 12)],
      rest: { residents: 15, voters: 10 },
    });
  });

  it('joins the smallest of the large ones to a rest that is small itself: the sum of all would give it away', () => {
    const shares = [building('1栋', 30, 12), building('2栋', 10, 3), building('3栋', 9, 9)];
    expect(joinedBuildings(shares, NOWHERE)).to.deep.equal({ buildings: [building('1栋', 30, 12)], rest: { residents: 19, voters: 12 } });
    expect(joinedBuildings([building('1栋', 30, 12)], { residents: 1, voters: 1 })).to.deep.equal({
      buildings: [],
      rest: { residents: 31, voters: 13 },
    });
    expect(joinedBuildings([building('1栋', 30, 12)], NOWHERE)).to.deep.equal({ buildings: [building('1栋', 30, 12)] });
    expect(joinedBuildings([building('1栋', 3, 1)], NOWHERE)).to.deep.equal({ buildings: [], rest: { residents: 3, voters: 1 } });
  });

  it('loses nobody, and never tells of fewer than ten who live somewhere, unless they are everybody', () => {
    const one = fc.record({ residents: fc.integer({ min: 1, max: 40 }), share: fc.double({ min: 0, max: 1, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 12 }), fc.integer({ min: 0, max: 15 }), (sizes, without) => {
        const shares = sizes.map(({ residents, share }, index) => building(`${index}栋`, residents, Math.floor(residents * share)));
        const { buildings, rest } = joinedBuildings(shares, { residents: without, voters: 0 });
        const told = [...buildings, ...(rest ? [rest] : [])];
        const sum = (of: readonly { residents: number }[]) => of.reduce((total, { residents }) => total + residents, 0);
        expect(sum(told)).to.equal(sum(shares) + without);
        if (told.length > 1) for (const { residents } of told) expect(residents).to.be.at.least(LEAST);
      }),
    );
  });
});

function building(name: string, residents: number, voters: number): BuildingShare {
  return { building: name, residents, voters };
}
