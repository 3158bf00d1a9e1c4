import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { Resident } from '../src/fund/people/index.ts';
import { collection } from '../src/store/collection.ts';
import { root } from '../src/store/files.ts';
import { account } from './channels/wechat/channel.ts';
import { useDatabase } from './support/database.ts';
import { type Executed, executed } from './support/executed.ts';
import { onRoster } from './support/onRoster.ts';
import { startService, type TestService } from './support/service.ts';
import { until } from './support/until.ts';

const DOCUMENT = join(root, 'docs/architecture.md');
const isUpdate = process.env.UPDATE_DOCS === '1';
/** So many residents take the same turn, so that a file that happens to run meanwhile does not count. */
const TIMES = 5;

/** Brings one resident to the beginning of the turn, and gives the function that takes it. */
type Begin = (service: TestService, index: number) => Promise<() => Promise<unknown>>;

/** The turns whose files `docs/architecture.md` lists. */
const TURNS: readonly { readonly name: string; readonly join: (index: number) => string; readonly begin: Begin }[] = [
  { name: '`投 3 7` by SMS', join: (index) => `sms|${phone(index)}`, begin: textsAVote },
  { name: 'a keypad step: `3#` on the ballot', join: (index) => `sms|${phone(10 + index)}`, begin: keysANumber },
  { name: 'a tap on a project in the chat', join: (index) => `wechat|${chat(index)}`, begin: tapsAProject },
];

/** V8 counts for one reader at a time: under `npm run coverage` the counts of all other tests would be lost. */
const isCounted = process.env.NODE_V8_COVERAGE !== undefined;

(isCounted ? describe.skip : describe)('docs/architecture.md', function () {
  this.retries(1); // V8 forgets the counts of a function whose code it throws away while nobody uses it
  let begun = 0;
  const { world } = useDatabase('turnway');
  let service: TestService;
  let watched: Executed;
  /** While a turn is taken the service's clock stands: what is remembered for a second is remembered in each, on a slow machine too. */
  let stands: Date | undefined;
  before(async () => {
    service = await startService({ ...world, vault: world.vault, now: () => stands ?? new Date() }, undefined, { withWechat: true });
    watched = await executed();
  });
  after(async () => {
    watched.stop();
    await service.stop();
  });

  for (const turn of TURNS)
    it(`lists the files on the way of ${turn.name} (npm run docs:update)`, async () => {
      const ways: string[][] = [];
      for (let times = 0; times < TIMES; times += 1) {
        const index = begun++;
        const contact = turn.join(index);
        await collection(Resident).insertOne(
          onRoster(world, { _id: contact, community: service.community._id, rosterId: contact, linkedContacts: [contact] }),
        );
        stands = new Date();
        const take = await turn.begin(service, index);
        await sleep(300); // the turns before leave work to be done
        ways.push((await watched.during(take)).filter(isOfTheService));
        stands = undefined;
      }
      const always = ways.reduce((one, other) => one.filter((path) => other.includes(path)));
      const text = readFileSync(DOCUMENT, 'utf8');
      if (isUpdate) return writeFileSync(DOCUMENT, withWay(text, turn.name, always));
      const listed = listedIn(text, turn.name);
      expect({ missing: always.filter((path) => !listed.includes(path)), gone: listed.filter((path) => !ways.flat().includes(path)) }).to.deep.equal({
        missing: [],
        gone: [],
      });
    });
});

/** The carriers that the tests play use some of the demo's files and the puppet's tests. */
function isOfTheService(path: string): boolean {
  const isBeside = path.startsWith('src/store/embedded/'); // looks by the clock whether mongod is there
  return /^(src|flows)\//.test(path) && !path.startsWith('src/demo/') && !path.includes('/test/') && !isBeside;
}

async function textsAVote({ twilio, community }: TestService, index: number) {
  const [from, to] = [phone(index), community.phone];
  await twilio.deliver({ from, to, body: '菜单' });
  return async () => expect(await twilio.deliver({ from, to, body: '投 3 7' })).to.include('凭证');
}

async function keysANumber({ twilio, community }: TestService, index: number) {
  const call = await twilio.dial({ from: phone(10 + index), to: community.phone });
  for (const keys of ['1', '1']) {
    await call.hear();
    await call.press(keys);
  }
  await call.hear();
  return async () => {
    await call.press('3#');
    expect((await call.hear())[0]?.text).to.include('社区花园');
  };
}

async function tapsAProject(service: TestService, index: number) {
  const fake = account(service);
  const openid = chat(index);
  const text = (content: string, more: Record<string, string> = {}) =>
    fake.deliver(openid, { MsgType: 'text', MsgId: `${fake.sent.length}${Date.now()}`, Content: content, ...more });
  await text('投票');
  const menu = await menuOf(service, openid);
  const item = menu?.items.at(0);
  return async () => expect(await text(item?.content ?? '', { bizmsgmenuid: item?.id ?? '' })).to.include('凭证');
}

/** The menu to tap that a chat is sent. */
function menuOf(service: TestService, openid: string) {
  return until('a menu', () =>
    account(service)
      .sent.flatMap((one) => (one.kind === 'menu' && one.openid === openid ? one : []))
      .at(0),
  );
}

function phone(index: number): string {
  return `+86137000000${String(index).padStart(2, '0')}`;
}

function chat(index: number): string {
  return `oTurnWay${index}`;
}

/** The document with the files of one turn in their place: between `<!-- NAME -->` and the next blank line after its table. */
function withWay(text: string, name: string, files: readonly string[]): string {
  const folders = [...new Set(files.map(dirname))];
  const rows = folders.map((folder) => {
    const names = files.filter((path) => dirname(path) === folder).map((path) => basename(path));
    return `| \`${folder}\` | ${names.join(', ')} |`;
  });
  const made = [`**${name}**`, '', '| folder | files |', '| --- | --- |', ...rows].join('\n');
  const [before, after] = cut(text, name);
  return `${before}\n${made}\n${after}`;
}

function listedIn(text: string, name: string): string[] {
  const [before, after] = cut(text, name);
  const rows = text.slice(before.length, text.length - after.length).matchAll(/^\| `(.+?)` \| (.+) \|$/gm);
  return [...rows].flatMap(([, folder = '', names = '']) => names.split(', ').map((file) => join(folder, file)));
}

/** The text before and after the place of one turn's files. */
function cut(text: string, name: string): [string, string] {
  const [begin, end] = [`<!-- files: ${name} -->`, '<!-- end -->'];
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`docs/architecture.md has no place for the files of ${name}: ${begin} and ${end}`);
  return [text.slice(0, from + begin.length), text.slice(to)];
}
