import mongoose from 'mongoose';
import { Conversation } from '../../src/dialog/conversation.ts';
import { Community } from '../../src/fund/records/community.ts';
import { Cycle } from '../../src/fund/records/cycle.ts';
import { Resident } from '../../src/fund/records/resident.ts';
import { createIndexes } from '../../src/store/indexes.ts';
import { native } from '../../src/store/native.ts';
import { progress } from '../support/progress.ts';

/** The number of the community that all residents of the first kind text. */
export const ONE = '+862880000001';
/** So many communities with a few residents each, for ballots spread over many ledgers. */
export const SPREAD = 1_000;
const PER_COMMUNITY = 20;
const AT_ONCE = 10_000;

export const phoneOf = (index: number) => `+86${13_000_000_000 + index}`;
export const spreadPhoneOf = (index: number) => `+86${15_000_000_000 + index}`;
export const spreadNumberOf = (community: number) => `+86${2_881_000_000 + community}`;
export const spreadResidents = SPREAD * PER_COMMUNITY;

/** Fills a database with one community of so many residents, who all have talked before, and the bare server's records of as many; and with a thousand small communities. */
export async function fill(uri: string, residents: number): Promise<void> {
  await mongoose.connect(uri, { autoIndex: false });
  await createIndexes();
  await Community.insertMany([community('bench', ONE), ...Array.from({ length: SPREAD }, (_, index) => community(`bench-${index}`, spreadNumberOf(index)))]);
  await Cycle.insertMany([cycle('bench'), ...Array.from({ length: SPREAD }, (_, index) => cycle(`bench-${index}`))]);
  const bar = progress('residents', residents);
  for (let from = 0; from < residents; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, residents - from) }, (_, index) => from + index);
    await native(Resident).insertMany(some.map((index) => resident('bench', phoneOf(index))), { ordered: false });
    await native(Conversation).insertMany(some.map((index) => ({ _id: `sms|${phoneOf(index)}|${ONE}`, revision: 1, at: new Date(), language: 'zh-CN' })), { ordered: false });
    await mongoose.connection.collection<{ _id: string; turns: number }>('bare').insertMany(some.map((index) => ({ _id: `sms|${phoneOf(index)}|${ONE}`, turns: 1 })), { ordered: false });
    bar.increment(some.length);
  }
  bar.stop();
  const spread = Array.from({ length: spreadResidents }, (_, index) => index);
  await native(Resident).insertMany(spread.map((index) => resident(`bench-${index % SPREAD}`, spreadPhoneOf(index))));
  await native(Conversation).insertMany(spread.map((index) => ({ _id: `sms|${spreadPhoneOf(index)}|${spreadNumberOf(index % SPREAD)}`, revision: 1, at: new Date(), language: 'zh-CN' })));
  await mongoose.disconnect();
}

function community(slug: string, phone: string) {
  return { _id: slug, name: slug, language: 'zh-CN', timezone: 'Asia/Shanghai', phone, verify: 'phone', ballots: 'public', quiet: '21:00-08:00', person: { name: '居委会', phone: '+862880000003' } };
}

function cycle(slug: string) {
  const day = 24 * 60 * 60 * 1_000;
  return {
    _id: `${slug}-2027`,
    community: slug,
    title: 'bench',
    budget: 300_000,
    currency: 'CNY',
    rule: 'greedy',
    threshold: 0,
    choices: { min: 1, max: 3 },
    stages: [
      { stage: 'vote', from: new Date(Date.now() - day) },
      { stage: 'implement', from: new Date(Date.now() + 10 * day) },
    ],
    moves: [],
    projects: Array.from({ length: 10 }, (_, index) => ({ number: index + 1, title: `项目${index + 1}`, cost: 10_000 * (index + 1) })),
  };
}

function resident(slug: string, phone: string) {
  return { _id: `${slug}|${phone}`, community: slug, rosterId: phone, phone, role: 'resident' as const, ties: [], addedAt: new Date() };
}
