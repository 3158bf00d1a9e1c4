import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { type Document, isMap, parseDocument, YAMLSeq } from 'yaml';
import { flows } from '../../flows/index.ts';
import { segments } from '../../src/channels/sms/render.ts';
import { Cycle } from '../../src/fund/records/cycle.ts';
import { Entry } from '../../src/fund/records/entry.ts';
import { native } from '../../src/store/native.ts';
import type { World } from '../../src/store/world.ts';
import { useDatabase } from '../support/database.ts';
import { startService, type TestService } from '../support/service.ts';

/**
 * Golden conversations: each file is one, from the first message to the last, through the real webhook and MongoDB.
 * `npm run conversations:update` writes into the files what is answered now; read the difference before you keep it.
 *
 * In `turns`: `→` is sent, `←` comes back with `[characters]` behind it (and segments, if there are more than one), `⇐ number:`
 * is sent by the service itself; `at:` moves the clock, `from:` changes the phone, `until: sealed` waits for the seal. `{receipt}` stands for any receipt and
 * `{digits}` for the two digits just asked for. `ledger` are the picks of the ledger's entries, in order.
 */
interface Conversation {
  about: string;
  flow: keyof typeof flows;
  language: 'zh-CN' | 'en' | 'zh-CN-sichuan';
  /** Community's own time. */
  at: string;
  from: string;
  community?: string;
  turns: (string | { at: string } | { from: string } | { until: 'sealed' })[];
  ledger?: number[][];
}

const FOLDER = import.meta.dirname;
const isUpdate = process.env.UPDATE_CONVERSATIONS === '1';
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));

describe('conversations', () => {
  const { world } = useDatabase('conversations');
  const clock = { ahead: 0 };
  const moved: World = {
    get vault() {
      return world.vault;
    },
    randomBytes: (size) => world.randomBytes(size),
    now: () => new Date(Date.now() + clock.ahead),
  };

  for (const file of files) {
    const document = parseDocument(readFileSync(join(FOLDER, file), 'utf8'));
    const conversation: Conversation = document.toJS();

    describe(`${file}: ${conversation.about}`, () => {
      let service: TestService;
      before(async () => {
        for (const collection of await mongoose.connection.listCollections()) await mongoose.connection.collection(collection.name).deleteMany({});
        move(clock, '2026-10-20T09:00');
        service = await startService({ ...moved, vault: world.vault }, join(FOLDER, conversation.community ?? 'qingsong'));
        move(clock, conversation.at);
      });
      after(() => service.stop());

      it('goes as written', async () => {
        const went = await converse(service, conversation, clock);
        const picks = await ledger(world);
        if (isUpdate) return rewrite(file, document, went, picks);
        expect(went).to.deep.equal(conversation.turns);
        expect(picks).to.deep.equal(conversation.ledger ?? []);
      });
    });
  }

  it('there is one for every flow in both languages', () => {
    const has = new Set(
      files.map((file) => parseDocument(readFileSync(join(FOLDER, file), 'utf8')).toJS()).map(({ flow, language }) => `${flow} ${language}`),
    );
    const missing = Object.keys(flows).flatMap((flow) =>
      ['zh-CN', 'en'].filter((language) => !has.has(`${flow} ${language}`)).map((language) => `${flow} ${language}`),
    );
    expect(missing).to.deep.equal([]);
  });
});

/** Plays what is sent and gives the whole conversation as it went. */
async function converse({ twilio, community }: TestService, { turns, from }: Conversation, clock: { ahead: number }): Promise<Conversation['turns']> {
  const went: Conversation['turns'] = [];
  let phone = from;
  let digits = '';
  for (const turn of turns) {
    if (typeof turn === 'object') {
      if ('at' in turn) move(clock, turn.at);
      else if ('from' in turn) phone = turn.from;
      else await sealed();
      went.push(turn);
    } else if (turn.startsWith('→')) {
      went.push(turn);
      const answer = await twilio.deliver({ from: phone, to: community.phone, body: turn.slice(1).trim().replace('{digits}', digits) });
      digits = TWO_DIGITS.exec(answer ?? '')?.[2] ?? digits;
      went.push(answer === undefined ? '← ' : `← ${neutral(answer)} ${measured(answer)}`);
    } else if (turn.startsWith('⇐')) {
      const to = turn.slice(1).split(':')[0]?.trim() ?? '';
      for (let tries = 0; tries < 50 && !twilio.accepted.some((message) => message.to === to); tries += 1) await sleep(100);
      const index = twilio.accepted.findIndex((message) => message.to === to);
      const [arrived] = index < 0 ? [] : twilio.accepted.splice(index, 1);
      went.push(`⇐ ${to}: ${arrived ? `${arrived.body} ${measured(arrived.body)}` : 'nothing'}`);
    }
  }
  return went;
}

/** Sealed, and every process has heard of it: cycles are remembered for a second. */
async function sealed(): Promise<void> {
  while (!(await Cycle.exists({ sealedAt: { $exists: true } }))) await sleep(100);
  await sleep(1_100);
}

const TWO_DIGITS = /(回这两个数:|these two digits: )(\d\d)/;

function neutral(answer: string): string {
  return answer.replace(/\d{3} \d{3} \d{4}/g, '{receipt}').replace(TWO_DIGITS, '$1{digits}');
}

function measured(text: string): string {
  const count = segments(text);
  return count > 1 ? `[${text.length}, ${count} segments]` : `[${text.length}]`;
}

function move(clock: { ahead: number }, shanghai: string): void {
  clock.ahead = new Date(`${shanghai}:00+08:00`).getTime() - Date.now();
}

async function ledger({ vault }: World): Promise<number[][]> {
  const entries = await native(Entry)
    .find({ secret: { $exists: true } }, { sort: { '_id.seq': 1 }, promoteBuffers: true })
    .toArray();
  return entries.map(({ secret }) => (secret ? JSON.parse(vault.open(secret)).picks : []));
}

function rewrite(file: string, document: Document, turns: Conversation['turns'], picks: number[][]): void {
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
