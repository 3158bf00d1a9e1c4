import { expect } from 'chai';
import mongoose, { type mongo } from 'mongoose';
import { cycleMark } from '../../../src/fund/cycles/cycleMark.ts';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { operator, type StaffRole } from '../../../src/fund/people/actor.ts';
import { staffId } from '../../../src/fund/staff/staff.ts';
import { Work } from '../../../src/fund/works/index.ts';
import { forgedRecords } from '../../../src/operation/forged.ts';
import { collection } from '../../../src/store/collection.ts';
import { encryptedFields, valuesAt } from '../../../src/store/encryptedFields.ts';
import { recordMark } from '../../../src/store/recordMark.ts';
import type { World } from '../../../src/store/world.ts';
import { useDatabase } from '../../support/database.ts';
import { addStaff } from '../../support/staff.ts';
import type { Town } from '../../support/town.ts';
import { type Served, serve } from '../serve.ts';
import { addressesOf } from './addresses.ts';
import { browse, cookieOf, phoneOf } from './office.ts';
import { CLOSES, OPENS, wholeTown } from './wholeTown.ts';

const READERS = ['cadre', 'supervisor', 'helper'] as const satisfies readonly StaffRole[];
/** Sessions are over without what names their device: then nobody reads a page. */
const NOT_SPOILT = new Set(['staffsessions', 'keys']);
/** It says that the service is not well, as it is. */
const HEALTH = new Set(['/readyz', '/healthz', '/metrics']);

/** They are made once a ledger is sealed. `test/writtenInto.test.ts` has them. */
const NOT_YET = ['publishedFiles', 'publishedParts'];

describe('records that were written past the service, of every collection at once', function () {
  this.timeout(600_000);
  const { world: real } = useDatabase('unreadable');
  let now = OPENS;
  const world: World = { ...real, now: () => now };
  let here: Town;
  let lastYears: string;
  let web: Served;

  before(async () => {
    const whole = await wholeTown(
      world,
      (moment) => {
        now = moment;
      },
      [
        [[1, 2], 12],
        [[3], 11],
      ],
    );
    [here, lastYears] = [whole.here, whole.before];
    await remark();
    await remark();
    await addStaff(world)(here.community, { name: '老周', phone: '+8613800000150', role: 'helper' }, operator('李姐'));
    web = await serve(world, { publicUrl: 'http://example.org' });
  });
  after(() => web.close());

  it('fail no page where one of each bears a mark that is not its own, and doctor names the collection of each', async () => {
    expect((await forgedRecords(world.vault, true)).forged, 'before').to.deep.equal([]);
    const { broken, bare, mend } = await unmark();
    await expectNamed(broken);
    expect(bare, 'collections with marks and without records').to.deep.equal(NOT_YET);
    expect(broken.length, 'collections').to.be.above(12);
    await mend();
  });

  it('fail no page where nothing that is encrypted can be read, and doctor names the collection of each', async () => {
    const spoilt = await spoil();
    await expectNamed(spoilt);
    expect(spoilt.length, 'collections').to.be.above(15);
  });

  /** The town's works and its cycle of last year were made in part past the service. */
  async function remark(): Promise<void> {
    for (const work of await collection(Work).find().toArray())
      await collection(Work).updateOne({ _id: work._id }, { $set: { mark: recordMark(world.vault, 'works', work) } });
    const cycle = await collection(Cycle).findOne({ _id: lastYears });
    if (cycle) await collection(Cycle).updateOne({ _id: lastYears }, { $set: { mark: cycleMark(world.vault, cycle) } });
  }

  /** No page fails, and doctor names these collections. */
  async function expectNamed(collections: readonly string[]): Promise<void> {
    now = new Date(Math.min(now.getTime() + 60_000, CLOSES.getTime() - 1)); // what was remembered is over
    const statuses = await walked();
    const failed = [...statuses].filter(([, status]) => status >= 500).map(([page, status]) => `${status} ${page}`);
    expect(failed).to.deep.equal([]);
    expect([...statuses.values()].filter((status) => status === 200).length, 'pages').to.be.above(100);
    const named = new Set((await forgedRecords(world.vault, true)).forged.map(({ kind }) => kind.split(' ')[0]));
    expect(collections.filter((each) => !named.has(each))).to.deep.equal([]);
  }

  /** Each page's status, by who asks for it: those that a cadre may not read are read by others. */
  async function walked(): Promise<Map<string, number>> {
    const statuses = new Map<string, number>();
    for (const who of ['nobody', ...READERS]) {
      const role = READERS.find((one) => one === who);
      const { get } = browse(() => web, role && (await cookieOf(world, phoneOf(role))));
      const addresses = addressesOf(web.app, 'get').filter((one) => one.startsWith('/console') === (role !== undefined) && !HEALTH.has(one));
      for (const path of addresses.flatMap(filled))
        if (statuses.get(`cadre ${path}`) !== 200) statuses.set(`${who} ${path}`, (await get(path)).status);
    }
    return statuses;
  }

  /** An address with what it is about: the first ones of each kind, of both cycles. */
  function filled(address: string): string[] {
    const ofCycle = address.includes(':cycle') || address.startsWith('/api/cycles/:id') ? [here.cycle, lastYears] : [''];
    const numbers = address.includes(':number') ? ['1', '3', '8'] : [''];
    return ofCycle.flatMap((cycle) =>
      numbers.map((number) =>
        address
          .replace('/api/cycles/:id', `/api/cycles/${cycle}`)
          .replace(':slug', here.community)
          .replace(':cycle', cycle)
          .replace(':number', number)
          .replace(':resident', here.residents[0] ?? '')
          .replace('messages/:id', `messages/${here.community}-sent`)
          .replace(/:\w+/g, '0123456789ab'),
      ),
    );
  }

  /** Whatever is encrypted becomes what another record has, or what nobody can read, but for the roles of those who look; gives the collections. */
  async function spoil(): Promise<string[]> {
    const readers = new Set(READERS.map((role) => staffId(world.vault, here.community, { role, phone: phoneOf(role) })));
    const spoilt: string[] = [];
    for (const name of mongoose.modelNames()) {
      const model = mongoose.model<mongo.Document>(name);
      const fields = encryptedFields(model.schema);
      if (fields.length === 0 || NOT_SPOILT.has(model.collection.name)) continue;
      const records = await model.collection.find({}, { promoteBuffers: false }).toArray();
      for (const record of records) {
        if (readers.has(String(record._id))) continue;
        const changed = fields.flatMap(({ path }) =>
          valuesAt(record, path).map((value) => [value.path, Buffer.from(value.bytes.buffer).reverse()] as const),
        );
        if (changed.length === 0) continue;
        await model.collection.updateOne({ _id: record._id }, { $set: Object.fromEntries(changed) }, { bypassDocumentValidation: true });
        spoilt.push(model.collection.name);
      }
    }
    return [...new Set(spoilt)];
  }

  /** Turns around each mark of one record of each collection, the first that has it: `broken`. `bare` are collections of which no record has any. */
  async function unmark(): Promise<{ readonly broken: string[]; readonly bare: string[]; mend(): Promise<void> }> {
    const before: (() => Promise<unknown>)[] = [];
    const [broken, bare] = [new Set<string>(), new Set<string>()];
    for (const name of mongoose.modelNames()) {
      const { collection: records, schema } = mongoose.model<mongo.Document>(name);
      for (const path of Object.keys(schema.paths).filter((each) => /mark$/i.test(each))) {
        const record = await records.findOne({ [path]: { $type: 'string' } });
        (record ? broken : bare).add(records.name);
        if (!record) continue;
        const write = (mark: string) => records.updateOne({ _id: record._id }, { $set: { [path]: mark } });
        await write([...record[path]].toReversed().join(''));
        before.push(() => write(record[path]));
      }
    }
    const mend = async () => {
      for (const back of before) await back();
    };
    return { broken: [...broken], bare: [...bare].filter((each) => !broken.has(each)).toSorted(), mend };
  }
});
