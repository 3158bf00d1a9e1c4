import type { Express } from 'express';
import { Inquiry, writeInquiry } from '../../../src/fund/inquiries/index.ts';
import { Objection, objectionOf } from '../../../src/fund/meetings/objection.ts';
import { markOfBatch } from '../../../src/fund/paper/batch.ts';
import { Batch, Mark, Table } from '../../../src/fund/paper/index.ts';
import { markOfMark } from '../../../src/fund/paper/mark.ts';
import { markOfTable } from '../../../src/fund/paper/tables.ts';
import { operator, requestMembership } from '../../../src/fund/people/index.ts';
import { recordProposal } from '../../../src/fund/proposals/index.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import { createBroadcast } from '../../support/broadcasts.ts';
import { planMeeting, publish } from '../../support/meetings.ts';
import { staff } from '../../support/second.ts';
import { addStaff } from '../../support/staff.ts';
import type { Town } from '../../support/town.ts';
import { chooses, won } from '../../support/works.ts';
import { phoneOf } from './office.ts';

type Layer = Express['router']['stack'][number];
type Method = 'get' | 'post';

/** The addresses that a service answers, as its routes have them. */
export function addressesOf(app: Express, method: Method): string[] {
  return [...new Set(routesOf(app.router.stack, method))].toSorted();
}

function routesOf(stack: readonly Layer[], method: Method): string[] {
  return stack.flatMap((layer): string[] => {
    const { route, handle } = layer;
    if (route) return route.stack.some((one) => one.method === method) ? [route.path].flat() : [];
    return 'stack' in handle && Array.isArray(handle.stack) ? routesOf(handle.stack, method) : [];
  });
}

/** Addresses that are no pages. */
export const IS_FILE = /\.(csv|xlsx|ics)$|\/(file|sound|live|:size(\.jpg)?)$/;

/** What `oneOfEach` makes is number 1, or has this for its id. */
export const ONE = '0123456789ab';

/** An address with what it is about: of a town in which there is one of each (`oneOfEach`). */
export function filledIn(path: string, { community, cycle, residents }: Town): string {
  return path
    .replace(':slug', community)
    .replace(':cycle', cycle)
    .replace(':number', '1')
    .replace(':resident', residents[0] ?? '')
    .replace(/:(id|token|recording)/, ONE)
    .replace(':size', 'small');
}

const LI = operator('李姐');

/** Two proposals, a letter, a request, a publication and a meeting, in a town with a resident. */
export async function begun(world: World, here: Town): Promise<void> {
  const { cycle } = here;
  for (const text of ['修路灯', '种树']) await recordProposal(world, { text }, here.act(0));
  await writeInquiry(world, here.notify, { kind: 'question', text: '几点开门？' }, here.act(0));
  await requestMembership(world, { name: '赵小梅', building: '3栋' }, here.act('+8613900000009'));
  await publish(world)({ cycle, seen: 0, actor: LI });
  await planMeeting(world)({ cycle, plan: { at: world.now(), place: '活动室', items: [] }, actor: LI });
}

/** One of each thing that has a page of its own or can be acted on, in one town of a database: it has staff, a resident and project 1. */
export async function oneOfEach(world: World, here: Town): Promise<void> {
  const { community, cycle } = here;
  await begun(world, here);
  await won(world, here, { 1: 1_000 });
  await chooses(world, here, 1, phoneOf('implementer'));
  const cadre = await staff(world, community, { role: 'cadre', phone: phoneOf('cadre'), name: '王芳' });
  await addStaff(world)(community, { name: '周小兰', phone: '+8613800000179', role: 'supervisor' }, cadre); // it waits
  const objection = { community, origin: 'paper' as const, text: '太贵了', at: world.now(), key: ONE };
  await collection(Objection).insertOne(objectionOf(world.vault, { cycle, number: 1 }, objection));
  const plan = { id: ONE, occasion: 'water', community, text: '停水', to: 'all', dueAt: new Date('2099-01-01') };
  await createBroadcast(world, plan, LI);
  await collection(Inquiry).updateOne({ '_id.community': community }, { $set: { spoken: { recording: ONE, state: 'beingWrittenDown' } } });
  const at = world.now();
  const opened = { at, received: 10, by: [] };
  const place = { _id: { cycle, number: 1 }, community, place: '门口', opened, marked: 0, marks: 0, hands: [] };
  await collection(Table).insertOne({ ...place, mark: markOfTable(world.vault, place) });
  const mark = { _id: { cycle, id: ONE }, community, table: 1, number: 1, serial: '00000000', at, heardAt: at, by: [], active: true as const };
  await collection(Mark).insertOne({ ...mark, mark: markOfMark(world.vault, mark) });
  const batch = { _id: { cycle, number: 1 }, community, table: 1, at, accepted: [] };
  await collection(Batch).insertOne({ ...batch, state: 'first', keyed: [], revision: 0, mark: markOfBatch(world.vault, batch) });
}

/** The addresses that a service answers, and that none of these paths is one of. */
export function notReached(app: Express, paths: readonly string[]): string[] {
  const reached = [...new Set(paths.map((path) => path.split(/[?#]/)[0] ?? ''))];
  return addressesOf(app, 'get').filter((address) => {
    const pattern = new RegExp(`^${address.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}$`);
    return !reached.some((path) => pattern.test(path));
  });
}
