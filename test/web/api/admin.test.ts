import { expect } from 'chai';
import { zipSync } from 'fflate';
import { Community } from '../../../src/fund/communities/index.ts';
import { LogEntry } from '../../../src/fund/log/index.ts';
import { Resident } from '../../../src/fund/people/index.ts';
import { Staff } from '../../../src/fund/staff/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { runScript } from '../../support/runScript.ts';
import { town, votingNow } from '../../support/town.ts';
import { useServed } from '../serve.ts';

const OFFICE = '玉林街道办';
const OTHER = '跳伞塔街道办';

describe('communities that an office sends over HTTP', () => {
  const { world, uri } = useDatabase('admin');
  const web = useServed(world);
  let token = '';
  const run = (...words: string[]) => runScript(uri(), 'community', ...words);
  const newToken = async (office: string) => (await run('token', '--office', office)).out.trim();
  before(async () => {
    token = await newToken(OFFICE);
  });

  const filesOf = (slug: string, more: Record<string, string> = {}, office = OFFICE) => ({
    'community.yaml': `slug: ${slug}\nname: 玉林社区\nphone: "+8628${[...slug].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 90_000_000, 7) + 10_000_000}"\nperson: {name: 居委会, phone: "+862880000003"}\noffice: ${office}\n`,
    'residents.csv': 'id,name,phone\n1,王秀英,+8613800000001\n2,李建国,\n',
    'staff.csv': 'name,phone,role\n王芳,+8613800000021,cadre\n',
    ...more,
  });
  const zipOf = (files: Record<string, string>) =>
    zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])));
  async function put(slug: string, body: Uint8Array, { bearer = token, type = 'application/zip' } = {}) {
    const headers = { 'Content-Type': type, ...(bearer && { Authorization: `Bearer ${bearer}` }) };
    const response = await web.get(`/api/admin/communities/${slug}`, { method: 'PUT', headers, body: Buffer.from(body) });
    const { code, ...said } = JSON.parse(await response.text());
    return { status: response.status, code, said };
  }
  const entries = async (slug: string) => collection(LogEntry).find({ '_id.community': slug }).toArray();

  it('are made once, logged as the operator’s act, and the same files again change nothing and log nothing', async () => {
    const zip = zipOf(filesOf('yulin-1'));
    const first = await put('yulin-1', zip);
    expect(first).to.deep.equal({
      status: 200,
      code: undefined,
      said: { community: 'yulin-1', residents: { added: 2, changed: 0, removed: 0, left: 0 }, staff: { added: 1, changed: 0, removed: 0 } },
    });
    expect((await entries('yulin-1')).map(({ by, role, act }) => ({ by, role, act }))).to.deep.equal([
      { by: OFFICE, role: 'operator', act: 'community.import' },
    ]);
    expect((await put('yulin-1', zip)).said.residents).to.deep.equal({ added: 0, changed: 0, removed: 0, left: 0 });
    expect(await entries('yulin-1')).to.have.length(1);
    const more = await put('yulin-1', zipOf(filesOf('yulin-1', { 'residents.csv': 'id,name\n3,陈桂兰\n' })));
    expect(more.said.residents, 'who is left out stays').to.include({ added: 1, removed: 0 });
    expect(await entries('yulin-1')).to.have.length(2);
  });

  it('are taken with the office’s own token alone, which is kept nowhere and ends with the next', async () => {
    const zip = zipOf(filesOf('yulin-2'));
    const [named = '', secret = ''] = token.split('.');
    const forged = `${named}.${Buffer.alloc(32, 7).toString('base64url')}`;
    const renamed = `${Buffer.from(OTHER).toString('base64url')}.${secret}`;
    for (const bearer of ['', 'x', forged, renamed, `${named}.`, secret, `${token}x`])
      expect(await put('yulin-2', zip, { bearer }), bearer).to.include({ status: 401, code: 'bad-token' });
    const kept = await collection(Community).db.collection('officeTokens').find().toArray();
    expect(JSON.stringify(kept)).to.include(OFFICE).and.not.include(secret);
    await collection(Community)
      .db.collection('officeTokens')
      .insertOne({ ...kept[0], _id: Object(OTHER).toString() });
    expect(await put('yulin-2', zip, { bearer: renamed }), 'copied past the service to another office').to.include({ status: 401 });
    expect(await collection(Community).countDocuments({ _id: 'yulin-2' })).to.equal(0);
    const before = token;
    token = await newToken(OFFICE);
    expect(await put('yulin-2', zip, { bearer: before })).to.include({ status: 401 });
    expect(await put('yulin-2', zip)).to.include({ status: 200 });
    const passing = await newToken('一天街道办');
    expect((await run('token', '--office', '一天街道办', '--end')).status).to.equal(0);
    expect(await put('yulin-2', zip, { bearer: passing })).to.include({ status: 401 });
    expect((await run('token', '--office', '一天街道办', '--end')).status).to.equal(1);
  });

  it('are the office’s own: nobody else’s is touched, and none is given away or taken', async () => {
    const other = await newToken(OTHER);
    expect(await put('tiao-1', zipOf(filesOf('tiao-1', {}, OTHER)), { bearer: other })).to.include({ status: 200 });
    const free = await town(world, { residents: 1 });
    const before = await collection(Community).findOne({ _id: 'tiao-1' });
    for (const [slug, files, status, code] of [
      ['tiao-1', filesOf('tiao-1'), 403, 'other-office'],
      ['tiao-1', filesOf('tiao-1', {}, OTHER), 403, 'other-office'],
      ['tiao-1', filesOf('tiao-1', { 'community.yaml': 'slug: tiao-1\noffice: [' }), 409, 'other-slug'],
      ['tiao-1', filesOf('tiao-1', { 'community.yaml': 'slug: tiao-1\nphone: nobody' }), 403, 'other-office'],
      ['new-1', filesOf('new-1', {}, OTHER), 403, 'other-office'],
      ['yulin-1', filesOf('tiao-1', {}, OTHER), 409, 'other-slug'],
      [free.community, filesOf(free.community), 403, 'other-office'],
    ] as const)
      expect(await put(slug, zipOf(files)), `${slug} ${code}`).to.include({ status, code });
    expect(await collection(Community).findOne({ _id: 'tiao-1' })).to.deep.equal(before);
    expect(await collection(Resident).countDocuments({ community: 'tiao-1' })).to.equal(2);
  });

  it('change nobody’s office once they are there, and nobody at all while the vote is open', async () => {
    const slug = 'yulin-4';
    expect(await put(slug, zipOf(filesOf(slug)))).to.include({ status: 200 });
    const staff = filesOf(slug, { 'staff.csv': 'name,phone,role\n贼,+8613800000099,supervisor\n' });
    const onRoster = filesOf(slug, { 'residents.csv': 'id,name,role\n9,贼,supervisor\n' });
    for (const files of [staff, onRoster, filesOf(slug, { 'residents.csv': 'id,name,role\n2,李建国,cadre\n' })])
      expect(await put(slug, zipOf(files))).to.include({ status: 409, code: 'takes-two' });
    expect(await collection(Staff).countDocuments({ community: slug })).to.equal(1);
    expect(await collection(Resident).countDocuments({ community: slug })).to.equal(2);
    const voting = await town(world, { residents: 1, community: { office: OFFICE }, cycle: votingNow(world) });
    const record = await collection(Community).findOne({ _id: voting.community });
    const same = {
      'community.yaml': `slug: ${voting.community}\nname: ${record?.name}\ntimezone: ${record?.timezone}\nphone: "${voting.phone}"\ncallback: "${record?.callback}"\nverify: ${record?.verify}\nballots: ${record?.ballots}\nperson: {name: 居委会, phone: "+862880000003"}\noffice: ${OFFICE}\n`,
    };
    expect(await put(voting.community, zipOf({ ...same, 'residents.csv': 'id,name\nnew,多一票\n' }))).to.include({ status: 409, code: 'takes-two' });
    expect(await collection(Resident).countDocuments({ community: voting.community })).to.equal(1);
    expect(await put(voting.community, zipOf(same)), JSON.stringify(await put(voting.community, zipOf(same)))).to.include({ status: 200 });
  });

  it('are refused with a code where the body is no ZIP, too large, or has wrong lines; nothing of it is taken', async () => {
    const good = zipOf(filesOf('yulin-3'));
    const bomb = zipSync({ 'community.yaml': new Uint8Array(40_000_000) });
    for (const [body, status, code] of [
      [Buffer.from('hello'), 400, 'not-zip'],
      [good.subarray(0, good.length - 40), 400, 'not-zip'],
      [zipOf({ 'in/community.yaml': 'slug: yulin-3' }), 400, 'no-files'],
      [zipOf(Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`${n}.txt`, '']))), 413, 'too-large'],
      [bomb, 413, 'too-large'],
      [Buffer.alloc(16_000_001), 413, 'too-large'],
    ] as const)
      expect(await put('yulin-3', body), `${status} ${code}`).to.include({ status, code });
    expect(await put('yulin-3', good, { type: 'application/octet-stream' })).to.include({ status: 415, code: 'not-zip' });
    const wrong = await put('yulin-3', zipOf(filesOf('yulin-3', { 'residents.csv': 'id,name,phone\n1,王秀英,no phone\n' })));
    expect(wrong).to.include({ status: 422, code: 'wrong-files' });
    expect(wrong.said.problems).to.have.length(1);
    expect(wrong.said.problems[0]).to.include({ file: 'residents.csv', line: 2 });
    expect(await collection(Community).countDocuments({ _id: 'yulin-3' })).to.equal(0);
    expect(await put('yulin-3', good)).to.include({ status: 200 });
    expect(web.lines.join('\n'), 'a token or a name in the log').not.to.match(new RegExp(`${token.split('.')[1]}|王秀英`));
  });

  it('stay in the cell to which they went', async () => {
    await collection(Community)
      .db.collection('departures')
      .insertOne(
        {
          _id: Object('yulin-gone').toString(),
          community: { _id: 'yulin-gone' },
          cycles: [],
          to: 'x',
          url: 'https://east.example',
          at: world.now(),
          arrivedAt: world.now(),
        },
        { bypassDocumentValidation: true },
      );
    const { status, said } = await put('yulin-gone', zipOf(filesOf('yulin-gone')));
    expect([status, said.problems[0].what]).to.deep.equal([422, 'yulin-gone has left for https://east.example with it']);
  });
});
