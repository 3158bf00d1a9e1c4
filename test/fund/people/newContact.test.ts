import { expect } from 'chai';
import type { Channel } from '../../../src/contacts/channel.ts';
import { Community, VERIFY } from '../../../src/fund/communities/index.ts';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { importCommunity } from '../../../src/fund/files/importCommunity.ts';
import {
  checkCode,
  holdersOf,
  moveChat,
  operator,
  Resident,
  requestMembership,
  sendCode,
  showCard,
  whoActs,
} from '../../../src/fund/people/index.ts';
import { KeyChange } from '../../../src/fund/people/onRoster.ts';
import { changeResident } from '../../../src/fund/roster/changeResident.ts';
import { staffPhones } from '../../../src/fund/staff/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { card } from '../../support/cards.ts';
import { useDatabase } from '../../support/database.ts';
import { useFolders } from '../../support/folder.ts';
import { linkedContactsOf } from '../../support/onRoster.ts';
import { performer } from '../../support/performer.ts';
import { acceptRequest } from '../../support/requests.ts';
import { type Town, town, votingNow } from '../../support/town.ts';

const [OLD, NEW, THIRD] = ['+8613800000001', '+8615900000001', '+8615900000002'];
const LI = operator('李姐');

describe('a phone or chat that a resident gets by somebody’s hand', () => {
  const { world } = useDatabase('newContact');
  const folder = useFolders();
  let here: Town;
  let wang: string;
  beforeEach(async () => {
    here = await town(world, { cycle: votingNow(world) });
    wang = await here.person('1', { name: '王秀英', phone: OLD, card: card(1) });
  });

  const chat = (openid: string) => here.act(openid, { channel: 'wechat' });
  const change = (phone: string | undefined) =>
    performer(world, here, LI)(changeResident, { resident: wang }, { name: '王秀英', phone, role: 'resident', reason: '换号' });
  const who = async (from: string, channel: Channel = 'sms', verify: (typeof VERIFY)[number] = 'either', votingIn = here.cycle) => {
    const holders = await holdersOf(world)({ community: here.community, channel, address: from });
    const acts = whoActs(verify, holders, { channel, isPlaced: channel === 'voice', votingIn }, 'ballot');
    return 'ask' in acts ? acts.ask : acts.resident;
  };
  const join = async (openid: string, phone: string) => {
    await sendCode(world, here.notify, staffPhones(world), { phone }, chat(openid));
    return checkCode(world, staffPhones(world), { phone, digits: String(here.notices.at(-1)?.said.params?.digits) }, chat(openid));
  };
  const linked = async () => linkedContactsOf(world, (await collection(Resident).findOne({ _id: wang })) ?? expect.fail());
  const told = () => here.notices.map(({ address, said }) => `${said.key} ${address}`);

  it('casts only with the card in this vote, whatever the community asks for and though we called it, and in the next one as any phone', async () => {
    expect(await who(OLD)).to.equal(wang);
    expect(await change(NEW)).to.deep.equal({ is: 'done', result: { changed: ['phone'] } });
    for (const verify of VERIFY)
      for (const channel of ['sms', 'voice'] as const) expect(await who(NEW, channel, verify), verify).to.equal('newPhone');
    expect(await who(OLD)).to.equal('stranger');
    expect(await who(NEW, 'sms', 'either', 'next-year')).to.equal(wang);
    expect(told()).to.deep.equal([`notice.phoneLeft ${OLD}`, `notice.phoneNew ${NEW}`]);
    await showCard(world, here.notify, { card: card(1), link: true }, here.act(NEW));
    expect(await who(NEW), 'with each ballot, and not once').to.equal('newPhone');
  });

  it('stays so in half steps: none in between, a first one, and back again', async () => {
    await change(undefined);
    await change(NEW);
    expect(await who(NEW)).to.equal('newPhone');
    await change(OLD);
    expect(await who(OLD)).to.equal('newPhone');
    await change(NEW);
    expect(await who(NEW)).to.equal('newPhone');
    expect(await collection(KeyChange).countDocuments({ community: here.community, what: 'phone' })).to.equal(4);
  });

  it('gives a chat that its digits link no more than it has, and one that the card linked stays', async () => {
    await change(NEW);
    expect(await join('o-cadre', NEW)).to.include({ linked: true });
    for (const verify of VERIFY) expect(await who('o-cadre', 'wechat', verify), verify).to.equal('newPhone');
    await showCard(world, here.notify, { card: card(1), link: true }, chat('o-cadre'));
    expect(await who('o-cadre', 'wechat'), 'the card was shown there').to.equal(wang);
    expect(await join('o-other', NEW)).to.include({ linked: false });
    await moveChat(world, { resident: wang, withCard: false }, chat('o-other'));
    expect(await who('o-other', 'wechat')).to.equal('newPhone');
  });

  it('ends, as another phone, what hung on the old one, at any time', async () => {
    await collection(Cycle).deleteMany({ community: here.community });
    await join('o-digits', OLD);
    await showCard(world, here.notify, { card: card(1), link: true }, here.act(OLD));
    expect(await linked()).to.deep.equal(['wechat|o-digits', `sms|${OLD}`]);
    await change(NEW);
    expect(await linked()).to.deep.equal([]);
    await showCard(world, here.notify, { card: card(1), link: true }, chat('o-card'));
    await change(THIRD);
    expect(await linked()).to.deep.equal(['wechat|o-card']);
    expect(
      told().filter((one) => one.startsWith('notice.phone')),
      'no vote is open',
    ).to.deep.equal([]);
  });

  it('by a request casts only with the card as well, and the phone that they have is told', async () => {
    await requestMembership(world, { name: '赵小梅', building: '3栋' }, chat('o-cadre'));
    await requestMembership(world, { name: '赵小梅', building: '3栋' }, here.act(NEW));
    for (const request of [1, 2])
      expect(await acceptRequest(world, here.notify)({ community: here.community, request, as: '1', actor: LI, reason: '来过' })).to.have.property(
        'isUntold',
      );
    expect([await who('o-cadre', 'wechat', 'strict'), await who(NEW), await who(OLD)]).to.deep.equal(['newPhone', 'newPhone', wang]);
    expect(told().filter((one) => one.startsWith('notice.contactNew'))).to.deep.equal([1, 2].map(() => `notice.contactNew ${OLD}`));
  });

  it('by a command on the server does not wait, and is no other', async () => {
    const files = {
      'community.yaml': [
        ...[`slug: ${here.community}`, 'name: 青松社区', 'language: zh-CN', 'timezone: Asia/Shanghai', `phone: "${here.phone}"`],
        ...['verify: either', 'ballots: public', 'person: {name: 居委会, phone: "+862880000003"}', ''],
      ].join('\n'),
      'residents.csv': `id,phone\n1,${NEW}\n`,
    };
    const { callback = '' } = (await Community.findById(here.community).lean()) ?? {};
    const whole = { ...files, 'community.yaml': `${files['community.yaml']}callback: "${callback}"\n` };
    const outcome = await importCommunity(world, folder(whole), LI, { reason: '换号', notify: here.notify });
    expect(outcome).to.have.nested.property('imported.residents.keys', 1);
    expect(await who(NEW)).to.equal('newPhone');
    expect(told()).to.deep.equal([`notice.phoneLeft ${OLD}`, `notice.phoneNew ${NEW}`]);
  });
});
