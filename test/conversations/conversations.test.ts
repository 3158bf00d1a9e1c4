import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Document, isMap, YAMLSeq } from 'yaml';
import { flows } from '../../flows/index.ts';
import { INTENTS } from '../../src/dialog/command.ts';
import { root } from '../../src/store/files.ts';
import { meaningOf } from '../dialog/understand/heard.ts';
import { emptyDatabase, useDatabase } from '../support/database.ts';
import { movedWorld } from '../support/movedWorld.ts';
import { type ServiceOptions, startService, type TestService } from '../support/service.ts';
import { type Conversation, type Play, readConversation, type Turn } from './conversation.ts';
import { playSms } from './playSms.ts';
import { isPatient, playAsterisk, playVoice, withoutSeconds } from './playVoice.ts';
import { playWechat } from './playWechat.ts';
import { ledger, type Records, records } from './records.ts';
import { writeDownAll } from './writeDownAll.ts';

/**
 * Golden conversations: each file is one, from the first message to the last, through the real webhook and MongoDB.
 * `npm run conversations:update` writes into the files what is answered now; read the difference before you keep it.
 * The file that plays a channel explains its lines; `ledger` are the picks of the ledger's entries, in order.
 *
 * A file in another channel's folder is the twin of the SMS conversation with the same name, if there is one: the same path, and the same records at its end.
 */
const FOLDER = join(root, 'test/conversations');
const isUpdate = process.env.UPDATE_CONVERSATIONS === '1';
/** Besides SMS, whose conversations are in this folder itself. */
const TWINS: Readonly<Record<string, Play>> = { voice: playVoice, wechat: playWechat };
/**
 * Some of those by SMS also go over carriers that hand their replies over, some of those on the phone over Asterisk; with `EVERY_CARRIER=1` all do, but
 * for Aliyun, whose templates say some in other words: the platform signs them, a receipt has no brief form. Silences last over Asterisk.
 */
const OVER = ['kannel', 'mas', 'aliyun', 'asterisk'] as const;
const OVER_CARRIERS: Readonly<Record<(typeof OVER)[number], readonly string[]>> = {
  kannel: ['vote-in-one-message', 'identify', 'menu', 'broadcast'],
  mas: ['vote-asked', 'erase-me', 'subscribe', 'vote-en'],
  aliyun: ['identify', 'receipt-en', 'request-membership', 'disown-ballot'],
  asterisk: ['cut-off', 'vote-in-one-message', 'vote-en', 'strict', 'person', 'forged-call', 'heard-vote', 'heard-and-keyed', 'heard-read'],
};
const isEveryCarrier = process.env.EVERY_CARRIER === '1';
const filesIn = (folder: string) => readdirSync(folder).filter((file) => file.endsWith('.yaml'));
const files = filesIn(FOLDER);

describe('conversations', () => {
  const { world } = useDatabase('conversations');
  const { world: moved, clock } = movedWorld(world);
  let service: TestService | undefined;
  /** What each conversation by SMS left, for its twins. */
  const left = new Map<string, Records>();
  afterEach(async () => {
    await service?.stop();
    service = undefined;
  });

  const played = async (conversation: Conversation, play: Play, options: ServiceOptions = {}): Promise<Turn[]> => {
    service = await begin(conversation, options);
    return play(service, conversation, clock, writeDown);
  };
  const writeDown = (turns: readonly Turn[]) => writeDownAll(world, turns);

  for (const file of files) {
    golden(file, playSms);
  }
  for (const [channel, play] of Object.entries(TWINS)) {
    for (const file of filesIn(join(FOLDER, channel))) golden(join(channel, file), play, files.includes(file) ? file : undefined);
  }

  for (const carrier of OVER) {
    for (const file of carrier === 'asterisk' ? filesIn(join(FOLDER, 'voice')) : files)
      if ((isEveryCarrier && carrier !== 'aliyun') || OVER_CARRIERS[carrier].includes(file.replace('.yaml', ''))) goldenOver(carrier, file);
  }

  function goldenOver(carrier: (typeof OVER)[number], file: string) {
    const isVoice = carrier === 'asterisk';
    const { conversation } = readConversation(join(FOLDER, isVoice ? 'voice' : '', file));
    if (isVoice && conversation.turns.some((turn) => isPatient(turn))) return; // it counts no seconds after which a key comes
    const [play, written] = isVoice ? [playAsterisk, withoutSeconds(conversation.turns)] : [playSms, conversation.turns];
    it(`${file} goes as written over ${carrier}`, async () => {
      expect(await played(conversation, play, { carrier })).to.deep.equal(written);
      expect(service?.asterisk?.refused ?? []).to.deep.equal([]);
      expect((await ledger(world)).map((entry) => entry.picks)).to.deep.equal(conversation.ledger ?? []);
    });
  }

  function golden(file: string, play: Play, twin?: string) {
    const { document, conversation } = readConversation(join(FOLDER, file));

    it(`${file}: ${conversation.about}, as written${twin ? '; it ends in the same records as its twin' : ''}`, async () => {
      const went = await played(conversation, play, { withWechat: play === playWechat });
      const picks = (await ledger(world)).map((entry) => entry.picks);
      if (isUpdate) return rewrite(file, document, went, picks);
      expect(went).to.deep.equal(conversation.turns);
      expect(picks).to.deep.equal(conversation.ledger ?? []);
      if (play === playVoice) await writeDown(conversation.turns);
      const here = await records(world);
      if (play === playSms) left.set(file, here);
      if (twin) expect(here).to.deep.equal(left.get(twin) ?? (await leftByText(twin)));
    });
  }

  /** What a conversation by SMS left whose own test was not asked for. */
  async function leftByText(file: string): Promise<Records> {
    await service?.stop();
    await played(readConversation(join(FOLDER, file)).conversation, playSms);
    return records(world);
  }

  async function begin({ community = 'qingsong', at, hears }: Conversation, options: ServiceOptions = {}): Promise<TestService> {
    await emptyDatabase();
    clock.moveTo('2026-10-20T09:00');
    const service = await startService({ ...moved, vault: world.vault }, join(FOLDER, community), { ...options, ...(hears && { hears }) });
    clock.moveTo(at);
    return service;
  }

  it('every one by SMS has its twin on the phone, or its path is not there', () => {
    const spoken = filesIn(join(FOLDER, 'voice'));
    const missing = files.filter((file) => !spoken.includes(file) && !readConversation(join(FOLDER, file)).conversation.unspoken);
    expect(missing).to.deep.equal([]);
  });

  it('a call in which eight projects are read takes about a minute for who takes the first two', () => {
    const { turns } = readConversation(join(FOLDER, 'voice', 'vote-read.yaml')).conversation;
    expect(Number(/^☏ (\d+) s$/.exec(String(turns.at(-1)))?.[1])).to.be.within(40, 62);
  });

  it('every call says where the hash and the star are as it first names them', () => {
    const lost = filesIn(join(FOLDER, 'voice')).flatMap((file) => {
      const { turns } = readConversation(join(FOLDER, 'voice', file)).conversation;
      const calls = turns.map(String).join('\n').split('☎').slice(1);
      return calls.flatMap((call) =>
        NAMED.filter(([named, where]) => firstNaming(call, named)?.includes(where) === false).map(([named]) => `${file}: ${named}`),
      );
    });
    expect(lost).to.deep.equal([]);
  });

  it('there is one for every flow in both languages', () => {
    const all = ['', ...Object.keys(TWINS)].flatMap((folder) => filesIn(join(FOLDER, folder)).map((file) => join(FOLDER, folder, file)));
    const has = new Set(all.map((path) => readConversation(path).conversation).map(({ flow, language }) => `${flow} ${language}`));
    const missing = Object.keys(flows).flatMap((flow) =>
      ['zh-CN', 'en'].filter((language) => !has.has(`${flow} ${language}`)).map((language) => `${flow} ${language}`),
    );
    expect(missing).to.deep.equal([]);
  });

  it('each kind of question, and what else is said without a command, is there by SMS, in the chat, and on the phone where keys lead to it, in both languages', () => {
    const asked = new Set(
      ['', ...Object.keys(TWINS)].flatMap((channel) =>
        filesIn(join(FOLDER, channel)).flatMap((file) => {
          const { language, turns } = readConversation(join(FOLDER, channel, file)).conversation;
          const sent = turns.flatMap((turn) => (typeof turn === 'string' && turn.startsWith('→ ') ? [turn.slice(2)] : []));
          const kinds =
            channel === 'voice' ? Object.keys(KEYED).filter((kind) => sent.join(' ').includes(KEYED[kind] ?? '')) : sent.flatMap(kindAsked);
          return kinds.map((kind) => `${channel || 'sms'} ${language} ${kind}`);
        }),
      ),
    );
    const written = ['sms', 'wechat'].flatMap((channel) =>
      [...INTENTS.filter((intent) => !IN_TALK.includes(intent)), 'own answer', ...SAID].map((kind) => ({ channel, kind })),
    );
    const keyed = Object.keys(KEYED).map((kind) => ({ channel: 'voice', kind }));
    const missing = [...written, ...keyed].flatMap(({ channel, kind }) =>
      ['zh-CN', 'en'].map((language) => `${channel} ${language} ${kind}`).filter((each) => !asked.has(each)),
    );
    expect(missing).to.deep.equal([]);
  });
});

/** The keys that lead to a question's answer. */
const KEYED: Readonly<Record<string, string>> = {
  how: '4 1 2',
  until: '4 1 3',
  fraud: '4 1 4 1',
  noCard: '4 1 4 2',
  money: '4 1 4 3',
  turnout: '4 1 4 4',
};

function kindAsked(text: string): string[] {
  const meaning = meaningOf({ asked: 'nothing', text });
  if (meaning.kind === 'ownAnswer') return ['own answer'];
  if (meaning.kind === 'intent') return [meaning.intent];
  if (meaning.kind === 'named' || meaning.kind === 'numbers') return ['read back'];
  if (!('command' in meaning)) return [];
  const { name, text: told } = meaning.command;
  if (name === 'complain') return meaning.kind === 'near' && told ? ['complaint'] : [];
  return SAID.filter((kind) => kind === name);
}

/** What is meant only after something else: `talks.yaml` has it. */
const IN_TALK = ['pause', 'reply'];

/** What is said without a command besides questions. */
const SAID = ['read back', 'complaint', 'stop', 'person'];

/** Keys by name, and where they are. */
const NAMED = [
  ['井号', '井号在右下角'],
  ['星号', '左下角的星号'],
  ['hash', 'bottom right'],
  ['star', 'bottom left'],
] as const;

/** The words of the first step of a call that names a key. */
function firstNaming(call: string, key: string): string | undefined {
  return call
    .split('→')
    .map((step) =>
      step
        .split('\n')
        .filter((line) => line.startsWith('←'))
        .join('\n'),
    )
    .find((said) => new RegExp(`${key}\\b|${key}(?=\\p{Script=Han}|[，。；])`, 'u').test(said));
}

function rewrite(file: string, document: Document, turns: Turn[], picks: number[][]): void {
  const seq = document.get('turns');
  if (!(seq instanceof YAMLSeq) || !isMap(document.contents)) throw new Error(`${file}: turns is no list`);
  document.set('turns', document.createNode(turns));
  if (picks.length > 0) {
    const node = document.createNode(picks);
    document.set('ledger', node);
    for (const item of 'items' in node ? node.items : []) if (item instanceof YAMLSeq) item.flow = true;
  }
  writeFileSync(join(FOLDER, file), document.toString({ lineWidth: 0 }));
}
