import { expect } from 'chai';
import { scores } from '../../../../src/fund/ballots/pabulib/election.ts';
import { readPabulib } from '../../../../src/fund/ballots/pabulib/readPabulib.ts';

describe('readPabulib', () => {
  it('reads files as they are: mixed line ends, quotes, semicolons in quotes, spaces, blank lines, decimals, keys nobody knows', () => {
    const text = [
      '\uFEFFMETA\r\nkey;value\r\nunit;Łódź\nbudget; 102533.36\r\nvote_type;approval\r\nrule;greedy-threshold\r\n',
      'min_length;1\r\nmax_length;2\r\nmin_project_score_threshold;50\r\nsubdistricts;True\r\nnum_projects;2\r\nnum_votes;2\r\n\r\n',
      'PROJECTS\r\nproject_id;cost;votes;name;selected;latitude\r\nA/1;5000.5;2;"Plac ""Tokarza""; etap\nII";1;49.9\r\nA/2;7;1;Park;0\r\n',
      'VOTES\r\nvoter_id;vote;age;voting_method\r\n10;A/1, A/2;33;internet\r\n11;A/1;;paper',
    ].join('');
    expect(readPabulib(text)).to.deep.equal({
      unit: 'Łódź',
      budget: 102533.36,
      voteType: 'approval',
      rule: 'greedy-threshold',
      choices: { min: 1, max: 2 },
      threshold: 50,
      more: { subdistricts: 'True' },
      projects: [
        { number: 1, id: 'A/1', cost: 5000.5, votes: 2, name: 'Plac "Tokarza"; etap\nII', selected: 1 },
        { number: 2, id: 'A/2', cost: 7, votes: 1, name: 'Park', selected: 0 },
      ],
      votes: [
        { voter: '10', picks: [1, 2], method: 'internet' },
        { voter: '11', picks: [1], method: 'paper' },
      ],
    });
  });

  it('names every fault by file and line', () => {
    const text = [
      'META',
      'key;value',
      'budget;10,5',
      'vote_type;hands',
      'num_votes;3',
      'PROJECTS',
      'project_id;cost',
      '1;5',
      '1;x',
      'VOTES',
      'voter_id;vote;points',
      'a;1,2;1',
      ';1,1;;9',
    ].join('\n');
    const told = [
      'city.pb:3: budget is no number: 10,5',
      'city.pb:4: vote_type must be one of approval, choose-1, cumulative, ordinal, scoring',
      'city.pb:5: num_votes is 3, but there are 2',
      'city.pb:9: cost is no number: x',
      'city.pb:9: project 1 is there twice',
      'city.pb:12: there is no project 2',
      'city.pb:12: there are 1 points for 2 picks',
      'city.pb:13: there are 4 cells for 3 columns',
      'city.pb:13: a project is picked twice',
      'city.pb:13: voter_id is missing',
    ];
    expect(() => readPabulib(text, 'city.pb'))
      .to.throw(told.join('\n'))
      .with.property('code', 'bad-file');
  });

  it('says what is missing, and where a quote is not closed', () => {
    expect(() => readPabulib('')).to.throw('election.pb:1: there must be the sections META, PROJECTS and VOTES; there is none');
    expect(() => readPabulib('key;value\n')).to.throw('election.pb:1: the file must begin with META');
    expect(() => readPabulib('META\nkey;value\nbudget;"10\nPROJECTS\n')).to.throw(/election\.pb:\d: a quotation mark is not closed/);
  });

  it('counts votes, points, and places in a list from the last one up', () => {
    const counted = (voteType: string, votes: string) =>
      scores(
        readPabulib(`META\nkey;value\nbudget;9\nvote_type;${voteType}\nPROJECTS\nproject_id;cost\na;1\nb;2\nVOTES\nvoter_id;vote;points\n${votes}`),
      ).map(({ votes }) => votes);
    expect(counted('approval', '1;a,b\n2;b')).to.deep.equal([1, 2]);
    expect(counted('cumulative', '1;a,b;7,3\n2;b;10')).to.deep.equal([7, 13]);
    expect(counted('ordinal', '1;b,a\n2;b')).to.deep.equal([1, 3]);
    expect(counted('ordinal', '1;b,a;3,2\n2;b;3')).to.deep.equal([2, 6]);
  });
});
