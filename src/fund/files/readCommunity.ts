import { z } from 'zod';
import { CARRIER_NAMES, CARRIERS, type Channel } from '../../contacts/channel.ts';
import type { Problem } from '../../store/codedError.ts';
import { type CommunityRecord, DRAFTS, LANGUAGES, LETTERS_DAYS, PAPERS, RESERVED_SLUGS, VERIFY } from '../communities/index.ts';
import { fields, readYaml, type YamlRead } from './readYaml.ts';

type About = NonNullable<CommunityRecord['about']>;

/** Reads `community.yaml` (docs/contract.md: Files). */
export function readCommunity(file: string, text: string): YamlRead<Omit<CommunityRecord, 'demo'>> {
  const read = readYaml(file, text, schema);
  if (!read.value) return { problems: read.problems, raw: read.raw, problemAt: read.problemAt };
  const { slug, about: asked, ...community } = read.value;
  const problems = community.callback === community.phone ? [read.problemAt(['callback'], 'callback must be another number than phone')] : [];
  if (community.carriers?.sms === 'mas' && community.textNumber !== undefined && community.shownNumber === undefined)
    problems.push(
      read.problemAt(['textNumber'], 'textNumber is only the extension over mas: give shownNumber, too, the whole number that residents text'),
    );
  problems.push(...askedTwice(asked?.answers ?? [], read.problemAt));
  return { value: { _id: slug, ...community, ...(asked && { about: given(asked) }) }, problems, raw: read.raw, problemAt: read.problemAt };
}

/** What residents ask, without the keys that are undefined. */
function given(about: About): About {
  return Object.fromEntries(Object.entries(about).filter(([, value]) => value !== undefined));
}

/** The same wording cannot have two answers. */
function askedTwice(answers: NonNullable<About['answers']>, problemAt: YamlRead<unknown>['problemAt']): Problem[] {
  const seen = new Set<string>();
  return answers.flatMap(({ asks }, answer) =>
    asks.flatMap((wording, index) => {
      const path = ['about', 'answers', answer, 'asks', index];
      if (seen.has(wording)) return [problemAt(path, `${path.join('.')} ${wording} is there twice`)];
      seen.add(wording);
      return [];
    }),
  );
}

const schema = fields.object({
  slug: fields.id().refine((slug) => !RESERVED_SLUGS.has(slug.toLowerCase()), 'is the address of a page of the service; choose another one'),
  name: fields.text(100),
  nameEn: fields.text(40).optional(),
  language: fields.oneOf(LANGUAGES).default('zh-CN'),
  timezone: z
    .string({ error: 'must be the name of a time zone, such as Asia/Shanghai' })
    .refine(isZone, 'is not a time zone; they are called such as Asia/Shanghai')
    .default('Asia/Shanghai'),
  phone: fields.phone(),
  callback: fields.phone().optional(),
  textNumber: z
    .string({ error: 'must be digits in quotes, as the carrier gives the number' })
    .regex(/^\d{2,21}$/, 'must be 2 to 21 digits, as the carrier gives the number')
    .optional(),
  shownNumber: z
    .string({ error: 'must be digits in quotes: the whole number that residents text' })
    .regex(/^\d{3,21}$/, 'must be 3 to 21 digits: the whole number that residents text')
    .optional(),
  verify: fields.oneOf(VERIFY).default('either'),
  ballots: fields.oneOf(['public', 'supervisors']).default('public'),
  quiet: z
    .string({ error: 'must be text such as "21:00-08:00"' })
    .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/, 'must be from when to when, such as "21:00-08:00"')
    .default('21:00-08:00'),
  person: fields.object({ name: fields.text(30), nameEn: fields.text(30).optional(), phone: fields.phone() }),
  keep: fields.object({ recordings: fields.whole(1, 3_650).optional(), letters: fields.whole(1, LETTERS_DAYS).optional() }).optional(),
  publishDays: fields.whole(1, 90).optional(),
  council: fields.object({ quorum: fraction().optional(), majority: fraction().optional() }).optional(),
  offers: fields.whole(1, 10).optional(),
  offersAbove: fields.whole(0, 1_000_000_000).optional(),
  twoPersonsAbove: fields.whole(0, 1_000_000_000).optional(),
  papers: fields.oneOf(PAPERS).optional(),
  drafts: fields.oneOf(DRAFTS).optional(),
  about: fields.mayBe(about()),
  categories: z
    .array(
      fields.object({
        name: fields.text(20),
        words: z.array(fields.text(20), { error: 'must be a list of words' }).max(100, 'must have 100 words at most').default([]),
      }),
      { error: 'must be a list of {name, words}' },
    )
    .max(30, 'must have 30 categories at most')
    .optional(),
  plan: z
    .array(fields.object({ place: fields.text(20), x: coordinate(), y: coordinate() }), { error: 'must be a list of {place, x, y}' })
    .max(200, 'must have 200 places at most')
    .optional(),
  office: fields.text(60).optional(),
  carriers: fields.object({ sms: carrierOf('sms').optional(), voice: carrierOf('voice').optional() }).optional(),
  rates: fields.object({ sms: fields.rate().optional(), voice: fields.rate().optional(), wechat: fields.rate().optional() }).optional(),
  prices: fields.object({ sms: fields.amount().optional(), voice: fields.amount().optional(), currency: currency().optional() }).optional(),
  templates: z
    .record(z.string(), z.string({ error: 'must be text; numbers need quotes' }), { error: 'must be a list of names with template ids' })
    .optional(),
});

/** To the east or to the north, in any unit. */
function coordinate() {
  return z.number({ error: 'must be a number: x to the east, y to the north, in any unit' }).min(-1e9, 'is too far away').max(1e9, 'is too far away');
}

function carrierOf(channel: Channel) {
  return fields.oneOf(CARRIER_NAMES).refine((name) => CARRIERS[name].includes(channel), `is a carrier that does not bring ${channel}`);
}

/** What residents ask, and what is answered. Every wording is compared with what somebody writes, so there is a limit to them. */
function about() {
  const answer = fields.object({
    asks: z
      .array(fields.text(60), { error: 'must be a list of wordings' })
      .min(2, 'must have two wordings at least')
      .max(30, 'must have 30 wordings at most'),
    says: fields.segment(),
  });
  return fields.object({
    money: fields.mayBe(fields.text(60)),
    moneyEn: fields.mayBe(fields.text(80)),
    notFor: fields.mayBe(fields.text(60)),
    mayVote: fields.mayBe(fields.text(60)),
    office: fields.mayBe(fields.text(60)),
    answers: fields.mayBe(z.array(answer, { error: 'must be a list of {asks, says}' }).max(100, 'must have 100 answers at most')),
  });
}

/** A share of people, above nothing and at most all. */
function fraction() {
  return z
    .string({ error: 'must be a fraction such as 2/3' })
    .regex(/^[1-9]\d?\/[1-9]\d?$/, 'must be a fraction such as 2/3')
    .refine((text) => {
      const [top = 0, bottom = 0] = text.split('/').map(Number);
      return top <= bottom;
    }, 'must be 1 at most, such as 2/3');
}

function currency() {
  return z.string({ error: 'must be a currency such as CNY' }).regex(/^[A-Z]{3}$/, 'must be a currency such as CNY');
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return /^[A-Za-z]/.test(name);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const KEPT = ['timezone', 'phone', 'callback', 'textNumber', 'verify', 'ballots'] as const;

/** While voting is open, these stay as they are: who may vote, to which number, until when, and who may read the ballots. */
export function rulesKept(
  before: CommunityRecord,
  file: Pick<CommunityRecord, (typeof KEPT)[number]>,
  problemAt: YamlRead<unknown>['problemAt'],
): Problem[] {
  return KEPT.flatMap((field) =>
    file[field] === before[field] ? [] : [problemAt([field], `${field} is ${before[field] ?? 'not given'}, and while voting is open it stays`)],
  );
}
