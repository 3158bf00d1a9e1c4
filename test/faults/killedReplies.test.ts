import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { fakeAliyun } from '../../scripts/fakes/aliyun.ts';
import type { HandingOver } from '../../scripts/fakes/handingOver.ts';
import { fakeKannel } from '../../scripts/fakes/kannel.ts';
import { fakeMas } from '../../scripts/fakes/mas.ts';
import { receiptTemplates } from '../../scripts/replay/castOver.ts';
import { logger } from '../../src/app/logger.ts';
import { templated } from '../../src/app/templated.ts';
import { sendSms as sendByAliyun } from '../../src/carriers/aliyun/send.ts';
import { sendSms as sendByKannel } from '../../src/carriers/kannel/carrier.ts';
import { sendSms as sendByMas } from '../../src/carriers/mas/carrier.ts';
import type { Send } from '../../src/carriers/sending.ts';
import { loadCatalogue } from '../../src/dialog/loadCatalogue.ts';
import { Entry } from '../../src/fund/ballots/index.ts';
import type { CommunityRecord } from '../../src/fund/communities/index.ts';
import { Resident } from '../../src/fund/people/index.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import type { World } from '../../src/store/world.ts';
import { fakeWechat } from '../fakes/wechat.ts';
import { useDatabase } from '../support/database.ts';
import { expectKept } from '../support/expectLedger.ts';
import { onRoster } from '../support/onRoster.ts';
import { SECRET } from '../support/secret.ts';
import { sendTheRest } from '../support/sendTheRest.ts';
import { type ServiceProcess, serviceProcess } from '../support/serviceProcess.ts';
import { town, votingNow } from '../support/town.ts';

/** More of both for a figure: `KILLS=20 VOTERS=100`, at most 27 kills (an address has thirty texts in ten minutes). */
const KILLS = Number(process.env.KILLS ?? 1);
const VOTERS = Number(process.env.VOTERS ?? 60);
const AT_ONCE = 16;
const NUMBER = '106901234501';

interface Texted {
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly sid: string;
}

/** A carrier between people and a service that dies. */
interface Line {
  readonly env: Record<string, string>;
  readonly community?: Partial<CommunityRecord>;
  attach(service: ServiceProcess): void;
  /** Delivers a text once; undefined unless it was taken. What the response says comes to the person. */
  deliver(text: Texted): Promise<string | undefined>;
  /** What came to people by itself. */
  readonly handedOver?: () => readonly string[];
  /** Sends by the carrier, where replies are handed over. */
  readonly send?: Send;
  stop(): Promise<void>;
}

const LINES: Readonly<Record<string, (world: World) => Promise<Line>>> = {
  kannel: async () => {
    const kannel = await fakeKannel();
    const { url, user, password, secret } = kannel.settings;
    const env = { KANNEL_URL: url, KANNEL_USER: user, KANNEL_PASSWORD: password, KANNEL_SECRET: secret };
    return { ...handingOver(kannel, 'kannel'), env, send: sendByKannel(kannel.settings, 'http://127.0.0.1:9') };
  },
  mas: async () => {
    const mas = await fakeMas();
    const { url, ecName, apId, secretKey, sign, secret } = mas.settings;
    const env = { MAS_URL: url, MAS_EC_NAME: ecName, MAS_AP_ID: apId, MAS_SECRET_KEY: secretKey, MAS_SIGN: sign, MAS_SECRET: secret };
    return { ...handingOver(mas, 'mas'), env, send: sendByMas(mas.settings) };
  },
  aliyun: async (world) => {
    const aliyun = await fakeAliyun();
    aliyun.takesAgain = true;
    const { accessKeyId, accessKeySecret, signName, secret, apiUrl = '' } = aliyun.settings;
    const keys = { ALIYUN_ACCESS_KEY_ID: accessKeyId, ALIYUN_ACCESS_KEY_SECRET: accessKeySecret, ALIYUN_SIGN_NAME: signName };
    const templates = await receiptTemplates(world, { community: '青松社区', to: '+862880000003' }, 1, aliyun.approve);
    const over = handingOver(aliyun, 'aliyun');
    return {
      ...over,
      community: { ...over.community, smsTemplates: templates.map((one) => ({ ...one, language: 'zh-CN' as const })) },
      env: { ...keys, ALIYUN_SECRET: secret, ALIYUN_API_URL: apiUrl },
      send: sendByAliyun(aliyun.settings, { world, log: logger('silent'), templated: templated(world, await loadCatalogue()) }),
    };
  },
  twilio: async () => {
    let service: ServiceProcess | undefined;
    const attach = (attached: ServiceProcess) => {
      service = attached;
    };
    const deliver = async (text: Texted) => (await service?.text(text)) ?? undefined;
    return { env: {}, attach, deliver, stop: async () => {} };
  },
  wechat: async () => {
    const wechat = await fakeWechat();
    const { appId, appSecret, token, aesKey, apiUrl } = wechat;
    const keys = { WECHAT_APP_ID: appId, WECHAT_APP_SECRET: appSecret, WECHAT_TOKEN: token, WECHAT_AES_KEY: aesKey };
    const deliver = ({ from, body, sid }: Texted) =>
      wechat.deliver(openidOf(from), { MsgType: 'text', Content: body, MsgId: sid.replaceAll(/\D/g, '') }).catch(() => undefined);
    return { env: { ...keys, WECHAT_API_URL: apiUrl }, attach: wechat.attach, deliver, stop: wechat.stop };
  },
};

const openidOf = (phone: string) => `openid-${phone.slice(1)}`;

function handingOver(carrier: HandingOver & Pick<Line, 'attach' | 'stop'>, sms: 'kannel' | 'mas' | 'aliyun') {
  const deliver = async (text: Texted) => {
    const pushed = await carrier.push({ ...text, to: NUMBER }).catch(() => undefined);
    return pushed?.status === 200 ? '' : undefined;
  };
  const community = { carriers: { sms }, textNumber: NUMBER };
  return { community, deliver, attach: carrier.attach, stop: carrier.stop, handedOver: () => carrier.taken.map(({ body }) => body) };
}

for (const [name, lineOf] of Object.entries(LINES))
  describe(`a service over ${name} that is killed under texts`, () => {
    const { world, uri } = useDatabase(`killedReplies${name}`);
    let line: Line;
    let dataDir: string;
    before(async () => {
      line = await lineOf(world);
      dataDir = await mkdtemp(join(tmpdir(), 'yisheng-killed-'));
    });
    after(async () => {
      await line.stop();
      await rm(dataDir, { recursive: true, force: true });
    });

    it('has every text that was taken as one ballot, and has told its receipt at the latest with the person’s next text', async function () {
      this.timeout(180_000 + KILLS * 30_000);
      const here = await town(world, { residents: VOTERS, community: line.community ?? {}, cycle: votingNow(world) });
      if (name === 'wechat') await chats(here.community, here.phones);
      const env = { DATA_DIR: dataDir, MONGODB_URI: uri(), SECRET, ...line.env };
      const told: string[] = [];
      /** Replies of which the killed service did not know whether the carrier had them. */
      const inFlight = new Set<string>();
      let service = await serviceProcess(env);
      line.attach(service);
      /** A carrier delivers a text again until it is taken. */
      const text = async (from: string, body: string, sid: string) => {
        const whole = { from, to: here.phone, body, sid };
        let answer = await line.deliver(whole);
        for (; answer === undefined; answer = await line.deliver(whole)) await sleep(50);
        told.push(answer);
      };
      for (let round = 0; round <= KILLS; round += 1) {
        const waiting = [...here.phones];
        const voting = Array.from({ length: AT_ONCE }, async () => {
          for (let from = waiting.pop(); from; from = waiting.pop()) await text(from, `投 ${1 + (round % 3)}`, `${from} ${round}`);
        });
        if (round < KILLS) {
          while (waiting.length > VOTERS / 2) await sleep(2);
          await sleep(Math.random() * 20);
          await service.kill();
          for (const { _id } of await collection(Message).find({ kind: 'reply', state: 'sending' }).toArray()) inFlight.add(_id);
          service = await serviceProcess(env, service.port);
        }
        await Promise.all(voting);
      }
      for (const from of here.phones) await text(from, '查票', `${from} ${KILLS + 1}`);
      await service.stop();
      if (line.send) await sendTheRest(world, line.send, 'replies');

      const heard = [...told, ...(line.handedOver?.() ?? [])].flatMap((one) => /投好了.*|改好了.*/.exec(one)?.[0] ?? []);
      const receipts = heard.flatMap((one) => /\d{3} \d{3} \d{4}/.exec(one)?.[0] ?? []);
      const entries = await collection(Entry).find({ '_id.cycle': here.cycle }).toArray();
      expect(entries, 'every text is one ballot').to.have.length(VOTERS * (KILLS + 1));
      await expectKept(world, here.cycle, receipts);
      const known = new Set(receipts.map((receipt) => receipt.replaceAll(' ', '')));
      const untold = entries.filter(({ receipt = '' }) => !known.has(receipt));
      if (process.env.KILLS)
        process.stdout.write(
          `${name}: ${KILLS} kills, ${entries.length} ballots; replies in flight as it was killed, told with the next text: ${inFlight.size}; told twice: ${receipts.length - known.size}; never told: ${untold.length}\n`,
        );
      expect(untold.map(({ receipt }) => receipt)).to.deep.equal([]);
    });

    async function chats(community: string, phones: readonly string[]): Promise<void> {
      await collection(Resident).insertMany(
        phones.map((phone) =>
          onRoster(world, { _id: openidOf(phone), community, rosterId: openidOf(phone), linkedContacts: [`wechat|${openidOf(phone)}`] }),
        ),
      );
    }
  });
