import { importFiles } from '../../scripts/support/importFiles.ts';
import { onOwnPort } from '../../scripts/support/onOwnPort.ts';
import { app } from '../../src/app/app.ts';
import { logger } from '../../src/app/logger.ts';
import { addressHmac } from '../../src/contacts/contact.ts';
import { playedCarriers } from '../../src/demo/carriers/playedCarriers.ts';
import type { Line } from '../../src/demo/carriers/signedLine.ts';
import { cycleKeys, decryptSecret, Entry, lastBallots } from '../../src/fund/ballots/index.ts';
import { Cycle } from '../../src/fund/cycles/index.ts';
import { personOf, Resident } from '../../src/fund/people/index.ts';
import { Message, saidIn } from '../../src/outreach/outbox/message.ts';
import { CodedError } from '../../src/store/codedError.ts';
import { collection } from '../../src/store/collection.ts';
import { openStore } from '../../src/store/openStore.ts';
import type { Place } from '../place.ts';
import { SECRET_BYTES } from '../secret.ts';

/** A community that votes on eight projects, with the service in this same process, so that the ballots that were cast can be read. */
export interface Hall {
  readonly line: Line;
  readonly to: string;
  readonly numbers: readonly number[];
  phone(resident: number): string;
  /** The ballot that counts for a resident; undefined if there is none. */
  ballot(resident: number): Promise<readonly number[] | undefined>;
  /** Numbers of projects in the SMS to a resident. */
  texted(resident: number): Promise<number[]>;
  close(): Promise<void>;
}

const SLUG = 'hall';
const TO = '+862880000021';
const PROJECTS = [
  ['楼道扶手', '没有电梯的楼，每层楼梯一边装扶手'],
  ['健身角', '小广场东边放六件健身器材，地上铺软垫'],
  ['社区花园', '院子后面那块空地，种花种菜，大家轮流管'],
  ['凉亭', '河边走道中间盖一个，能坐十个人'],
  ['雨棚', '五个单元门口都装，下雨接孩子不淋湿'],
  ['晾衣架', '楼顶和院子里一共二十个'],
  ['路灯', '大门到菜市场一段，八盏灯'],
  ['充电桩', '南门车棚里装四十个，扫码付钱，夜里也能充'],
].map(([title = '', detail = ''], index) => ({ number: index + 1, title, detail, cost: 10_000 * (index + 2) }));
const phone = (resident: number) => `+86136${String(resident).padStart(8, '0')}`;

export async function hall({ uri, folder }: Place, residents: number): Promise<Hall> {
  const store = await openStore({ mongodbUri: uri('hall'), dataDir: folder('hall'), secret: SECRET_BYTES });
  const { world } = store;
  const stages = { vote: '-1m', implement: '+10d', closed: '+300d' };
  await importFiles(world, {
    community: { slug: SLUG, name: '青松社区', phone: TO, verify: 'phone', person: { name: '居委会', phone: '+862880000003' } },
    cycle: { id: SLUG, title: '今年的资金', budget: 300_000, rule: 'greedy', choices: { min: 1, max: 3 }, stages, projects: PROJECTS },
    residents: Array.from({ length: residents }, (_, index) => ({ id: String(index), name: `V${index}`, phone: phone(index) })),
  });
  const authToken = world.randomBytes(24).toString('base64url');
  const demo = () => ({ carriers: playedCarriers(authToken) });
  const { url, stop } = await onOwnPort((url) => app({ world, log: logger('error'), publicUrl: url, demo, announces: false }));
  let ballots: Promise<Map<string, readonly number[]>> | undefined;
  return {
    line: { url, publicUrl: url, authToken },
    to: TO,
    numbers: PROJECTS.map(({ number }) => number),
    phone,
    ballot: async (resident) => {
      ballots ??= counted();
      return (await ballots).get(phone(resident));
    },
    texted: async (resident) => {
      const messages = await collection(Message)
        .find({ to: addressHmac(world.vault, { community: SLUG, channel: 'sms', address: phone(resident) }) })
        .toArray();
      return messages.flatMap((message) =>
        [...JSON.stringify(saidIn(world.vault, message)).matchAll(/"number":(\d+)/g)].map(([, number]) => Number(number)),
      );
    },
    close: async () => {
      await stop();
      await store.close();
    },
  };

  /** The ballots that count, by phone. */
  async function counted(): Promise<Map<string, readonly number[]>> {
    const cycle = await collection(Cycle).findOne({ _id: SLUG }, { promoteBuffers: true });
    const [entries, people] = await Promise.all([
      collection(Entry)
        .find({ '_id.cycle': SLUG, secret: { $exists: true } }, { sort: { '_id.seq': 1 }, promoteBuffers: true })
        .toArray(),
      collection(Resident).find({ community: SLUG }).toArray(),
    ]);
    if (!cycle) throw new CodedError('no-cycle', 'The bench lost its cycle.');
    const phones = new Map(
      people.flatMap((one) => {
        const { phone } = personOf(world.vault, one);
        return phone ? [[cycleKeys(world)(cycle)?.voter(one._id).pseudonym, phone] as const] : [];
      }),
    );
    const last = lastBallots(entries.map((entry) => decryptSecret(world.vault, entry)));
    return new Map(last.flatMap(({ voter, picks }) => (phones.get(voter) === undefined ? [] : [[phones.get(voter) ?? '', picks] as const])));
  }
}
