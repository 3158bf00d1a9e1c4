import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type AuditFile, type AuditFiles, verifyAudit, writeAudit } from '../../../../src/fund/ballots/audit/index.ts';
import { sealDue, voidBallot } from '../../../../src/fund/ballots/index.ts';
import { commitment, entryHash } from '../../../../src/fund/ballots/ledger/ledgerRules.ts';
import { RULES, type Rule } from '../../../../src/fund/ballots/tally/index.ts';
import { slipAudit } from '../../../../src/fund/paper/index.ts';
import { operator } from '../../../../src/fund/people/index.ts';
import { root } from '../../../../src/store/files.ts';
import { sha256 } from '../../../../src/store/vault.ts';
import type { World } from '../../../../src/store/world.ts';
import { card } from '../../../support/cards.ts';
import { useDatabase } from '../../../support/database.ts';
import { useFolders } from '../../../support/folder.ts';
import { runScript } from '../../../support/runScript.ts';
import { castAssisted } from '../../../support/tables.ts';
import { CLOSES, castFor, heldWorld, SECOND, village } from '../ledger/village.ts';

/** A falsification: the change, and the place at which it must be found. */
interface Falsification {
  what: string;
  file: AuditFile;
  /** Line, from 1; 0: the first that was changed. */
  line: number;
  change: (text: string, files: AuditFiles) => string;
}

const edit = (line: number, change: (text: string) => string) => (text: string) =>
  text
    .split('\n')
    .map((old, index) => (index === line - 1 ? change(old) : old))
    .join('\n');
const without = (line: number) => (text: string) =>
  text
    .split('\n')
    .filter((_, index) => index !== line - 1)
    .join('\n');
const swapped = (line: number) => (text: string) => {
  const lines = text.split('\n');
  lines.splice(line - 1, 2, lines[line] ?? '', lines[line - 1] ?? '');
  return lines.join('\n');
};
const flipped = (key: string) => (line: string) =>
  line.replace(new RegExp(`"${key}":"(.)`), (whole, digit) => whole.slice(0, -1) + (digit === 'a' ? 'b' : 'a'));
const lineOf = (text: string | undefined, key: string) => (text ?? '').split('\n').findIndex((line) => line.includes(key)) + 1;

const FALSIFICATIONS: Falsification[] = [
  { what: 'a cost', file: 'ballot.json', line: 1, change: (text) => text.replace('"cost":48000', '"cost":48001') },
  { what: 'the budget', file: 'ballot.json', line: 1, change: (text) => text.replace('"budget":100000', '"budget":100001') },
  { what: 'the rule', file: 'ballot.json', line: 1, change: (text) => text.replace('"rule":"greedy"', '"rule":"greedy-no-skip"') },
  { what: 'the lot', file: 'ballot.json', line: 1, change: (text) => text.replace(/"lot":\[(\d),(\d)/, '"lot":[$2,$1') },
  { what: 'a blank', file: 'ballot.json', line: 1, change: (text) => text.replace(',"budget"', ', "budget"') },
  { what: 'a commitment', file: 'ledger.ndjson', line: 3, change: edit(3, flipped('commitment')) },
  { what: 'a day', file: 'ledger.ndjson', line: 2, change: edit(2, (line) => line.replace('"at":"2026-12-01"', '"at":"2026-12-02"')) },
  { what: 'a seq', file: 'ledger.ndjson', line: 4, change: edit(4, (line) => line.replace('"seq":4', '"seq":5')) },
  { what: 'a hash', file: 'ledger.ndjson', line: 2, change: edit(2, flipped('hash')) },
  { what: 'what an entry stands on', file: 'ledger.ndjson', line: 5, change: edit(5, flipped('previous')) },
  { what: 'what the first entry stands on', file: 'ledger.ndjson', line: 1, change: edit(1, flipped('previous')) },
  { what: 'another cycle’s entry', file: 'ledger.ndjson', line: 3, change: edit(3, (line) => line.replace('-1"', '-2"')) },
  { what: 'an entry left out', file: 'ledger.ndjson', line: 3, change: without(3) },
  { what: 'two entries exchanged', file: 'ledger.ndjson', line: 2, change: swapped(2) },
  { what: 'the seal left out', file: 'ledger.ndjson', line: 9, change: without(9) },
  { what: 'something after the seal', file: 'ledger.ndjson', line: 10, change: (text) => text + following(text) },
  { what: 'a last entry changed and its hash made to fit', file: 'ledger.ndjson', line: 9, change: edit(8, refitted) },
  { what: 'a pick in an opening', file: 'openings.ndjson', line: 1, change: edit(1, (line) => line.replace(/"picks":.*/, '"picks":[2]}')) },
  { what: 'a voter in an opening', file: 'openings.ndjson', line: 4, change: edit(4, flipped('voter')) },
  { what: 'a salt', file: 'openings.ndjson', line: 2, change: edit(2, flipped('salt')) },
  { what: 'an opening left out', file: 'openings.ndjson', line: 2, change: without(2) },
  { what: 'the last opening left out', file: 'openings.ndjson', line: 8, change: without(8) },
  { what: 'a ballot changed', file: 'ballots.ndjson', line: 2, change: edit(2, (line) => (line === '[1,7]' ? '[2]' : '[1,7]')) },
  { what: 'a ballot left out', file: 'ballots.ndjson', line: 0, change: without(4) },
  { what: 'a ballot stuffed', file: 'ballots.ndjson', line: 6, change: (text) => `${text}[1]\n` },
  { what: 'picks outside the ballot', file: 'ballots.ndjson', line: 3, change: edit(3, () => '[5]') },
  { what: 'a tally', file: 'results.json', line: 0, change: (text) => text.replace(/"votes": (\d)/, (_, votes) => `"votes": ${Number(votes) + 1}`) },
  { what: 'the winners', file: 'results.json', line: 0, change: (text) => text.replace(/"winners": \[\s*\d/, (start) => start.replace(/\d$/, '2')) },
  { what: 'what was spent', file: 'results.json', line: 0, change: (text) => text.replace(/"spent": \d/, '"spent": 9') },
  { what: 'the number of voters', file: 'results.json', line: 0, change: (text) => text.replace(/"voters": \d/, '"voters": 9') },
  { what: 'the channels', file: 'results.json', line: 0, change: (text) => text.replace(/"assisted": 1/, '"assisted": 2') },
  {
    what: 'the seal',
    file: 'results.json',
    line: 0,
    change: (text) => text.replace(/"head": "./, (start) => `${start.slice(0, -1)}${start.endsWith('a') ? 'b' : 'a'}`),
  },
  { what: 'a vote', file: 'cycle.pb', line: 0, change: (text) => text.replace(/^1;.*$/m, (line) => (line === '1;2' ? '1;3' : '1;2')) },
  { what: 'who won', file: 'cycle.pb', line: 0, change: (text) => text.replace(/;0$/m, ';1') },
  { what: 'a key', file: 'results.json', line: 0, change: (text) => text.replace('"spent"', '"spend"') },
  { what: 'a key there', file: 'cycle.pb', line: 0, change: (text) => text.replace('date_end', 'date_and') },
  { what: 'the first entry’s cycle', file: 'ledger.ndjson', line: 1, change: edit(1, (line) => line.replace('-1"', '-2"')) },
  { what: 'a value that is none', file: 'results.json', line: 0, change: (text) => text.replace(/"spent": \d/, '"spent": x') },
  {
    what: 'the first day there',
    file: 'cycle.pb',
    line: 0,
    change: (text) => text.replace('date_begin;01', 'date_begin;02'),
  },
  { what: 'the last day there', file: 'cycle.pb', line: 0, change: (text) => text.replace(/date_end;.*/, 'date_end;30.11.2026') },
  { what: 'the lot there', file: 'cycle.pb', line: 0, change: (text) => text.replace(/(lot drawn before the vote: )(\d), (\d)/, '$1$3, $2') },
  {
    what: 'fewer residents than voters',
    file: 'results.json',
    line: 0,
    change: (text) => text.replace(/"residents": \d/, '"residents": 4'),
  },
  {
    what: 'a key, first as readers see it and then as programs do,',
    file: 'results.json',
    line: 0,
    change: (text) => text.replace(/( *)"spent": (\d+),\n/, '$1"spent": $2,\n$1"spent": $2,\n'),
  },
  { what: 'a doubled key', file: 'openings.ndjson', line: 3, change: edit(3, (line) => line.replace('{', '{"voter":"nobody",')) },
  { what: 'a doubled key, escaped,', file: 'ledger.ndjson', line: 2, change: edit(2, (line) => line.replace('{', '{"\\u0061t":"2026-11-01",')) },
  { what: 'the budget there', file: 'cycle.pb', line: 0, change: (text) => text.replace('budget;100000', 'budget;100001') },
];

/** An entry that would be right after the seal. */
function following(text: string): string {
  const seal = JSON.parse(text.trim().split('\n').at(-1) ?? '');
  const entry = { seq: seal.seq + 1, cycle: seal.cycle, at: seal.at, commitment: 'a'.repeat(64), previous: seal.hash };
  return `${JSON.stringify({ ...entry, hash: entryHash(sha256, entry) })}\n`;
}

/** A line with another commitment and the hash that fits it. */
function refitted(line: string): string {
  const { hash: _, ...entry } = JSON.parse(line);
  const changed = { ...entry, commitment: commitment(sha256, { salt: '0', voter: '0', picks: [2] }) };
  return JSON.stringify({ ...changed, hash: entryHash(sha256, changed) });
}

describe('an audit', () => {
  const database = useDatabase('audit');
  const folder = useFolders();
  let files: AuditFiles;
  let cycle: string;
  let world: World;

  before(async () => {
    const held = heldWorld(database.world);
    world = held;
    const people = await village(world, 8);
    cycle = people.cycle;
    const { act, community } = people;
    for (const [n, ...picks] of [
      [0, 1],
      [1, 3, 7],
      [2, 1, 7],
      [3, 3],
    ] as const)
      await castFor(world, act(n), ...picks);
    const assisted = { community, person: { card: card(4) }, picks: [2, 3], witness: '老周', actor: operator('李姐'), key: 'sheet' };
    await castAssisted(world, async () => undefined)(assisted);
    await castFor(world, act(0), 3, 7);
    await castFor(world, act(5), 7);
    await voidBallot(world, undefined, act(5));
    held.at = new Date(CLOSES.getTime() + 10 * SECOND);
    await sealDue(world)();
    files = await audit(world, cycle, false);
  });

  it('holds as it is written, and without the openings as the public has it', async () => {
    expect(verifyAudit(files, sha256)).to.deep.include({ ok: true, entries: 9, ballots: 5, opened: true });
    const open = await audit(world, cycle, true);
    expect(Object.keys(open)).to.not.include.members(['openings.ndjson', 'log.ndjson']);
    expect(verifyAudit(open, sha256)).to.deep.include({ ok: true, entries: 9, ballots: 5, opened: false });
  });

  it('compares values, not spelling: compact or with blanks, keys in another order, quoted cells, other line ends, a byte order mark', () => {
    const anew = (text = '', change: (value: unknown) => string = (value) => JSON.stringify(value)) =>
      text
        .trim()
        .split('\n')
        .map((line) => change(JSON.parse(line)))
        .join('\r\n');
    const backwards = (value: unknown) => JSON.stringify(Object.fromEntries(Object.entries(value ?? {}).toReversed()), null, 1).replaceAll('\n', '');
    const quoted = (text = '') => text.replaceAll(/^(\w+);([\w,]+)$/gm, '"$1";"$2"').replaceAll('\n', '\r\n');
    const spelt = {
      ...files,
      'ledger.ndjson': anew(files['ledger.ndjson'], backwards),
      'openings.ndjson': anew(files['openings.ndjson'], backwards),
      'ballots.ndjson': anew(files['ballots.ndjson'], (value) => JSON.stringify(value).replaceAll(',', ', ')),
      'results.json': `\uFEFF${JSON.stringify(JSON.parse(files['results.json'] ?? ''))}`,
      'cycle.pb': quoted(files['cycle.pb']),
    };
    expect(spelt['cycle.pb']).to.not.equal(files['cycle.pb']);
    expect(verifyAudit(spelt, sha256)).to.deep.include({ ok: true, entries: 9, ballots: 5, opened: true });
    const wrong = { ...spelt, 'results.json': spelt['results.json'].replace(/"spent":\d/, '"spent":9') };
    expect(verifyAudit(wrong, sha256)).to.deep.include({ ok: false, file: 'results.json', line: 1 });
  });

  it('refuses every JSON file in which one line stands twice', () => {
    for (const [file, text = ''] of Object.entries(files)) {
      const lines = text.split('\n').slice(0, -1);
      const missed = lines.flatMap((line, index) => {
        const found = verifyAudit({ ...files, [file]: lines.toSpliced(index, 0, line).join('\n') }, sha256);
        return found.ok ? [`${file}:${index + 1} ${line}`] : [];
      });
      expect(missed).to.deep.equal([]);
    }
  });

  it('knows an entry that was written down earlier', () => {
    const rows = (files['ledger.ndjson'] ?? '')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(verifyAudit(files, sha256, { entry: rows[3] })).to.deep.include({ ok: true });
    expect(verifyAudit(files, sha256, { entry: { seq: 3, hash: rows[3].hash } })).to.deep.include({ ok: false, file: 'ledger.ndjson', line: 3 });
    expect(verifyAudit(files, sha256, { entry: { seq: 99, hash: rows[3].hash } })).to.deep.include({ ok: false, file: 'ledger.ndjson', line: 99 });
    expect(verifyAudit(files, sha256, { entry: { hash: rows[3].hash } })).to.deep.include({ ok: true });
    expect(verifyAudit(files, sha256, { entry: { hash: '0'.repeat(64) } })).to.deep.include({ ok: false, file: 'ledger.ndjson', line: 9 });
  });

  it('knows an entry of the log that was written down earlier, by the command', async () => {
    const last = (files['log.ndjson'] ?? '').trim().split('\n').at(-1);
    const { seq, hash } = JSON.parse(last ?? '');
    const place = folder(Object.fromEntries(Object.entries(files)));
    const verified = async (head: string) => {
      const { status, out, err } = await runScript('', 'verify', place, '--log-head', head);
      return { status, said: out + err };
    };
    const right = await verified(`${seq}:${hash}`);
    expect(right.status, right.said).to.equal(0);
    expect(right.said).to.match(/The log of \d+ acts is whole up to \d+:/);
    const other = 'is not the entry that was given with --log-head\n';
    expect(await verified(`${seq}:${'0'.repeat(64)}`)).to.deep.equal({ status: 1, said: `log.ndjson:${seq}: ${other}` });
    expect((await verified(hash)).status, 'by its hash alone').to.equal(0);
    expect(await verified(`99999:${hash}`), 'beyond its end').to.deep.equal({ status: 1, said: `log.ndjson:99999: ${other}` });
    expect((await verified(`${seq}:${hash.slice(1)}`)).status).to.equal(2);
  });

  for (const { what, file, line, change } of FALSIFICATIONS) {
    it(`tells ${what} changed in ${file}, by its line`, () => {
      const text = files[file] ?? '';
      const changed = change(text, files);
      expect(changed, 'nothing was changed').to.not.equal(text);
      const first = changed.split('\n').findIndex((other, index) => other !== text.split('\n')[index]) + 1;
      const found = verifyAudit({ ...files, [file]: changed }, sha256);
      const expected = what === 'the channels' ? lineOf(text, 'byChannel') : line || first;
      expect(found).to.deep.include({ ok: false, file, line: expected });
      expect(found).to.have.property('what').that.is.a('string');
    });
  }

  it('is checked as well by the Python of docs/supervisors.md, which refuses a changed ballot, ledger, opening and vote', () => {
    const [, python = ''] = /```python\n(.*?)```/s.exec(readFileSync(join(root, 'docs/supervisors.md'), 'utf8')) ?? [];
    const run = (given: AuditFiles) =>
      spawnSync('python3', ['-c', python], { cwd: folder(given), encoding: 'utf8', env: { ...process.env, PYTHONIOENCODING: 'utf8' } });
    const { stdout, stderr } = run(files);
    expect(stderr).to.equal('');
    expect(stdout).to.include('chain: 9 lines').and.to.include('openings: 5 voters').and.to.include('winners by greedy');
    const { 'openings.ndjson': _, 'log.ndjson': __, ...open } = files;
    expect(run(open).status).to.equal(0);
    for (const what of [
      'a cost',
      'a commitment',
      'an entry left out',
      'the seal left out',
      'a pick in an opening',
      'a ballot stuffed',
      'a tally',
      'the winners',
    ]) {
      const { file, change } = FALSIFICATIONS.find((each) => each.what === what) ?? { file: 'results.json' as const, change: () => '' };
      const found = run({ ...files, [file]: change(files[file] ?? '', files) });
      expect([what, found.status, found.stderr.includes('AssertionError')]).to.deep.equal([what, 1, true]);
    }
  });

  it('is checked as well by jq and sha256sum, as docs/supervisors.md shows it: each line runs, and what has to be the same is', function () {
    if (spawnSync('jq', ['--version']).status !== 0) this.skip();
    const page = readFileSync(join(root, 'docs/supervisors.md'), 'utf8');
    const section = page.slice(page.indexOf('## With other people'));
    const blocks = [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, block = '']) => block.split(/^\$ /m).slice(1));
    const slips = { head: '0'.repeat(64), draw: 'd'.repeat(32), slips: ['27247552', '44866390'], drawn: ['27247552', '44866390'], found: [] };
    const placeOf = (serial: string) => sha256(`${slips.head}\n${slips.draw}\n${serial}`);
    const drawn = [...slips.slips].sort((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
    const cwd = folder({ ...files, 'slips.json': JSON.stringify({ ...slips, drawn }), 'check.py': /```python\n(.*?)```/s.exec(page)?.[1] ?? '' });
    const said = blocks.map((lines) => {
      const commands = lines.map((line) =>
        line
          .split('\n')
          .filter((each, index) => index === 0 || /^ {4}echo/.test(each))
          .join('\n'),
      );
      const script = commands.map((command) => `${command}\nprintf '\\0'`).join('\n');
      const { status, stdout, stderr } = spawnSync('bash', ['-eo', 'pipefail', '-c', script], { cwd, encoding: 'utf8' });
      expect([status, stderr], script).to.deep.equal([0, '']);
      return stdout.split('\0');
    });
    expect(said.length).to.be.above(5);
    const [, stands, votes, , paper] = said;
    expect(stands?.[0], 'the ledger stands on this ballot').to.equal(stands?.[1]);
    expect(votes?.[0], 'the votes').to.equal(votes?.[1]);
    expect(votes?.[2]?.split('\n')[0], 'the voters').to.equal(votes?.[2]?.split('\n')[1]);
    expect(paper?.[1], 'the slips that the seal draws').to.equal(paper?.[2]);
  });

  it('tells a file that is missing', () => {
    for (const file of Object.keys(files)) {
      const { [file as AuditFile]: _, ...rest } = files;
      expect(verifyAudit(rest, sha256), file).to.deep.include(
        file === 'openings.ndjson' ? { ok: true, opened: false } : file === 'log.ndjson' ? { ok: true } : { ok: false, file, line: 1 },
      );
    }
  });

  it('tells a ballot changed in a public audit, and a tally changed there', async () => {
    const open = await audit(world, cycle, true);
    const [first] = (open['ballots.ndjson'] ?? '').split('\n');
    const ballots = (open['ballots.ndjson'] ?? '').replace(/.*/, first === '[2]' ? '[1]' : '[2]');
    expect(verifyAudit({ ...open, 'ballots.ndjson': ballots }, sha256)).to.deep.include({ ok: false, file: 'ballots.ndjson', line: 1 });
    const results = (open['results.json'] ?? '').replace(/"votes": \d/, '"votes": 8');
    expect(verifyAudit({ ...open, 'results.json': results }, sha256)).to.deep.include({ ok: false, file: 'results.json' });
  });

  it('holds where single ballots are for supervisors, and tells winners that do not follow from the tallies', async () => {
    const held = heldWorld(database.world);
    const { cycle: secret, act } = await village(held, 3, { community: { ballots: 'supervisors' } });
    await castFor(held, act(0), 1);
    held.at = new Date(CLOSES.getTime() + 10 * SECOND);
    await sealDue(held)();
    expect(verifyAudit(await audit(held, secret, false), sha256)).to.deep.include({ ok: true, ballots: 1, opened: true });
    const open = await audit(held, secret, true);
    expect(Object.keys(open)).to.have.members(['ballot.json', 'ledger.ndjson', 'results.json']);
    expect(verifyAudit(open, sha256)).to.deep.include({ ok: true, opened: false, ballots: undefined });
    const winners = (open['results.json'] ?? '').replace(/"winners": \[\s*1/, '"winners": [\n    3');
    expect(verifyAudit({ ...open, 'results.json': winners }, sha256)).to.deep.include({ ok: false, file: 'results.json' });
  });

  it('tells results that nobody could have voted for where single ballots are for supervisors', async () => {
    const held = heldWorld(database.world);
    const { cycle: secret, act } = await village(held, 4, { community: { ballots: 'supervisors' }, cycle: { rule: 'equal-shares', threshold: 2 } });
    for (const n of [0, 1, 2]) await castFor(held, act(n), ...(n === 2 ? [2] : [1]));
    held.at = new Date(CLOSES.getTime() + 10 * SECOND);
    await sealDue(held)();
    const open = await audit(held, secret, true);
    expect(verifyAudit(open, sha256)).to.deep.include({ ok: true });
    const text = open['results.json'] ?? '';
    for (const [key, changed] of [
      ['tallies', text.replace('"votes": 2', '"votes": 4')],
      ['tallies', text.replace('"votes": 2', '"votes": 0')],
      ['winners', text.replace(/("winners": \[\s*)1/, '$12')],
      ['winners', text.replace(/("winners": \[\s*)1/, '$11,\n    1')],
    ] as const) {
      expect(changed, key).to.not.equal(text);
      expect(verifyAudit({ ...open, 'results.json': changed }, sha256)).to.deep.include({
        ok: false,
        file: 'results.json',
        line: lineOf(text, `"${key}"`),
      });
    }
  });

  it('tells more voters and votes than the ledger has ballots, and counts no forty million of them', async () => {
    const held = heldWorld(database.world);
    const { cycle: secret, act } = await village(held, 3, { community: { ballots: 'supervisors' } });
    for (const n of [0, 1]) await castFor(held, act(n), 1);
    held.at = new Date(CLOSES.getTime() + 10 * SECOND);
    await sealDue(held)();
    const open = await audit(held, secret, true);
    const text = (open['results.json'] ?? '')
      .replaceAll(/"(voters|sms|residents)": \d+/g, '"$1": 40000000')
      .replace('"votes": 2', '"votes": 40000000');
    expect(verifyAudit({ ...open, 'results.json': text }, sha256)).to.deep.equal({
      ok: false,
      file: 'results.json',
      line: lineOf(text, '"voters"'),
      what: 'there were no more than the 2 ballots of the ledger',
    });
  });

  it('holds under every rule and with nobody voting', async () => {
    for (const rule of RULES satisfies readonly Rule[]) {
      const held = heldWorld(database.world);
      const { cycle: other, act } = await village(held, 12, { cycle: { rule } });
      for (let n = 0; rule !== 'greedy' && n < 12; n++) await castFor(held, act(n), ...([[1], [2, 7], [3], [1, 7]][n % 4] ?? []));
      held.at = new Date(CLOSES.getTime() + 10 * SECOND);
      await sealDue(held)();
      expect(verifyAudit(await audit(held, other, false), sha256), rule).to.deep.include({ ok: true });
    }
  });
});

async function audit(world: World, cycle: string, isPublic: boolean): Promise<AuditFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'audit-'));
  try {
    await writeAudit(world, cycle, folder, { isPublic, slips: slipAudit(world) });
    const names = await readdir(folder);
    for (const name of names) expect((await stat(join(folder, name))).mode & 0o777, name).to.equal(0o600);
    return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])));
  } finally {
    await rm(folder, { recursive: true });
  }
}
