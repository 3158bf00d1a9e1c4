import { expect } from 'chai';
import type { CommunityContact } from '../../../src/contacts/contact.ts';
import { addressHmac } from '../../../src/contacts/contact.ts';
import { readStaff } from '../../../src/fund/files/index.ts';
import { type Actor, mayDo, operator, ROLES, STAFF_ROLES, unlinkContact } from '../../../src/fund/people/index.ts';
import { linkContact } from '../../../src/fund/people/linkChat.ts';
import { type Asking, askSecond, confirmSecond, isAlone } from '../../../src/fund/second/index.ts';
import { Second } from '../../../src/fund/second/second.ts';
import { ALL, Staff, staffActor, staffPhone, staffPhones } from '../../../src/fund/staff/index.ts';
import { staffMember } from '../../../src/fund/staff/staff.ts';
import { collection } from '../../../src/store/collection.ts';
import { ACTS } from '../../../src/web/console/acts.ts';
import { useDatabase } from '../../support/database.ts';
import { runs } from '../../support/second.ts';
import { addStaff } from '../../support/staff.ts';
import { type Town, town } from '../../support/town.ts';

const [ONE, OTHER, SOMEBODY] = ['+8613800000101', '+8613800000102', '+8613800000103'];
const CHAT = 'their-chat';
const LI = operator('李姐');
/** Every act that a second person may have to confirm. */
const WAITING: readonly Pick<Asking, 'act' | 'payload'>[] = ACTS.flatMap(({ name, may, confirmedBy }) =>
  confirmedBy ? [{ act: { name, may, confirmedBy }, payload: {} }] : [],
);

/** One human's two entries among the staff, and what shows that it is one human; `untie` takes it away again. */
interface Way {
  readonly name: string;
  /** The name and the phone of the second entry; the first is 王芳 at `ONE`. */
  readonly as: { readonly name: string; readonly phone: string };
  readonly tie?: (here: Town) => Promise<void>;
  readonly untie?: (here: Town) => Promise<void>;
}

/** When what shows it comes to be: before the roles, between them and the asking, or after it (then the second role, too); and whether it is gone again once it was asked. */
type Order = 'tie first' | 'tie, then ask' | 'ask, then tie' | 'tie, ask, untie';

describe('one human, whatever they have', function () {
  this.timeout(240_000);
  const { world } = useDatabase('oneperson');

  const place = (here: Town, channel: CommunityContact['channel'], address: string) => ({ community: here.community, channel, address });
  const row = (here: Town, id: string, phone: string, name: string) => here.person(id, { phone, name });
  const links = (here: Town, phone: string, name: string, to: Pick<CommunityContact, 'channel' | 'address'>) => async () => {
    const resident = await row(here, `row-of-${name}`, phone, name);
    await linkContact(world.vault, resident, { community: here.community, ...to }, 'card');
  };
  const ends = (here: Town, channel: CommunityContact['channel'], address: string) =>
    unlinkContact(here.community, addressHmac(world.vault, place(here, channel, address)));

  const OWN_NAME = { name: '王芳', phone: OTHER };
  const OTHER_NAME = { name: '老王', phone: OTHER };
  const ways: readonly Way[] = [
    { name: 'two roles of one phone', as: { name: '王芳', phone: ONE } },
    { name: 'two roles of one phone under two names', as: { name: '老王', phone: ONE } },
    ...['138 0000 0101', '+86 138-0000-0101', '0086 13800000101', '1380000 0101', '（86）13800000101'].flatMap((written) => {
      const read = readStaff(`name,phone,role\n老王,${written},supervisor\n`, ONE).rows[0]?.phone;
      return read === undefined ? [] : [{ name: `one phone written ${written}`, as: { name: '老王', phone: read } }];
    }),
    { name: 'two phones under one name', as: OWN_NAME },
    { name: 'two phones under one name, written otherwise', as: { name: ' 王 芳', phone: OTHER } },
    {
      name: 'the other phone showed the card of the resident whose phone is the first',
      as: OTHER_NAME,
      tie: (here) => links(here, ONE, '王芳', { channel: 'sms', address: OTHER })(),
      untie: (here) => ends(here, 'sms', OTHER),
    },
    {
      name: 'the first phone called with the card of the resident whose phone is the other',
      as: OTHER_NAME,
      tie: (here) => links(here, OTHER, '老王', { channel: 'voice', address: ONE })(),
      untie: (here) => ends(here, 'voice', ONE),
    },
    {
      name: 'the chat of the resident whose phone is the first is tied to the other',
      as: OTHER_NAME,
      tie: async (here) => {
        await links(here, ONE, '王芳', { channel: 'wechat', address: CHAT })();
        expect(await staffPhones(world).link(OTHER, place(here, 'wechat', CHAT))).to.equal(true);
      },
      untie: (here) => ends(here, 'wechat', CHAT),
    },
    {
      name: 'a chat is tied to both, one after the other',
      as: OTHER_NAME,
      tie: async (here) => void (await staffPhones(world).link(ONE, place(here, 'wechat', CHAT))),
      untie: async (here) => void (await staffPhones(world).link(OTHER, place(here, 'wechat', CHAT))),
    },
  ];

  const ordersOf = ({ tie, name }: Way): Order[] => {
    if (!tie) return name.includes('written') ? ['tie first'] : ['tie first', 'ask, then tie'];
    if (name.startsWith('a chat is tied to both')) return ['tie, ask, untie'];
    const needsRole = name.includes('is tied to the other');
    return [...(needsRole ? [] : ['tie first' as const]), 'tie, then ask', 'ask, then tie', 'tie, ask, untie'];
  };

  it('is not spared the second person for one act because somebody confirmed another, in whatever role', () => {
    for (const role of STAFF_ROLES)
      for (const { act } of WAITING)
        for (const other of WAITING) {
          const confirmed = { act: other.act.name, by: '周明', role: 'supervisor', settle: async () => undefined };
          const actor: Actor = { kind: 'staff', id: '1', name: '王芳', role, community: 'here', confirmed };
          expect(isAlone(actor, act.name), `${act.name} with ${other.act.name} as ${role}`).to.equal(act.name !== other.act.name);
        }
  });

  for (const way of ways)
    for (const order of ordersOf(way))
      for (const asker of new Set([ONE, way.as.phone]))
        it(`confirms nothing that they asked for: ${way.name}; ${order}; asked from ${asker === ONE ? 'the first' : 'the other'}`, async () => {
          const here = await town(world);
          const give = async (phone: string, name: string) => {
            for (const role of STAFF_ROLES.filter((each) => each !== 'office')) await addStaff(world)(here.community, { name, phone, role }, LI);
            await addStaff(world)(ALL, { name, phone, role: 'office' }, LI);
          };
          if (order === 'tie first') await way.tie?.(here);
          await give(ONE, '王芳');
          const isLate = order === 'ask, then tie' && asker === ONE && way.as.phone !== ONE;
          if (!isLate) await give(way.as.phone, way.as.name);
          if (order === 'tie, then ask' || order === 'tie, ask, untie') await way.tie?.(here);

          const [first] = await actorsOf(here, asker, 'cadre');
          expect(first, 'the cadre who asks').to.not.equal(undefined);
          for (const asked of WAITING) if (first) await ask(here, first, asked);
          if (isLate) await give(way.as.phone, way.as.name);
          if (order === 'ask, then tie') await way.tie?.(here);
          if (order === 'tie, ask, untie') await way.untie?.(here);

          const done: string[] = [];
          const confirm = (deciding: Parameters<typeof confirmSecond>[2]) =>
            confirmSecond(
              world,
              runs(async () => {
                done.push('done');
                return {};
              }),
              deciding,
            );
          const everything = [...(await actorsOf(here, ONE)), ...(await actorsOf(here, way.as.phone)), ...others(here)];
          expect(everything.filter(({ role }) => role === 'supervisor').length).to.be.at.least(2);
          for (const [index, asked] of WAITING.entries())
            for (const actor of everything)
              expect(
                await outcomeOf(() => confirm({ community: here.community, number: index + 1, actor })),
                `${asked.act.name} as ${actor.role}`,
              ).to.not.equal('confirmed');
          expect(done, 'nothing was done').to.deep.equal([]);
          expect(await collection(Second).countDocuments({ '_id.community': here.community, state: 'waiting' })).to.equal(WAITING.length);

          await addStaff(world)(here.community, { name: '郑海涛', phone: SOMEBODY, role: 'supervisor' }, LI);
          const [somebody] = await actorsOf(here, SOMEBODY, 'supervisor');
          if (somebody) await confirm({ community: here.community, number: 1, actor: somebody });
          expect(done, 'somebody else is taken').to.deep.equal(['done']);
        });

  /** As whom a phone acts: in each of its roles here, or in one. */
  async function actorsOf(here: Town, phone: string, role?: Actor['role']): Promise<Actor[]> {
    const found = await collection(Staff)
      .find({ phone: staffPhone(world.vault, phone), community: { $in: [here.community, ALL] } }, { promoteBuffers: true })
      .toArray();
    const actors = found.flatMap((record) => staffActor(staffMember(world.vault, record), here.community) ?? []);
    return actors.filter((actor) => role === undefined || actor.role === role);
  }

  /** What the same human may be besides: on the roster in whatever role, and at the server's shell. */
  function others({ community }: Town): Actor[] {
    return [operator('王芳'), ...ROLES.map((role) => ({ kind: 'resident' as const, id: 'row', name: '王芳', role, community }))];
  }

  async function ask(here: Town, actor: Actor, asked: Pick<Asking, 'act' | 'payload'>): Promise<void> {
    expect(mayDo(actor, asked.act, here.community), asked.act.name).to.equal(true);
    const asking = { ...asked, community: here.community, actor, subject: `matrix/${asked.act.name}`, detail: {} } as Asking;
    expect(await askSecond(world, asking)).to.deep.equal({ waits: WAITING.indexOf(asked) + 1 });
  }
});

async function outcomeOf(confirm: () => Promise<{ confirmed: true } | { refused: string }>): Promise<string> {
  try {
    const outcome = await confirm();
    return 'confirmed' in outcome ? 'confirmed' : outcome.refused;
  } catch (error) {
    return String(error);
  }
}
