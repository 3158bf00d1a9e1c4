import { expect } from 'chai';
import mongoose, { type mongo } from 'mongoose';
import { operator, type StaffRole } from '../../../src/fund/people/actor.ts';
import { staffId } from '../../../src/fund/staff/staff.ts';
import { forgedRecords } from '../../../src/operation/forged.ts';
import { encryptedFields, valuesAt } from '../../../src/store/encryptedFields.ts';
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

describe('records that do not read, all of them at once', function () {
  this.timeout(300_000);
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
    await addStaff(world)(here.community, { name: '老周', phone: '+8613800000150', role: 'helper' }, operator('李姐'));
    web = await serve(world, { publicUrl: 'http://example.org' });
  });
  after(() => web.close());

  it('fail no page, and doctor names the collection of each', async () => {
    const spoilt = await spoil();
    const statuses = await walked();
    const { forged } = await forgedRecords(world.vault, true);
    const failed = [...statuses].filter(([, status]) => status >= 500).map(([page, status]) => `${status} ${page}`);
    expect(failed).to.deep.equal([]);
    expect([...statuses.values()].filter((status) => status === 200).length, 'pages').to.be.above(100);
    const named = new Set(forged.map(({ kind }) => kind.split(' ')[0]));
    expect(spoilt.filter((each) => !named.has(each))).to.deep.equal([]);
    expect(spoilt.length, 'collections').to.be.above(15);
  });

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
    now = new Date(Math.min(now.getTime() + 60_000, CLOSES.getTime() - 1)); // what was remembered is over
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
});
