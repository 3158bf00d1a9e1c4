import { join } from 'node:path';
import { expect } from 'chai';
import { flows } from '../../flows/index.ts';
import { CONTEXT, flat, walk } from '../../scripts/flows/lintFlows.ts';
import { ballotOf, CHINESE, CLOSES, ENGLISH, type Names } from '../../scripts/flows/samples.ts';
import { smsLists, toText } from '../../src/channels/sms/render.ts';
import { segments } from '../../src/channels/sms/segments.ts';
import { loadCatalogue, readResources } from '../../src/dialog/loadCatalogue.ts';
import type { ListStyle } from '../../src/dialog/manner.ts';
import type { Reply, Statement } from '../../src/dialog/question.ts';
import { type Words, wording } from '../../src/dialog/wording.ts';
import { root } from '../../src/store/files.ts';

/**
 * Replies that take more than one SMS segment, and how many they may take: lists, and texts that read something back.
 * A reply that is not here fits one. Look at each new line here twice: it is paid for by everybody, every time.
 */
const LONGER: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'zh-CN': {
    'vote.pick': 4,
    'vote.upTo+vote.pick': 4,
    'vote.upTo+vote.atLeast+vote.pick': 4,
    'vote.afresh+vote.pick': 4,
    'vote.pickMore': 4,
    'vote.upTo+vote.pickMore': 4,
    'vote.afresh+vote.pickMore': 4,
    'vote.receipt': 2,
    'progress.implement+progress.winners+progress.spent+progress.done+progress.ofOne': 2,
    'notice.castAsHeard': 2,
    'cadre.confirmLater': 2,
    'cadre.confirmUnpricedLater': 2,
    'projects.list': 4,
    'projects.page': 4,
    'progress.propose+progress.voteOpens+progress.mine': 2,
    'notice.head': 2,
    'digits.disownBallotLong': 2,
    'digits.refused.again+digits.disownBallotLong': 2,
    'digits.eraseMeLong': 2,
    'digits.refused.again+digits.eraseMeLong': 2,
    'addProgress.anew+addProgress.code': 2,
    'addProgress.anew+addProgress.codeWithPictures': 2,
    'cadre.turnout+cadre.inTens+cadre.messages.smsFailed': 2,
    'cadre.turnoutOver+cadre.messages.smsFailed': 2,
    'cadre.turnout+cadre.inTens+cadre.messages.voiceFailed': 2,
    'cadre.turnoutOver+cadre.messages.voiceFailed': 2,
    'cadre.turnout+cadre.inTens+cadre.messages.wechatFailed': 2,
    'cadre.turnoutOver+cadre.messages.wechatFailed': 2,
  },
  en: {
    'question.office+progress.table': 2,
    'addProgress.anew+addProgress.code': 2,
    'addProgress.anew+addProgress.codeWithPictures': 2,
    'addProgress.anew+addProgress.codePictures': 2,
    'notice.castAsHeard': 2,
    'digits.eraseMeLong': 2,
    'digits.refused.again+digits.disownBallotLong': 2,
    'digits.refused.again+digits.eraseMeLong': 2,
    'progress.implement+progress.winners+progress.spent+progress.done+progress.ofOne': 2,
    'notice.head': 2,
    'cadre.confirm': 2,
    'cadre.confirmLater': 2,
    'cadre.confirmUnpriced': 2,
    'cadre.confirmUnpricedLater': 2,
    'vote.pick': 4,
    'vote.upTo+vote.pick': 4,
    'vote.upTo+vote.atLeast+vote.pick': 4,
    'vote.afresh+vote.pick': 4,
    'vote.pickMore': 4,
    'vote.upTo+vote.pickMore': 4,
    'vote.afresh+vote.pickMore': 4,
    'projects.list': 4,
    'projects.page': 4,
    'identify.notYetRecorded+identify.why.stranger+identify.cardOrRequest': 2,
    'identify.why.stranger+identify.cardOrRequest': 2,
    'identify.refused.mistyped+identify.cardOrRequest': 2,
    'identify.refused.unknown+identify.cardOrRequest': 2,
    'identify.notYetRecorded+identify.refused.mistyped+identify.cardOrRequest': 2,
    'identify.notYetRecorded+identify.refused.unknown+identify.cardOrRequest': 2,
    'propose.noted+propose.notPublicYet': 2,
    'progress.propose+progress.voteOpens+progress.mine': 2,
  },
};

/** The one text that names a language in its own letters. */
const OTHER_LETTERS = ['language.which'];

const PEOPLE = {
  'zh-CN': { names: CHINESE, defaults: { community: '青松社区', personName: '居委会', personPhone: '+862880000003' } },
  en: { names: ENGLISH, defaults: { community: 'Green Pines', personName: 'The office', personPhone: '+862880000003' } },
};

for (const [language, { names, defaults }] of Object.entries(PEOPLE)) {
  describe(`texts by SMS, ${language}`, () => {
    let words: Words;
    let wordsWith: (lists: ListStyle) => Words;
    let told: Map<string, string>;

    before(async () => {
      const catalogue = await loadCatalogue();
      const setting = { language, channel: 'sms' as const, zone: 'Asia/Shanghai', at: new Date('2026-11-20T04:00:00Z'), defaults };
      wordsWith = (lists) => wording(catalogue, { ...setting, lists });
      words = wordsWith(smsLists);
      told = longest(names, words);
    });

    it('leaves no placeholder and no key unsaid', () => {
      expect([...told].filter(([, text]) => /\{\{|\}\}|undefined|null|NaN|^\w+[.:]\w+$/m.test(text))).to.deep.equal([]);
    });

    it('fits one segment, or as many as it is allowed', () => {
      const allowed = LONGER[language] ?? {};
      const tooLong = [...told]
        .filter(([key, text]) => segments(text) > (allowed[key] ?? 1))
        .map(([key, text]) => `${key} (${segments(text)}): ${text}`);
      expect(tooLong).to.deep.equal([]);
      expect(Object.keys(allowed).filter((key) => segments(told.get(key) ?? '') < 2)).to.deep.equal([], 'allowances nobody needs');
    });

    it('a receipt of three takes two segments, a ballot of ten names of twelve characters four', () => {
      const twelve = ballotOf(10, { ...names, labels: names.labels.map((label) => label.padEnd(12, label)) });
      const receipt = { key: 'vote.receipt', params: { picks: ballotOf(3, names), receipt: '4820917735', closesAt: CLOSES } };
      expect(segments(words(receipt))).to.be.at.most(2);
      const upTo = { key: 'vote.upTo', params: { budget: 300_000, currency: 'CNY', max: 3, closesAt: CLOSES } };
      const pick = { key: 'vote.pick', params: { shown: twelve } };
      const ballot = [upTo, { key: 'vote.atLeast', params: { min: 2 } }, pick].map(words).join('\n');
      expect(segments(ballot), ballot).to.be.at.most(4);
      for (const community of [defaults.community, `${defaults.community}${defaults.community}`])
        for (const shown of [twelve]) {
          const asks = { ...pick, params: { shown }, expects: 'numbers' as const, options: shown, min: 2, max: 3 };
          const reply = { says: [upTo, { key: 'vote.atLeast', params: { min: 2 } }], asks, adds: [{ key: 'common.first', params: { community } }] };
          const first = toText(reply, wordsWith);
          expect(segments(first), first).to.be.at.most(4);
          for (const { number } of shown) expect(first).to.match(new RegExp(`^${number} `, 'm'));
        }
    });

    it('a receipt with who writes to somebody new behind it takes two segments, however many, however long and in whatever letters', () => {
      for (const community of ['青松社区', '武侯区青松社区'])
        for (const label of ['社区花园', '三号院后面空地改成花园', 'Lamps'])
          for (const count of [1, 3, 8]) {
            const picks = Array.from({ length: count }, (_, index) => ({ number: index + 1, label }));
            const says = [{ key: 'vote.receipt', params: { picks, receipt: '4820917735', closesAt: CLOSES } }];
            const adds = [{ key: 'common.first', params: { community } }];
            for (const reply of [{ says }, { says, adds }]) {
              const text = toText(reply, wordsWith);
              expect(segments(text), text).to.be.at.most(2);
              for (const { number } of picks) expect(text).to.match(new RegExp(`(?<!\\d)${number}(?!\\d)`));
            }
          }
    });

    it('a receipt of many shortens the names, then says the numbers alone, and stays within two segments', () => {
      for (const count of [5, 10, 15, 20]) {
        const receipt = { key: 'vote.receipt', params: { picks: ballotOf(count, names), receipt: '4820917735', closesAt: CLOSES } };
        expect(segments(words(receipt))).to.be.at.most(2);
        for (let number = 1; number <= count; number++) expect(words(receipt)).to.match(new RegExp(`(?<!\\d)${number}(?!\\d)`));
      }
    });

    if (language === 'en') {
      it('keeps to the letters of plain SMS', () => {
        const plain = /^[\n !"#$%&'()*+,\-./0-9:;<=>?@A-Z_a-z]*$/;
        expect([...told].filter(([key, text]) => !plain.test(text) && !OTHER_LETTERS.includes(key))).to.deep.equal([]);
      });
    }
  });
}

/** Every reply that the flows can give, by the keys in it, the longest of each; and the texts for an answer that is not understood. */
function longest(names: Names, words: Words): Map<string, string> {
  const told = new Map<string, string>(besides(names).map((statement) => [statement.key, words(statement)]));
  const tell = (key: string, text: string) => {
    if (key !== '' && text.length > (told.get(key)?.length ?? -1)) told.set(key, text);
  };
  for (const flow of Object.keys(flows)) {
    for (const reply of walk(flows, flow, names).replies) {
      tell(
        keysOf(reply),
        toText(reply, () => words),
      );
      for (const again of missed(reply)) tell(again.key, words(again));
    }
  }
  return told;
}

function missed({ asks }: Reply): Statement[] {
  if (!asks) return [];
  return ['Missed', 'MissedAgain'].map((again) => ({ key: asks.key + again, ...(asks.params && { params: asks.params }) }));
}

/** `progress.mine.received` and its siblings are one kind of reply. */
function keysOf({ says, asks }: Reply): string {
  return [...says, ...(asks ? [asks] : [])].map(({ key }) => key.replace(/^(progress\.mine)\..*$/, '$1')).join('+');
}

/** The texts of the dialog and the outbox besides those of the flows. */
function besides(names: Names): Statement[] {
  const whole = flat(readResources(join(root, 'locales'))['zh-CN'] ?? {});
  const keys = [...whole.keys()].filter((key) => /^(common|notice)\./.test(key) && key !== 'common.separator' && !CONTEXT.test(key));
  const { text } = names;
  const params = {
    shown: ballotOf(1, names),
    digits: '204816',
    picks: ballotOf(3, names),
    receipt: '4820917735',
    number: 12,
    into: 3,
    project: 7,
    request: 12,
    reason: text,
    answer: text,
    text,
    words: text,
    name: names.name,
    phone: '+8613800000001',
    closesAt: CLOSES,
    until: CLOSES,
    opensAt: CLOSES,
    from: CLOSES,
    at: CLOSES,
    feasible: 12,
    recommended: 12,
    deferred: 12,
    not: 12,
    count: 12,
    head: `12345:${'a'.repeat(64)}`,
  };
  return keys.map((key) => ({ key, params }));
}
