import { expect } from 'chai';
import { Address } from '../../../src/contacts/addressBook.ts';
import { addressHmac } from '../../../src/contacts/contact.ts';
import { closeAccount } from '../../../src/fund/accounts/index.ts';
import type { Act, Typed } from '../../../src/fund/act/index.ts';
import { sealDue } from '../../../src/fund/ballots/index.ts';
import { Community } from '../../../src/fund/communities/index.ts';
import { announceTable, ballotMark, Cycle, signCycle, withdrawTable } from '../../../src/fund/cycles/index.ts';
import {
  exportCommunity,
  importCommunity,
  importRoster,
  leaveCell,
  previewRoster,
  settleInCell,
  uploadRoster,
} from '../../../src/fund/files/index.ts';
import { answerInquiry, closeInquiry, leaveInquiry, reopenInquiry, takeInquiry, writeInquiry } from '../../../src/fund/inquiries/index.ts';
import { recordingId } from '../../../src/fund/inquiries/recording.ts';
import { type OpenedLogRow, readLog } from '../../../src/fund/log/index.ts';
import { dropBoardPicture, keepBoardPicture, Meeting } from '../../../src/fund/meetings/index.ts';
import { keepMisses, sayMeant } from '../../../src/fund/misses/index.ts';
import { missKey } from '../../../src/fund/misses/miss.ts';
import { enterRest, keepTablePicture, keySlip, openBatch } from '../../../src/fund/paper/index.ts';
import { type Actor, operator, Resident, requestMembership } from '../../../src/fund/people/index.ts';
import { Picture } from '../../../src/fund/pictures/picture.ts';
import * as proposals from '../../../src/fund/proposals/index.ts';
import { leaveOffBallot, Proposal, recordProposal } from '../../../src/fund/proposals/index.ts';
import { addResident } from '../../../src/fund/roster/addResident.ts';
import { changeResident } from '../../../src/fund/roster/changeResident.ts';
import { eraseResident } from '../../../src/fund/roster/eraseResident.ts';
import { removeResident } from '../../../src/fund/roster/removeResident.ts';
import { chooseTexts } from '../../../src/fund/roster/staffActs.ts';
import { refuseSecond } from '../../../src/fund/second/index.ts';
import {
  acceptWork,
  addExtra,
  addImplementer,
  addOwn,
  addProgress,
  askImplementer,
  changeGrant,
  changeImplementer,
  chooseImplementer,
  correctEntry,
  dropDocument,
  dropNews,
  keepDocument,
  mendWork,
  moveWork,
  payWork,
  recordOffer,
  signContract,
} from '../../../src/fund/works/index.ts';
import { holdBroadcast } from '../../../src/outreach/broadcasts/broadcast.ts';
import { askReminders } from '../../../src/outreach/calendar/nudge.ts';
import { collection } from '../../../src/store/collection.ts';
import { DAY_MS, dayOf } from '../../../src/store/wallTime.ts';
import { ACTS, OTHER_RIGHTS } from '../../../src/web/console/acts.ts';
import { cancelBroadcast, createBroadcast, pauseBroadcast, resumeBroadcast } from '../../support/broadcasts.ts';
import { card } from '../../support/cards.ts';
import { extendCycle, moveCycle, openAllTheSame, planCycle, releaseResult, setBallot } from '../../support/cycles.ts';
import { useDatabase } from '../../support/database.ts';
import { useFolders } from '../../support/folder.ts';
import { makeCards } from '../../support/madeCards.ts';
import {
  addAddendum,
  answerObjection,
  changeMeeting,
  checkPublication,
  enterObjection,
  planMeeting,
  publish,
  signMinutes,
  writeMinutes,
} from '../../support/meetings.ts';
import { acceptBatch, accepted, changedTable, closed, finishKeying, handIn, keyed, serials, table } from '../../support/paper.ts';
import { performer } from '../../support/performer.ts';
import {
  draftOpinion,
  enterProposals,
  giveOpinions,
  hideProposal,
  mergeProposals,
  releaseProposal,
  setProposalState,
  sortProposals,
  writeDown,
} from '../../support/proposals.ts';
import { acceptRequest, refuseRequest, unlockAddress } from '../../support/requests.ts';
import { confirmSecond, staff } from '../../support/second.ts';
import { addStaff, linkStaff, removeStaff } from '../../support/staff.ts';
import { castAssisted, closeTable, compareSlip, openKiosk, openTable, undoMark, validateTable } from '../../support/tables.ts';
import { changeCycle, type Town, town, votingNow } from '../../support/town.ts';
import { tried } from '../../support/tried.ts';
import { chooses, importAccount, LATER, PAPER, PICTURE, stand, won } from '../../support/works.ts';

const STRANGER = '+8613800000009';
const STAFF = '+8613800000077';
const tell = async () => undefined;
const LI = operator('李姐');
/** The acts that no command does, and the person who did them here. */
const ROLES: Readonly<Record<string, string>> = {
  'reminder.ask': 'cadre',
  'second.ask': 'cadre',
  'staff.texts': 'cadre',
  'publication.check': 'supervisor',
  'second.confirm, by another cadre': 'cadre',
  'second.confirm': 'supervisor',
  'second.refuse': 'supervisor',
  'meeting.sign': 'supervisor',
  'table.validate': 'supervisor',
};
const DAY = '2026-02-01';
const MEMBER = { name: '王芳', phone: STAFF, role: 'council' as const };

const silent = async () => undefined;

describe('the acts of staff and commands', () => {
  const { world } = useDatabase('acts');
  const folder = useFolders();

  /** Each act, done on a town of its own, and the subject of its entry. */
  const acts: Readonly<Record<string, (here: Town) => Promise<{ done: unknown; subject: string }>>> = {
    'publication.publish': async (here) => {
      const done = await publish(world)({ cycle: here.cycle, seen: 0, actor: LI });
      await publish(world)({ cycle: here.cycle, seen: 0, actor: LI });
      return { done, subject: `${here.cycle}/1` };
    },
    'publication.check': async (here) => {
      await publish(world)({ cycle: here.cycle, seen: 0, actor: LI });
      const actor = await staff(world, here.community, { role: 'supervisor', phone: '+8613800000008', name: '李姐' });
      const check = { cycle: here.cycle, number: 1, actor };
      const done = await checkPublication(world)(check);
      await checkPublication(world)(check);
      return { done, subject: `${here.cycle}/1` };
    },
    'work.move': async (here) => {
      await won(world, here, { 3: 60_000 });
      return onWork(here, moveWork, { to: 'seeking' });
    },
    'implementer.add': async (here) => {
      const given = { organisation: '周记水电', kind: 'trader', person: '周师傅', phone: STRANGER };
      return { ...(await onWork(here, addImplementer, given)), subject: 'implementer/1' };
    },
    'implementer.change': async (here) => {
      await sought(here);
      return { ...(await onWork(here, changeImplementer, { implementer: 1, person: '周小妹', phone: STRANGER })), subject: 'implementer/1' };
    },
    'work.ask': async (here) => {
      await sought(here);
      return onWork(here, askImplementer, { implementer: 1 });
    },
    'work.offer': async (here) => {
      await sought(here);
      await onWork(here, askImplementer, { implementer: 1 });
      return onWork(here, recordOffer, { implementer: 1, amount: 5, day: DAY });
    },
    'work.choose': async (here) => {
      await sought(here);
      await onWork(here, askImplementer, { implementer: 1 });
      await onWork(here, recordOffer, { implementer: 1, amount: 5, day: DAY });
      return onWork(here, chooseImplementer, { implementer: 1, reason: '熟手', fewReason: '只有一家', seen: 2 });
    },
    'work.sign': async (here) => {
      await chosen(here);
      return onWork(here, signContract, { paper: 'HT-1', amount: 50, day: DAY });
    },
    'work.pay': async (here) => {
      await chosen(here);
      await onWork(here, signContract, { paper: 'HT-1', amount: 50, day: DAY });
      return onWork(here, payWork, { paper: '发票', amount: 20, day: DAY, key: 'form' });
    },
    'work.accept': async (here) => {
      await won(world, here, { 3: 60_000 });
      await stand(here.cycle, 3, { state: 'finished', papers: ['acceptance'] });
      return onWork(here, acceptWork, { day: DAY, seen: 0 });
    },
    'work.mend': async (here) => {
      await won(world, here, { 3: 60_000 });
      await stand(here.cycle, 3, { state: 'finished' });
      return onWork(here, mendWork, { what: '灯不亮', until: LATER, seen: 0 });
    },
    'document.keep': async (here) => {
      await won(world, here, { 3: 60_000 });
      return onWork(here, keepDocument, { kind: 'contract', title: '合同', file: PAPER });
    },
    'document.drop': async (here) => {
      await won(world, here, { 3: 60_000 });
      const { done } = await onWork(here, keepDocument, { kind: 'contract', title: '合同', file: PAPER });
      return onWork(here, dropDocument, { document: 'kept' in done ? done.kept : '', reason: '放错了' });
    },
    'work.drop': async (here) => {
      await won(world, here, { 3: 60_000 });
      await onWork(here, addProgress, { text: '找周师傅', pictures: [PICTURE], key: 'form' });
      return onWork(here, dropNews, { news: 1, reason: '写了姓名' });
    },
    'work.progress': async (here) => {
      await won(world, here, { 3: 60_000 });
      return onWork(here, addProgress, { text: '开工了', pictures: [PICTURE], key: 'form' });
    },
    'account.grant': async (here) => {
      await won(world, here, { 3: 60_000 }, 90_000);
      return onAccount(here, changeGrant, { work: 3, amount: 70_000, reason: '涨价' });
    },
    'account.own': async (here) => {
      await won(world, here, { 3: 60_000 });
      return onAccount(here, addOwn, { work: 3, amount: 500 });
    },
    'account.extra': async (here) => {
      await won(world, here, { 3: 60_000 });
      return onAccount(here, addExtra, { amount: 5_000, paper: '街办〔2026〕3号', reason: '街道补的' });
    },
    'account.correct': async (here) => {
      await won(world, here, { 3: 60_000 }, 90_000);
      return onAccount(here, correctEntry, { entry: 1, amount: 61_000, was: 60_000, reason: '写错了' });
    },
    'account.close': async (here) => {
      await won(world, here, { 3: 60_000 });
      return onAccount(here, closeAccount, { seen: 1 });
    },
    'account.import': async (here) => {
      await won(world, here, { 3: 60_000 });
      const file = { cycle: here.cycle, bytes: Buffer.from(`entry,day,kind,work,amount\n,${DAY},own,3,500\n`), isTry: false, actor: LI };
      const done = await importAccount(world)(file);
      await importAccount(world)(file);
      return { done, subject: `account/${here.cycle}` };
    },
    'meeting.plan': async (here) => ({ done: await called(here), subject: `meeting/${here.cycle}/1` }),
    'meeting.change': async (here) => {
      await called(here);
      const change = { cycle: here.cycle, number: 1, seen: 1, plan: { at: world.now(), place: '二楼', items: [] }, actor: LI };
      const done = await changeMeeting(world)(change);
      await changeMeeting(world)(change);
      return { done, subject: `meeting/${here.cycle}/1` };
    },
    'meeting.minutes': async (here) => {
      await called(here);
      const change = { cycle: here.cycle, number: 1, seen: 1, minutes: { there: [], items: [], notes: '人没到齐' }, actor: LI };
      const done = await writeMinutes(world)(change);
      await writeMinutes(world)(change);
      return { done, subject: `meeting/${here.cycle}/1` };
    },
    'meeting.sign': async (here) => {
      await called(here);
      const actor = await staff(world, here.community, { role: 'supervisor', phone: '+8613800000008', name: '李姐' });
      const sign = { cycle: here.cycle, number: 1, seen: 1, actor };
      const done = await signMinutes(world, here.notify)(sign);
      await signMinutes(world, here.notify)(sign);
      return { done, subject: `meeting/${here.cycle}/1` };
    },
    'meeting.addend': async (here) => {
      await called(here);
      await collection(Meeting).updateOne({ _id: { cycle: here.cycle, number: 1 } }, { $set: { final: { at: new Date(), hash: '' } } });
      const addendum = { cycle: here.cycle, number: 1, text: '地点写错了', actor: LI };
      const done = await addAddendum(world)(addendum);
      await addAddendum(world)(addendum);
      return { done, subject: `meeting/${here.cycle}/1` };
    },
    'picture.keep': async (here) => {
      await publish(world)({ cycle: here.cycle, seen: 0, actor: LI });
      return { ...(await onFirst(here, keepBoardPicture, { pictures: [PICTURE] })), subject: `publication/${here.cycle}/1` };
    },
    'picture.drop': async (here) => {
      await publish(world)({ cycle: here.cycle, seen: 0, actor: LI });
      await onFirst(here, keepBoardPicture, { pictures: [PICTURE] });
      const picture = (await collection(Picture).findOne({ community: here.community }))?._id;
      return { ...(await onFirst(here, dropBoardPicture, { picture, reason: '拍到了孩子' })), subject: `publication/${here.cycle}/1` };
    },
    'objection.enter': async (here) => {
      await publishing(here);
      const form = { cycle: here.cycle, objection: { text: '太贵了', origin: 'paper' as const }, actor: LI, key: here.community };
      const done = await enterObjection(world)(form);
      await enterObjection(world)(form);
      return { done, subject: `${here.cycle}/1` };
    },
    'objection.answer': async (here) => {
      await publishing(here);
      const form = { cycle: here.cycle, objection: { text: '太贵了', origin: 'paper' as const }, actor: LI, key: here.community };
      await enterObjection(world)(form);
      const answer = { cycle: here.cycle, number: 1, text: '三家比过价', actor: LI };
      const done = await answerObjection(world, here.notify)(answer);
      await answerObjection(world, here.notify)(answer);
      return { done, subject: `${here.cycle}/1` };
    },
    'community.import': async (here) => {
      const files = {
        'community.yaml': `slug: ${here.community}\nname: 青松\nphone: "${here.phone}"\nperson: {name: 居委会, phone: "+862880000003"}\n`,
      };
      return { done: await importCommunity(world, folder(files), LI), subject: here.community };
    },
    'resident.import': async (here) => {
      const upload = await uploadRoster(world, here.community, Buffer.from('编号,姓名\n7,何静\n'), LI);
      const token = 'token' in upload ? upload.token : '';
      const shown = (await previewRoster(world, here.community, token, LI, 'split'))?.shown ?? '';
      const done = await importRoster({ world, notify: here.notify }, here.community, { token, shown, reason: '', doors: 'split' }, LI);
      await importRoster({ world, notify: here.notify }, here.community, { token, shown, reason: '', doors: 'split' }, LI);
      return { done, subject: here.community };
    },
    'community.leave': async (here) => {
      const where = { to: 'east', url: 'https://east.example.org' };
      return { done: await leaveCell(world, here.community, where, LI), subject: here.community };
    },
    'community.settle': async (here) => {
      const { community } = await leaveCell(world, here.community, { to: 'east', url: 'https://east.example.org' }, LI);
      return { done: await settleInCell(world, community, 'https://west.example.org', LI), subject: here.community };
    },
    'community.export': async (here) => ({ done: await exportCommunity(world, here.community, folder({}), LI), subject: here.community }),
    'staff.add': async (here) => {
      const done = await addStaff(world)(here.community, MEMBER, LI);
      await addStaff(world)(here.community, MEMBER, LI);
      return { done, subject: 'staff/council' };
    },
    'staff.remove': async (here) => {
      await addStaff(world)(here.community, MEMBER, LI);
      const done = await removeStaff(world)(here.community, { phone: STAFF }, LI);
      await removeStaff(world)(here.community, { phone: STAFF }, LI);
      return { done, subject: 'staff/council' };
    },
    'staff.link': async (here) => {
      await addStaff(world)(here.community, MEMBER, LI);
      return { done: await linkStaff(world)(here.community, STAFF, LI), subject: 'staff/council' };
    },
    'staff.texts': async (here) => {
      const actor = await staff(world, here.community, { role: 'cadre', phone: '+8613800000008', name: '李姐' });
      const done = await tried(world)(chooseTexts, { community: here.community, letters: 'yes', actor });
      await tried(world)(chooseTexts, { community: here.community, letters: 'yes', actor });
      return { done, subject: 'staff/cadre' };
    },
    'cycle.move': async (here) => ({
      done: await moveCycle(world)({ id: here.cycle, stage: 'vote', actor: LI }),
      subject: here.cycle,
    }),
    'cycle.extend': async (here) => {
      const to = new Date(world.now().getTime() + 12 * DAY_MS);
      return { done: await extendCycle(world)({ id: here.cycle, to, actor: LI, reason: '下雨' }), subject: here.cycle };
    },
    'cycle.openAllTheSame': async (here) => {
      const { stages = [] } = votingNow(world);
      await changeCycle(world, here.cycle, { $set: { stages, holds: [{ from: new Date(0) }] } });
      const opening = { id: here.cycle, actor: LI, reason: '都商量过了' };
      const done = await openAllTheSame(world)(opening);
      await openAllTheSame(world)(opening);
      return { done, subject: here.cycle };
    },
    'ballot.set': async (here) => {
      const cycle = await collection(Cycle).findOne({ _id: here.cycle });
      const setting = { id: here.cycle, seen: cycle ? ballotMark(cycle) : '', change: { remove: 3 } };
      const done = await setBallot(world, here.notify)(here.community, setting, LI);
      await setBallot(world, here.notify)(here.community, setting, LI);
      return { done, subject: here.cycle };
    },
    'cycle.plan': async (here) => {
      const plan = {
        ...{ id: `${here.community}-2`, title: '明年的资金', budget: 5_000, currency: 'CNY', rule: 'greedy', choices: { max: 2 } },
        stages: { announce: '2090-01-01T08:00' },
      };
      return { done: await planCycle(world)(here.community, plan, LI), subject: plan.id };
    },
    'request.accept': async (here) => {
      await requestMembership(world, { name: '赵小梅', building: '3栋' }, here.act(STRANGER));
      return { done: await acceptRequest(world, here.notify)({ community: here.community, request: 1, actor: LI }), subject: 'request/1' };
    },
    'request.refuse': async (here) => {
      await requestMembership(world, { name: '赵小梅', building: '3栋' }, here.act(STRANGER));
      const refusal = { community: here.community, request: 1, actor: LI, reason: '楼号不对' };
      return { done: await refuseRequest(world, here.notify)(refusal), subject: 'request/1' };
    },
    'resident.add': async (here) => {
      const add = () => performer(world, here)(addResident, {}, { id: '7', name: '何静', role: 'resident' });
      const done = await add();
      await add();
      return { done, subject: 'resident' };
    },
    'resident.change': async (here) => {
      const resident = await here.person('1', { name: '何静' });
      const change = () => performer(world, here)(changeResident, { resident }, { name: '何静', building: '3栋', role: 'resident' });
      const done = await change();
      await change();
      return { done, subject: 'resident' };
    },
    'resident.remove': async (here) => {
      const resident = await here.person('1');
      const remove = () => performer(world, here)(removeResident, { resident }, { reason: '搬走了', sure: 'yes' });
      const done = await remove();
      await remove();
      return { done, subject: 'resident' };
    },
    'card.make': async (here) => {
      await here.person('1');
      const { enact } = await makeCards(world, here.community, 'missing', LI);
      return { done: await enact(), subject: 'cards' };
    },
    'address.unlock': async (here) => {
      const from = { community: here.community, channel: 'sms' as const, address: STRANGER };
      await collection(Address).insertOne({ _id: addressHmac(world.vault, from), needsCard: true, log: [] });
      return { done: await unlockAddress(world, from, LI), subject: 'address' };
    },
    'proposal.enter': async (here) => {
      const form = { cycle: here.cycle, proposals: [{ text: '修路灯', origin: 'paper' as const }], actor: LI, key: 'form' };
      const done = await enterProposals(world)(form);
      await enterProposals(world)(form);
      return { done, subject: `${here.cycle}/1` };
    },
    'proposal.sortMany': async (here) => {
      await collection(Community).updateOne({ _id: here.community }, { $set: { categories: [{ name: '路灯', words: [] }] } });
      await recordProposal(world, { text: '修路灯' }, here.act(STRANGER));
      const sorting = { cycle: here.cycle, numbers: [1], category: '路灯', actor: LI };
      const done = await sortProposals(world)(sorting);
      await sortProposals(world)(sorting);
      return { done, subject: `${here.cycle}/1` };
    },
    'proposal.merge': async (here) => {
      await here.person('1', { phone: STRANGER });
      for (const text of ['修路灯', '装路灯']) await recordProposal(world, { text }, here.act(STRANGER));
      const merging = { cycle: here.cycle, numbers: [2], into: 1, actor: LI };
      const done = await mergeProposals(world, here.notify)(merging);
      await mergeProposals(world, here.notify)(merging);
      return { done, subject: `${here.cycle}/2` };
    },
    'proposal.sort': async (here) => {
      await recordProposal(world, { text: '修路灯' }, here.act(STRANGER));
      await collection(Community).updateOne({ _id: here.community }, { $set: { categories: [{ name: '照明', words: [] }] } });
      return { ...(await onFirst(here, proposals.sortProposal, { category: '照明' })), subject: `${here.cycle}/1` };
    },
    'proposal.enterMany': async (here) => onFirst(here, proposals.enterProposals, { texts: ['修路灯', '装凳子'], origin: 'paper', key: 'form' }),
    'proposal.distinct': async (here) => {
      for (const text of ['修路灯', '装路灯']) await recordProposal(world, { text }, here.act(STRANGER));
      return { ...(await onFirst(here, proposals.keepApart, { other: 2 })), subject: `${here.cycle}/1+2` };
    },
    'proposal.apart': async (here) => {
      await here.person('1', { phone: STRANGER });
      for (const text of ['修路灯', '装路灯']) await recordProposal(world, { text }, here.act(STRANGER));
      await onFirst(here, proposals.mergeProposals, { into: 2 });
      return onFirst(here, proposals.takeApart, { reason: '不一样' });
    },
    'proposal.back': async (here) => {
      await here.person('1', { phone: STRANGER });
      await recordProposal(world, { text: '修路灯' }, here.act(STRANGER));
      await onFirst(here, proposals.draftOpinion, { feasible: 'yes', cost: 100 });
      await onFirst(here, proposals.giveOpinions, { drafts: [{ number: 1 }] });
      return onFirst(here, proposals.takeOpinionBack, { reason: '重算' });
    },
    'proposal.examine': async (here) => {
      await recordProposal(world, { text: '修路灯' }, here.act(STRANGER));
      const draft = { cycle: here.cycle, number: 1, opinion: { isFeasible: true as const, cost: 100 }, seen: undefined, actor: LI };
      const done = await draftOpinion(world)(draft);
      await draftOpinion(world)(draft);
      return { done, subject: `${here.cycle}/1` };
    },
    'proposal.examineMany': async (here) => {
      await recordProposal(world, { text: '修路灯' }, here.act(STRANGER));
      return onFirst(here, proposals.draftOpinions, { drafts: [{ number: 1, seen: 0, cost: 100 }] });
    },
    'proposal.answer': async (here) => {
      await here.person('1', { phone: STRANGER });
      await recordProposal(world, { text: '修路灯' }, here.act(STRANGER));
      const opinion = { isFeasible: true as const, cost: 100 };
      await draftOpinion(world)({ cycle: here.cycle, number: 1, opinion, seen: undefined, actor: LI });
      const done = await giveOpinions(world, here.notify)({ cycle: here.cycle, numbers: [1], actor: LI });
      await giveOpinions(world, here.notify)({ cycle: here.cycle, numbers: [1], actor: LI });
      return { done, subject: `${here.cycle}/1` };
    },
    'proposal.state': async (here) => {
      await recordProposal(world, { text: '修路灯' }, here.act(STRANGER));
      const change = { cycle: here.cycle, number: 1, state: 'considered' as const, actor: LI };
      return { done: await setProposalState(world, here.notify)(change), subject: `${here.cycle}/1` };
    },
    'proposal.leaveOff': async (here) => {
      await recordProposal(world, { text: '修路灯' }, here.act(STRANGER));
      await collection(Proposal).updateOne({ _id: { cycle: here.cycle, number: 1 } }, { $set: { state: 'recommended' } });
      const asked = { community: here.community, at: { number: '1' }, input: { reason: '钱不够' }, actor: LI };
      return { done: await leaveOffBallot.perform({ world, notify: here.notify }, asked), subject: `${here.cycle}/1` };
    },
    'proposal.hide': async (here) => {
      await recordProposal(world, { text: '修路灯' }, here.act(STRANGER));
      return {
        done: await hideProposal(world, here.notify)({ cycle: here.cycle, number: 1, actor: LI, reason: '重复' }),
        subject: `${here.cycle}/1`,
      };
    },
    'proposal.release': async (here) => {
      await recordProposal(world, { text: '修路灯' }, here.act(STRANGER));
      const change = { cycle: here.cycle, number: 1, actor: LI, reason: '看过了' };
      return { done: await releaseProposal(world, here.notify)(change), subject: `${here.cycle}/1` };
    },
    'recording.writeDown': async (here) => {
      const recording = `RE${here.community}`;
      await recordProposal(world, { text: '', recording }, here.act(STRANGER));
      const heard = { recording: recordingId(world.vault, recording), text: '修个灯', actor: LI };
      return { done: await writeDown(world, here.notify)(heard), subject: `${here.cycle}/1` };
    },
    'cycle.sign': async (here) => {
      await collection(Cycle).updateOne({ _id: here.cycle }, { $unset: { mark: 1 } });
      const asked = { community: here.community, at: { cycle: here.cycle }, input: {}, actor: LI };
      return { done: await signCycle.perform({ world, notify: here.notify }, asked), subject: here.cycle };
    },
    'cycle.announceTable': async (here) => {
      await votesForTenDays(here);
      const done = await announced(here)(announceTable, { day: dayAhead(), from: '10:00', to: '11:00' });
      await announced(here)(announceTable, { day: dayAhead(), from: '10:00', to: '11:00' });
      return { done, subject: here.cycle };
    },
    'cycle.withdrawTable': async (here) => {
      await votesForTenDays(here);
      await announced(here)(announceTable, { day: dayAhead(), from: '10:00', to: '11:00' });
      const { tables = [] } = await Cycle.findOne({ _id: here.cycle }).orFail().lean();
      const asked = { from: tables[0]?.from.toISOString() };
      const done = await announced(here)(withdrawTable, asked);
      await announced(here)(withdrawTable, asked);
      return { done, subject: here.cycle };
    },
    'miss.meant': async (here) => {
      const { keep, written } = keepMisses(world, (error) => {
        throw error;
      });
      keep({ community: here.community, sender: 'a', at: world.now(), text: '那边那个' });
      await written();
      const miss = missKey(world.vault, here.community, '那边那个');
      const say = () => tried(world)(sayMeant, { community: here.community, miss, kind: 'built', actor: LI });
      const done = await say();
      await say();
      return { done, subject: 'misses' };
    },
    'inquiry.take': async (here) => {
      const { letter } = await written(here);
      const done = await letter(takeInquiry);
      await letter(takeInquiry);
      return { done, subject: 'inbox/1' };
    },
    'inquiry.leave': async (here) => {
      const { letter } = await written(here);
      await letter(takeInquiry);
      const done = await letter(leaveInquiry);
      await letter(leaveInquiry);
      return { done, subject: 'inbox/1' };
    },
    'inquiry.answer': async (here) => ({ done: await (await written(here)).letter(answerInquiry, { text: '九点' }), subject: 'inbox/1' }),
    'inquiry.close': async (here) => {
      const { letter } = await written(here);
      const done = await letter(closeInquiry, { note: '打过电话了' });
      await letter(closeInquiry, { note: '打过电话了' });
      return { done, subject: 'inbox/1' };
    },
    'inquiry.reopen': async (here) => {
      const { letter } = await written(here);
      await letter(closeInquiry, { note: '打过电话了' });
      const done = await letter(reopenInquiry);
      await letter(reopenInquiry);
      return { done, subject: 'inbox/1' };
    },
    'kiosk.open': async (here) => ({
      done: await openKiosk(world, { community: here.community, phone: 'nobody', device: 'Firefox', actor: LI }),
      subject: 'kiosk',
    }),
    'slip.make': async (here) => ({ done: await serials(world, here.cycle, 3), subject: here.cycle }),
    'table.open': async () => {
      const { cycle } = await votingTown();
      const opening = { cycle, place: '三号院门口', received: 9, other: '老周', actor: LI };
      const done = await openTable(world, silent)(opening);
      await openTable(world, silent)(opening);
      return { done, subject: `${cycle}/table/1` };
    },
    'table.mark': async () => {
      const { cycle } = await votingTown();
      const [serial = ''] = await serials(world, cycle, 1);
      const place = { cycle, table: await table(world, cycle) };
      const done = await handIn(world, place, serial, { card: card(0) }, { id: 'one' });
      await handIn(world, place, serial, { card: card(0) }, { id: 'one' });
      return { done, subject: `${cycle}/table/1` };
    },
    'table.undo': async () => {
      const { cycle } = await votingTown();
      const [serial = ''] = await serials(world, cycle, 1);
      await handIn(world, { cycle, table: await table(world, cycle) }, serial, { card: card(0) }, { id: 'one' });
      const done = await undoMark(world, async () => undefined)({ cycle, id: 'one', actor: LI });
      await undoMark(world, async () => undefined)({ cycle, id: 'one', actor: LI });
      return { done, subject: `${cycle}/table/1` };
    },
    'table.close': async () => {
      const { cycle } = await votingTown();
      const closing = { cycle, table: await table(world, cycle, 9), handedOut: 0, spoiled: 1, left: 8, other: '老周', actor: LI };
      const done = await closeTable(world, silent)(closing);
      await closeTable(world, silent)(closing);
      return { done, subject: `${cycle}/table/1` };
    },
    'table.picture': async () => {
      const here = await votingTown();
      await closed(world, { cycle: here.cycle, table: await table(world, here.cycle) });
      return { ...(await onFirst(here, keepTablePicture, { pictures: [PICTURE] })), subject: `table/${here.cycle}/1` };
    },
    'table.validate': async () => {
      const { cycle, community } = await votingTown();
      const place = { cycle, table: await table(world, cycle) };
      await closed(world, place);
      const actor = await staff(world, community, { role: 'supervisor', phone: '+8613800000008', name: '李姐' });
      const done = await validateTable(world)({ ...place, actor });
      await validateTable(world)({ ...place, actor });
      return { done, subject: `${cycle}/table/1` };
    },
    'batch.key': async () => {
      const { cycle } = await votingTown();
      const [serial = ''] = await serials(world, cycle, 1);
      const place = { cycle, table: await table(world, cycle) };
      await closed(world, place);
      await changedTable(world, place, () => ({ hands: [] })); // for 李姐 was there herself
      await openBatch(world, { ...place, actor: LI });
      await keySlip(world, { cycle, batch: 1, serial, says: { picks: [3] }, actor: LI });
      return { done: await finishKeying(world)({ cycle, batch: 1, actor: LI }), subject: `${cycle}/batch/1` };
    },
    'batch.accept': async () => {
      const { cycle } = await votingTown();
      const [serial = ''] = await serials(world, cycle, 1);
      const place = { cycle, table: await table(world, cycle) };
      await closed(world, place);
      const batch = await keyed(world, place, [[serial, [3]]]);
      const done = await acceptBatch(world)({ cycle, batch, actor: LI });
      await acceptBatch(world)({ cycle, batch, actor: LI });
      return { done, subject: `${cycle}/batch/1` };
    },
    'slip.compare': async () => {
      const { cycle } = await votingTown();
      const [serial = ''] = await serials(world, cycle, 1);
      const place = { cycle, table: await table(world, cycle) };
      await handIn(world, place, serial, { card: card(0) });
      await closed(world, place);
      await accepted(world, cycle, await keyed(world, place, [[serial, [3]]]));
      await changedTable(world, place, () => ({ hands: [] })); // for 李姐 was there herself
      const later = { ...world, now: () => new Date(world.now().getTime() + 2 * 3_600_000) };
      await sealDue(later, enterRest(later))();
      const comparing = { cycle, serial, says: { picks: [3] }, actor: LI };
      const done = await compareSlip(later)(comparing);
      await compareSlip(later)(comparing);
      return { done, subject: `${cycle}/slip/${serial}` };
    },
    'ballot.assist': async () => {
      const here = await votingTown();
      const ballot = { community: here.community, person: { card: card(0) }, picks: [3], witness: '老周', key: here.community, actor: LI };
      const done = await castAssisted(world, tell)(ballot);
      await castAssisted(world, tell)(ballot);
      return { done, subject: here.cycle };
    },
    'broadcast.send': async (here) => {
      const { _id } = await createBroadcast(world, plan(here), LI);
      return { done: await createBroadcast(world, plan(here), LI), subject: `broadcast/${_id}` };
    },
    'broadcast.pause': async (here) => {
      const { _id } = await createBroadcast(world, plan(here), LI);
      const done = await pauseBroadcast(world, _id, LI);
      await pauseBroadcast(world, _id, LI);
      return { done, subject: `broadcast/${_id}` };
    },
    'broadcast.resume': async (here) => {
      const { _id } = await createBroadcast(world, plan(here), LI);
      await holdBroadcast(world, _id);
      const done = await resumeBroadcast(world, _id, LI);
      await resumeBroadcast(world, _id, LI);
      return { done, subject: `broadcast/${_id}` };
    },
    'broadcast.cancel': async (here) => {
      const { _id } = await createBroadcast(world, plan(here), LI);
      const done = await cancelBroadcast(world, _id, LI);
      await cancelBroadcast(world, _id, LI);
      return { done, subject: `broadcast/${_id}` };
    },
    'reminder.ask': async () => {
      const here = await town(world, { residents: 1, cycle: votingNow(world) });
      const cadre: Actor = { kind: 'resident', role: 'cadre', id: '1', name: '李姐', community: here.community };
      const act = here.act(STRANGER);
      const done = await askReminders(world, cadre, act);
      await askReminders(world, cadre, act);
      last = here.community;
      return { done, subject: here.cycle };
    },
    'second.ask': async (here) => {
      const done = await waiting(here);
      await waiting(here);
      return { done, subject: 'second/1' };
    },
    'second.confirm': async (here) => {
      await waiting(here, '王芳');
      const actor = await staff(world, here.community, { role: 'supervisor', phone: '+8613800000008', name: '李姐' });
      const deciding = { community: here.community, number: 1, actor };
      const done = await confirmSecond(world)(deciding);
      await confirmSecond(world)(deciding);
      return { done, subject: 'second/1' };
    },
    'result.release': async (here) => {
      await changeCycle(world, here.cycle, { $set: { sealedAt: world.now() } });
      const done = await releaseResult(world)({ cycle: here.cycle, actor: LI });
      await releaseResult(world)({ cycle: here.cycle, actor: LI });
      return { done, subject: `result/${here.cycle}` };
    },
    'second.confirm, by another cadre': async (here) => {
      await changeCycle(world, here.cycle, { $set: { sealedAt: world.now() } });
      const asker = await staff(world, here.community, { role: 'cadre', phone: STAFF, name: '王芳' });
      await releaseResult(world)({ cycle: here.cycle, actor: asker });
      const actor = await staff(world, here.community, { role: 'cadre', phone: '+8613800000008', name: '李姐' });
      return { done: await confirmSecond(world)({ community: here.community, number: 1, actor }), subject: 'second/1' };
    },
    'second.refuse': async (here) => {
      await waiting(here);
      const actor = await staff(world, here.community, { role: 'supervisor', phone: '+8613800000008', name: '李姐' });
      return { done: await refuseSecond(world, { community: here.community, number: 1, actor, reason: '不急' }), subject: 'second/1' };
    },
  };
  /** The extension of a vote that waits, as the cadre 李姐 asked for it. */
  const waiting = async (here: Town, name = '李姐') => {
    const actor = await staff(world, here.community, { role: 'cadre', phone: STAFF, name });
    return extendCycle(world)({ id: here.cycle, to: new Date(world.now().getTime() + 12 * DAY_MS), actor, reason: '下雨' });
  };
  /** A letter, and how 李姐 does an act on it. */
  const written = async (here: Town) => {
    await writeInquiry(world, here.notify, { kind: 'question', text: '几点开门' }, here.act(STRANGER));
    const letter = (act: Act, input: Typed = {}) =>
      act.perform({ world, notify: here.notify }, { community: here.community, at: { number: '1' }, input, actor: LI });
    return { letter };
  };
  let last = '';
  /** How 李姐 does an act on work 3, and a second time, which writes nothing more; and on the account. */
  const onWork = async (here: Town, act: Act, given: object) => {
    const all = { community: here.community, cycle: here.cycle, number: 3, actor: LI, ...given };
    const done = await tried(world)(act, all);
    await tried(world)(act, all);
    return { done, subject: `work/${here.cycle}/3` };
  };
  /** How 李姐 does an act on the first of a cycle, proposal 1 or another thing, and a second time, which writes nothing more. */
  const onFirst = async (here: Town, act: Act, given: object) => {
    const all = { cycle: here.cycle, number: 1, actor: LI, ...given };
    const done = await tried(world, here.notify)(act, all);
    await tried(world, here.notify)(act, all);
    return { done, subject: `${here.cycle}/1` };
  };
  const onAccount = async (here: Town, act: Act, given: object) => ({
    ...(await onWork(here, act, { day: DAY, key: 'form', ...given })),
    subject: `account/${here.cycle}`,
  });
  const sought = async (here: Town) => {
    await won(world, here, { 3: 60_000 });
    await chooses(world, here, 3, STRANGER);
    await stand(here.cycle, 3, { state: 'seeking' });
  };
  const chosen = async (here: Town) => {
    await won(world, here, { 3: 60_000 });
    await chooses(world, here, 3, STRANGER);
  };
  const called = (here: Town) => planMeeting(world)({ cycle: here.cycle, plan: { at: world.now(), place: '活动室', items: [] }, actor: LI });
  const votingTown = async () => {
    const here = await town(world, { residents: 1, cycle: votingNow(world) });
    last = here.community;
    return here;
  };
  const publishing = (here: Town) => changeCycle(world, here.cycle, { $set: { 'stages.0.stage': 'publish' } });
  const plan = (here: Town) => ({
    id: `${here.community} 停水`,
    occasion: `broadcast|${here.community}`,
    community: here.community,
    text: '停水',
    to: 'all',
    dueAt: new Date(),
  });
  const logOf = async (community: string) => {
    const rows: OpenedLogRow[] = [];
    for await (const row of readLog(world, community)) rows.push(row);
    return rows;
  };

  /** What is done with a table for slips at the gate. */
  const announced = (here: Town) => (act: Act, asked: object) =>
    tried(world, here.notify)(act, { cycle: here.cycle, actor: LI, place: '大门口', ...asked });
  const votesForTenDays = ({ cycle }: Town) => {
    const at = (days: number) => new Date(world.now().getTime() + days * DAY_MS);
    return changeCycle(world, cycle, {
      $set: {
        stages: [
          { stage: 'vote', from: at(-1) },
          { stage: 'implement', from: at(10) },
        ],
      },
    });
  };
  const dayAhead = () => dayOf(new Date(world.now().getTime() + 2 * DAY_MS), 'Asia/Shanghai');

  const named = [...new Set([...ACTS, ...OTHER_RIGHTS].map(({ name }) => name))].map((name) => ({ name, entry: name }));
  const listed = [...named, { name: 'second.confirm, by another cadre', entry: 'second.confirm' }];
  it('are all tried', () => {
    expect(Object.keys(acts)).to.have.members(listed.map(({ name }) => name));
  });

  for (const { name, entry } of listed)
    it(`${name} writes one entry, ${entry}`, async () => {
      const here = await town(world);
      last = here.community;
      const { done, subject } = (await acts[name]?.(here)) ?? {};
      expect(JSON.stringify(done) ?? '', 'it was refused').to.not.match(/refused|problems|mistakes/);
      const written = (await logOf(last)).filter(({ act }) => act === entry);
      expect(written.map((row) => [row.by, row.subject])).to.deep.equal([['李姐', subject]]);
      expect(written[0]?.role).to.equal(ROLES[name] ?? 'operator');
      expect(written[0]?.opening?.detail).to.be.an('object');
    });

  it('write nothing when they are refused', async () => {
    const here = await town(world);
    await setProposalState(world, here.notify)({ cycle: here.cycle, number: 1, state: 'considered', actor: LI });
    await moveCycle(world)({ id: here.cycle, stage: 'propose', actor: LI });
    await importCommunity(world, folder({ 'community.yaml': `slug: ${here.community}` }), LI);
    await unlockAddress(world, { community: here.community, channel: 'sms', address: STRANGER }, LI);
    expect(await logOf(here.community)).to.deep.equal([]);
  });

  it('name nobody any more once the person is deleted, and the chain holds', async () => {
    const here = await town(world);
    await acts['request.accept']?.(here);
    await acts['inquiry.answer']?.(here);
    await acts['proposal.state']?.(here);
    expect((await logOf(here.community))[0]?.opening?.detail).to.deep.include({ before: { name: '赵小梅', building: '3栋', address: STRANGER } });
    const resident = await collection(Resident).findOne({ community: here.community });
    if (!resident) throw new Error('nobody was accepted');
    await eraseResident(world, async () => {}, { ...resident, erasureRequest: { at: world.now(), key: 'key', from: 'from' } });
    const rows = await logOf(here.community);
    expect(rows.map(({ act, opening }) => [act, opening !== undefined])).to.deep.equal([
      ['request.accept', false],
      ['inquiry.answer', false],
      ['proposal.state', true],
    ]);
  });
});
