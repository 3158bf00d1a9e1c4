import { expect } from 'chai';
import mongoose from 'mongoose';
import { LogEntry } from '../../../src/fund/log/index.ts';
import { operator, STAFF_ROLES, type StaffRole } from '../../../src/fund/people/index.ts';
import { recordProposal } from '../../../src/fund/proposals/index.ts';
import { endSessions, staffPhone } from '../../../src/fund/staff/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { dayOf } from '../../../src/store/wallTime.ts';
import { card } from '../../support/cards.ts';
import { useDatabase } from '../../support/database.ts';
import { changedTable, serials } from '../../support/paper.ts';
import { addStaff, removeStaff } from '../../support/staff.ts';
import { type Town, town, votingNow } from '../../support/town.ts';
import { chooses, LATER, stand, won } from '../../support/works.ts';
import { useServed } from '../serve.ts';
import { addressesOf, begun, filledIn, IS_FILE, ONE, oneOfEach } from './addresses.ts';
import { browse, cookieOf, phoneOf, staffAll } from './office.ts';
import { EVIL } from './wholeTown.ts';
import { looked } from './wrongIn.ts';

const LI = operator('李姐');
const TYPED = EVIL.replace('\u202e', '');
const TODAY = dayOf(new Date(), 'Asia/Shanghai');
const [STALE, REMOVED, ELSEWHERE] = ['+8613900000051', '+8613900000052', '+8613900000053'];

/** Forms that only lead back to a list with what was ticked in its address; and those of the tablet, which belong to a device, not to a person. */
const LEADS_BACK =
  /^\/console\/:slug\/(account|inbox|log|messages|messages\/:id\/each|people|places|proposals|requests|second|works|kiosk\/(again|card|cast|picks))$/;

/** What takes away what other forms are about comes last. */
const TAKES_AWAY = /\/(close|cancel|remove|hide|publication|confirm|answer)$/;
/** What the second hears whose session, or whose thing, the first one ended. */
const OVER = [403, 404];
/** Two who open a tablet at once have one each. */
const AGAIN = /\/kiosk\/open$/;
/** Of these nothing is there, which everybody is told. */
const NOTHING_THERE = /\/((pictures\/:picture|documents\/:document|news\/:news)\/drop|import\/:token|misses\/:miss\/meant)$/;

/** Who may send those of the other forms that are not a cadre's alone. Who may not hears 403, and nothing is done. */
const FORMS: Readonly<Record<string, string>> = {
  supervisor: 'publication/:cycle/check second/:number/confirm tables/:number/validate',
  'cadre supervisor': 'second/:number/refuse second/several second/several/confirm works/:cycle/:number/mend',
  'cadre helper':
    'assisted/read assisted/cast tables/open tables/:number/close tables/:number/who tables/:number/mark tables/:number/undo tables/:number/picture',
  'cadre implementer': 'works/:cycle/:number/progress works/:cycle/:number/keep',
  'cadre council': 'meetings/:cycle/:number/addend meetings/:cycle/:number/minutes',
  'cadre council supervisor': 'meetings/:cycle/:number/sign slips/open slips/:number/accept slips/:number/key slips/:number/slip',
  'council supervisor': 'compare',
};

describe('every form and page of the console', () => {
  const { world } = useDatabase('forbidden');
  let here: Town;
  let elsewhere: Town;
  const web = useServed(world, { publicUrl: 'http://example.org' });
  before(async () => {
    const cycle = { projects: [{ number: 1, title: '修路灯', cost: 1_000 }] };
    const community = { categories: [{ name: '环境', words: [] }] };
    [here, elsewhere] = [await town(world, { residents: 1, cycle, community }), await town(world, { residents: 1 })];
    await staffAll(world, here.community);
    for (const [phone, community] of [
      [STALE, here.community],
      [REMOVED, here.community],
      [ELSEWHERE, elsewhere.community],
    ] as const)
      await addStaff(world)(community, { name: '赵敏', phone, role: 'cadre' }, LI);
    await oneOfEach(world, here);
    await begun(world, elsewhere);
  });
  const filled = (path: string) => filledIn(path, here);
  const logged = ({ community } = here) => collection(LogEntry).countDocuments({ '_id.community': community });

  it('is refused for each role that may not send it, and nothing is done; by who may it is sent twice at once, and done once', async () => {
    const others = new Map(
      Object.entries(FORMS).flatMap(([who, paths]) => paths.split(' ').map((path) => [`/console/:slug/${path}`, who.split(' ')])),
    );
    expect(forms()).to.include.members([...others.keys()]);
    const known = forms().flatMap((path) => (LEADS_BACK.test(path) ? [] : [[path, others.get(path) ?? ['cadre']] as const]));
    const form = await formOf();
    const before = await logged();
    for (const role of STAFF_ROLES) {
      const { post } = browse(() => web, await cookieOf(world, phoneOf(role)));
      for (const [path, may] of known) {
        if (may.includes(role)) continue;
        expect((await post(filled(path), form)).status, `${role} ${path}`).to.be.oneOf(NOTHING_THERE.test(path) ? [403, 404] : [403]);
      }
      for (const path of forms().filter((one) => LEADS_BACK.test(one))) expect((await post(filled(path))).status, `${role} ${path}`).to.equal(303);
    }
    expect(await logged()).to.equal(before);
    const done: string[] = [];
    for (const [path, [role]] of known.toSorted(([one], [other]) => Number(TAKES_AWAY.test(one)) - Number(TAKES_AWAY.test(other)))) {
      const { post } = browse(() => web, await cookieOf(world, phoneOf(STAFF_ROLES.find((one) => one === role) ?? 'cadre')));
      const count = await logged();
      const both = await Promise.all([1, 2].map(async () => looked(path, await post(filled(path), form))));
      for (const { wrong } of both) expect(wrong, `${role} ${path}`).to.deep.equal([]);
      const statuses = both.map(({ status }) => status);
      const fitting = NOTHING_THERE.test(path) ? [404, 422] : [200, 303, 409, 422];
      expect(statuses, `${role} ${path}`).to.satisfy((all: number[]) => all.some((status) => fitting.includes(status)));
      for (const status of statuses) expect(status, `${role} ${path}`).to.be.oneOf([...fitting, ...OVER]);
      const acts = await actsSince(count);
      if (!AGAIN.test(path)) expect(new Set(acts).size, `${path} twice: ${acts}`).to.equal(acts.length);
      if (acts.length > 0) done.push(path);
    }
    expect(done.length, `done once: ${done}`).to.be.above(20);
  });

  // Beside these, twice at once by their forms: calendar.test.ts (a new cycle), messages.test.ts (to many), people.test.ts (a resident, cards), pictures.test.ts,
  // proposals.test.ts (many), publication.test.ts (an objection). Every act, done again: test/fund/people/acts.test.ts. Slips are new each time (docs/contract.md).
  it('sent twice at once, is one act: proposals, ballot, meetings, calendar, works and their money, tables and slips', async () => {
    const cycle = { projects: [{ number: 1, title: '修路灯', cost: 1_000 }] };
    const there = await town(world, { residents: 2, cycle, community: { categories: [{ name: '环境', words: [] }] } });
    await staffAll(world, there.community);
    for (const text of ['修路灯', '种树', '修路灯吧']) await recordProposal(world, { text }, there.act(0));
    await won(world, there, { 1: 1_000 });
    await chooses(world, there, 1, phoneOf('implementer'));
    await stand(there.cycle, 1, { papers: ['acceptance'], chosen: { implementer: 1, amount: 500, reason: '熟手', by: '李姐', at: world.now() } });
    const [work, meeting] = [`works/${there.cycle}/1`, `meetings/${there.cycle}/1`];
    const opinion = { feasible: 'yes', cost: '900' };
    await doneOnce(there, [
      ['cadre', 'proposals/new', 'proposals/enter', { text: '装扶手', origin: 'walk-in' }, 'proposal.enter'],
      ['cadre', 'proposals/1', 'proposals/1/sort', { category: '环境' }, 'proposal.sort'],
      ['cadre', 'proposals/1', 'proposals/1/merge', { into: '3' }, 'proposal.merge'],
      ['cadre', 'proposals/1', 'proposals/1/apart', { reason: '不一样' }, 'proposal.apart'],
      ['cadre', 'proposals/2', 'proposals/2/examine', opinion, 'proposal.examine'],
      ['cadre', 'proposals/2', 'proposals/2/hide', { reason: '骂人' }, 'proposal.hide'],
      ['cadre', 'proposals/2', 'proposals/2/release', { reason: '没骂人' }, 'proposal.release'],
      ['cadre', 'ballot/project', 'ballot/project', { number: '2', title: '种树', cost: '500', do: 'save' }, 'ballot.set'],
      ['cadre', 'ballot', 'ballot/rules', { budget: '2000' }, 'ballot.set'],
      ['cadre', 'ballot', 'ballot/remove', { at: '2' }, 'ballot.set'],
      ['cadre', 'meetings', `meetings/${there.cycle}/plan`, { day: TODAY, time: '00:01', place: '活动室', yes: '', no: '' }, 'meeting.plan'],
      ['cadre', meeting, `${meeting}/change`, { place: '二楼' }, 'meeting.change'],
      ['cadre', meeting, `${meeting}/minutes`, { notes: '都到了' }, 'meeting.minutes'],
      ['cadre', meeting, `${meeting}/sign`, {}, 'meeting.sign'],
      ['council', meeting, `${meeting}/sign`, {}, 'meeting.sign'],
      ['council', meeting, `${meeting}/addend`, { addendum: '我不同意' }, 'meeting.addend'],
      ['cadre', work, `${work}/sign`, { paper: 'HT-1', amount: '500', day: TODAY, until: LATER }, 'work.sign'],
      ['cadre', work, `${work}/move`, { to: 'under-way', day: TODAY }, 'work.move'],
      ['cadre', work, `${work}/pay`, { paper: 'FP-1', amount: '100', day: TODAY }, 'second.ask'],
      ['supervisor', 'second/1', 'second/1/confirm', {}, 'work.pay second.confirm'],
      ['cadre', 'account', `account/${there.cycle}/correct`, { entry: '3', was: '100', amount: '90', day: TODAY, reason: '看错了' }, 'second.ask'],
      ['supervisor', 'second/2', 'second/2/confirm', {}, 'account.correct second.confirm'],
      ['cadre', 'account', `account/${there.cycle}/grant`, { work: '1', amount: '900', day: TODAY, reason: '少批' }, 'second.ask'],
      ['supervisor', 'second/3', 'second/3/confirm', {}, 'account.grant second.confirm'],
      ['cadre', 'account', `account/${there.cycle}/extra`, { amount: '50', day: TODAY, paper: '街办3号', reason: '街道补的' }, 'second.ask'],
      ['cadre', work, `${work}/move`, { to: 'finished', day: TODAY }, 'work.move'],
      ['cadre', work, `${work}/accept`, { day: TODAY }, 'second.ask'],
      ['supervisor', 'second/5', 'second/5/confirm', {}, 'work.accept second.confirm'],
      ['cadre', 'people/new', 'people/add', { id: '77', name: '周小兰', reason: '搬来' }, 'resident.add'],
      ['cadre', 'calendar', `calendar/${there.cycle}/move`, { stage: 'vote', reason: '大家都等着' }, 'cycle.move'],
    ]);
    const hall = await town(world, { residents: 2, cycle: votingNow(world) });
    await staffAll(world, hall.community);
    const [serial = ''] = await serials(world, hall.cycle, 2);
    await doneOnce(hall, [
      ['cadre', 'tables', 'tables/open', { place: '门口', received: '2', other: '@helper' }, 'table.open'],
      ['helper', 'tables/1', 'tables/1/mark', { card: card(0), serial, other: '@cadre', id: 'this one' }, 'table.mark'],
      ['helper', 'tables/1/close', 'tables/1/close', { handedOut: '1', spoiled: '0', left: '1', other: '@cadre' }, 'table.close'],
      ['supervisor', 'tables/1', 'tables/1/validate', {}, 'table.validate'],
    ]);
    const earlier = new Date(world.now().getTime() - 60_000);
    await changedTable(world, { cycle: hall.cycle, table: 1 }, ({ closed }) => ({ ...(closed && { closed: { ...closed, at: earlier } }) }));
    await doneOnce(hall, [
      ['council', 'slips', 'slips/open', { table: '1' }, ''],
      ['council', 'slips/1', 'slips/1/slip', { line: `${serial} 1` }, ''],
      ['council', 'slips/1', 'slips/1/key', {}, 'batch.key'],
      ['supervisor', 'slips/1', 'slips/1/slip', { line: `${serial} 1` }, ''],
      ['supervisor', 'slips/1', 'slips/1/key', {}, 'batch.key'],
      ['cadre', 'slips/1', 'slips/1/accept', {}, 'batch.accept'],
      ['supervisor', 'slips/1', 'slips/1/accept', {}, 'batch.accept'],
      ['cadre', 'calendar', `calendar/${hall.cycle}/extend`, { day: '2099-01-01', time: '10:00', reason: '下雪' }, 'second.ask'],
    ]);
  });

  it('is sent and read by nobody who is not signed in, was signed out, was removed, works elsewhere, or comes from another site', async () => {
    const stale = await cookieOf(world, STALE);
    await endSessions(staffPhone(world.vault, STALE));
    const removed = await cookieOf(world, REMOVED);
    await removeStaff(world)(here.community, { phone: REMOVED }, LI);
    const before = await logged();
    const senders = {
      nobody: browse(() => web),
      stale: browse(() => web, stale),
      removed: browse(() => web, removed),
      elsewhere: browse(() => web, await cookieOf(world, ELSEWHERE)),
    };
    const cadre = browse(() => web, await cookieOf(world, phoneOf('cadre')));
    for (const path of forms()) {
      for (const [who, { post }] of Object.entries(senders))
        expect((await post(filled(path))).status, `${who} ${path}`).to.equal(
          /\/kiosk\/(again|card|cast|picks)$/.test(path) ? 303 : who === 'elsewhere' ? 404 : 403,
        );
      expect((await cadre.post(filled(path), {}, { 'Sec-Fetch-Site': 'cross-site' })).status, path).to.equal(403);
    }
    for (const path of addresses('get')) {
      for (const [who, { get }] of Object.entries(senders)) {
        const answer = await get(filled(path));
        const told = `${who} ${path}: ${answer.status} ${answer.headers.get('location') ?? ''}`;
        if (/\/kiosk(\/\w+)?$/.test(path)) expect(told).to.match(/: (303 \/console\/|404 $)/);
        else expect(told).to.match(who === 'elsewhere' ? /: 404 $/ : /: 303 \/console\/sign-in\?to=/);
      }
    }
    expect(await logged()).to.equal(before);
  });

  it('changes nothing in another community, whose ids somebody puts into a form or an address of their own', async () => {
    const ids = { cycle: elsewhere.cycle, resident: elsewhere.residents[0] ?? '', number: '1', at: '1', seen: '1', tick: '1' };
    const words = {
      reason: '不行',
      why: '不行',
      text: '不行',
      place: '不行',
      day: '2027-01-01',
      time: '10:00',
      name: '不行',
      stage: 'vote',
      to: 'all',
    };
    const before = await everythingOf(elsewhere);
    for (const role of STAFF_ROLES) {
      const { get, post } = browse(() => web, await cookieOf(world, phoneOf(role)));
      for (const path of forms().filter((one) => !one.includes('/kiosk/'))) {
        const foreign = filled(path)
          .replaceAll(here.cycle, elsewhere.cycle)
          .replace(here.residents[0] ?? '-', ids.resident);
        expect((await post(foreign, { ...ids, ...words })).status, `${role} ${foreign}`).to.be.below(500);
        if (foreign !== filled(path)) expect((await get(foreign)).status, `${role} ${foreign}`).to.be.oneOf([303, 403, 404]);
      }
    }
    expect(await everythingOf(elsewhere)).to.equal(before);
  });

  /** Its answer tells whose slip was taken in, and leads nowhere: no address bears a name. */
  const TELLS = 'tables/1/mark';

  /** Sends each form of a page, with what its fields have and this, twice at once: the log has these acts, once. A slip is keyed without an entry. */
  async function doneOnce(at: Town, forms: readonly (readonly [StaffRole, page: string, to: string, typed: Record<string, string>, acts: string])[]) {
    const cookies = new Map<StaffRole, string>();
    for (const [role, page, to, typed, expected] of forms) {
      const cookie = cookies.get(role) ?? (await cookieOf(world, phoneOf(role)));
      cookies.set(role, cookie);
      const { get, post } = browse(() => web, cookie);
      const own = `/console/${at.community}/`;
      const text = await (await get(own + page)).text();
      const chosen = Object.entries(typed).map(([name, value]) => [name, value.startsWith('@') ? optionOf(text, value.slice(1)) : value]);
      const fields = { ...fieldsOf(text, own + to), ...Object.fromEntries(chosen) };
      const count = await logged(at);
      const both = await Promise.all([1, 2].map(() => post(own + to, fields)));
      const statuses = both.map(({ status }) => status).toSorted();
      const isDone = ([first, second]: number[]) => (first === 303 && (second === 303 || second === 409)) || (to === TELLS && second === 200);
      expect(statuses, `${role} ${to}`).to.satisfy(isDone);
      expect((await actsSince(count, at)).map((act) => act.split(' ')[0]).join(' '), `${role} ${to}`).to.equal(expected);
    }
  }

  /** What the log says of the acts behind so many entries. */
  async function actsSince(count: number, { community } = here): Promise<string[]> {
    const entries = await collection(LogEntry)
      .find({ '_id.community': community, '_id.seq': { $gt: count } }, { sort: { _id: 1 } })
      .toArray();
    return entries.map(({ act, subject }) => `${act} ${subject}`);
  }

  /** All fields that a cadre's pages have, with what a page must not run; those that say which thing it is about are right. */
  async function formOf(): Promise<Record<string, string>> {
    const { get } = browse(() => web, await cookieOf(world, phoneOf('cadre')));
    const pages: string[] = [];
    for (const path of addresses('get').filter((one) => !IS_FILE.test(one))) pages.push(await (await get(filled(path))).text());
    const names = new Set(pages.flatMap((page) => [...page.matchAll(/ name="([\w-]+)"/g)].map(([, name = '']) => name)));
    const member = /name="member" value="([^"]+)" aria-label="[^"]*赵敏/.exec(pages.join())?.[1] ?? '';
    const about = {
      ...{ cycle: here.cycle, number: '1', table: '1', id: ONE, member, proposal: '1', other: '2', to: 'seeking', state: 'approved', seen: '1' },
      ...{ from: '', language: '', building: '3栋', until: LATER },
      ...{ work: '1', document: '', ballot: '', tick: '1', category: '环境', sure: 'yes' },
      ...{ amount: '5', origin: 'paper', day: TODAY, time: '10:00', count: '0', received: '10', who: 'new', role: 'helper' },
      ...{ phone: '13900000077', kind: 'question' },
    };
    return { ...Object.fromEntries([...names].map((name) => [name, TYPED])), ...about };
  }

  /** All that the database has of a community, as text. */
  async function everythingOf({ community, cycle }: Town): Promise<string> {
    const names = (await mongoose.connection.listCollections()).map(({ name }) => name).toSorted();
    const theirs = { $or: [{ community }, { '_id.community': community }, { '_id.cycle': cycle }] };
    return JSON.stringify(await Promise.all(names.map((name) => mongoose.connection.collection(name).find(theirs).toArray())));
  }

  /** The addresses of a community's console that take a form, as the routes have them. */
  it('finds nothing where an address of an own community names a cycle of another, whatever it is to do or show', async () => {
    const { get, post } = browse(() => web, await cookieOf(world, phoneOf('cadre')));
    const form = { ...(await formOf()), cycle: elsewhere.cycle };
    const foreign = (path: string) => filledIn(path, { ...here, cycle: elsewhere.cycle });
    const posts = forms().filter(
      (path) => path.includes('/:cycle/') || /\/(print\/release|publication|ballot\/rules|calendar\/dates|meetings)$/.test(path),
    );
    expect(posts.length).to.be.above(20);
    for (const path of posts) expect([path, (await post(foreign(path), form)).status]).to.deep.equal([path, 404]);
    const gets = addresses('get').filter((path) => path.includes('/:cycle/'));
    for (const path of gets) expect([path, (await get(foreign(path))).status]).to.deep.equal([path, 404]);
    for (const page of ['calendar', 'turnout', 'publication', 'print'])
      expect([page, (await get(`/console/${here.community}/${page}?cycle=${elsewhere.cycle}`)).status]).to.deep.equal([page, 404]);
  });

  function forms(): string[] {
    return addresses('post');
  }

  function addresses(method: 'get' | 'post'): string[] {
    return addressesOf(web.app, method).filter((path) => path.startsWith('/console/:slug'));
  }
});

/** What is sent for the choice whose words begin so. */
function optionOf(page: string, label: string): string {
  return new RegExp(`<option value="([^"]+)"[^>]*>${label}`).exec(page)?.[1] ?? '';
}

/** The fields of a page's form that is sent to an address, as a browser would send them if nothing were typed. */
function fieldsOf(page: string, to: string): Record<string, string> {
  const form = page.split('<form ').find((one) => /action="([^"?]*)/.exec(one)?.[1] === to) ?? '';
  const [own = ''] = form.split('</form>');
  const inputs = [...own.matchAll(/<input([^>]*) name="([^"]+)"([^>]*)>/g)].flatMap(([, before = '', name = '', after = '']) => {
    const attributes = before + after;
    if (/type="(checkbox|radio|file)"/.test(attributes) && !attributes.includes(' checked') && !name.startsWith('there-')) return [];
    return [[name, / value="([^"]*)"/.exec(attributes)?.[1] ?? '']];
  });
  const selects = [...own.matchAll(/<select[^>]* name="([^"]+)"[^>]*>(.*?)<\/select>/gs)].map(([, name = '', options = '']) => {
    const chosen = /<option value="([^"]+)" selected/.exec(options) ?? /<option value="([^"]+)"/.exec(options);
    return [name, chosen?.[1] ?? ''];
  });
  const texts = [...own.matchAll(/<textarea[^>]* name="([^"]+)"[^>]*>\n?([^<]*)</g)].map(([, name = '', text = '']) => [name, text]);
  return Object.fromEntries([...inputs, ...selects, ...texts]);
}
