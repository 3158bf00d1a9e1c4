import { expect } from 'chai';
import { flows } from '../../flows/index.ts';
import { walk } from '../../scripts/flows/lintFlows.ts';
import { CHINESE, ENGLISH } from '../../scripts/flows/samples.ts';
import { spokenCharacters, voiceLists } from '../../src/channels/voice/speech.ts';
import { loadCatalogue } from '../../src/dialog/loadCatalogue.ts';
import type { Reply } from '../../src/dialog/question.ts';
import { type Words, wording } from '../../src/dialog/wording.ts';
import { keying, spoken } from './spoken.ts';

const MOST_CHARACTERS = 60;
const MOST_CHOICES = 4;
/** News that a caller asked for: the way on is said after them, and a key interrupts them. */
const NEWS = /^(progress|projects)\.|^vote\.(winners|receipt|changed|early)|^person\./;
/** Said in a chat or by text alone. */
const CHAT =
  /^vote\.(addMore|whole|missing|alreadyIn|afresh)|^identify\.(cardOrPhone|code|otherChat|unsent|why\.lockedPhone)|^cadre\.|^nearMiss\.heard/;

const SPOKEN = {
  'zh-CN': {
    names: CHINESE,
    key: /[，。；]?(?<!还要投，再|把那个号码再)按(\d|井号|星号)/,
    keys: /按(\d|井号|星号)/g,
    written: /[“”]|短信(?!也?发给您)/,
    community: '青松社区',
  },
  en: {
    names: ENGLISH,
    key: /press|hash/i,
    keys: /(?:press |, )(\d|hash|star)\b/g,
    written: /\b[A-Z]{3,}\b|\b([Rr]eply|[Ss]end)\b/,
    community: 'Green Pines',
  },
};

for (const [language, { names, key, keys, written, community }] of Object.entries(SPOKEN)) {
  describe(`texts on the phone, ${language}`, () => {
    let words: Words;
    let said: { reply: Reply; text: string }[];

    before(async () => {
      const catalogue = await loadCatalogue();
      const defaults = { community, personName: '居委会', personPhone: '+862880000003' };
      const setting = { language, channel: 'voice' as const, zone: 'Asia/Shanghai', at: new Date('2026-11-20T04:00:00Z'), defaults };
      words = wording(catalogue, { ...setting, lists: voiceLists(language) });
      const replies = new Map([...flowReplies(), ...keying(names)].map((reply) => [JSON.stringify(reply), reply]));
      said = [...replies.values()].filter(isHeard).map((reply) => ({ reply, text: textOf(reply) }));
    });

    /** Every reply of every flow, and the text for an answer to it that was not understood. */
    function flowReplies(): Reply[] {
      return Object.keys(flows).flatMap((flow) =>
        walk(flows, flow, names).replies.flatMap((reply) => [
          spoken(reply),
          ...(reply.asks ? ['Missed', 'MissedAgain'].map((how) => missed(reply, how)) : []),
        ]),
      );
    }
    function missed({ asks }: Reply, how: string): Reply {
      return asks ? spoken({ says: [{ key: 'voice.notUnderstood' }], asks: { ...asks, key: asks.key + how } }) : { says: [] };
    }
    const textOf = ({ says, asks, adds = [] }: Reply) => [...says, ...(asks ? [asks] : []), ...adds].map(words).join(' ');
    const isHeard = ({ says, asks }: Reply) => ![...says, ...(asks ? [asks] : [])].some(({ key }) => CHAT.test(key));
    const found = (wrong: (text: string, reply: Reply) => boolean) => said.filter(({ text, reply }) => wrong(text, reply)).map(({ text }) => text);

    it('leaves no placeholder and no key unsaid', () => {
      expect(found((text) => /\{\{|\}\}|undefined|null|NaN|(^| )\w+[.:]\w+( |$)/.test(text))).to.deep.equal([]);
      expect(said.length).to.be.greaterThan(200);
    });

    it('names at most four choices and a person at a time', () => {
      const choices = (text: string) => new Set([...text.matchAll(keys)].map(([, named]) => named).filter((named) => named !== '0')).size;
      expect(found((text) => choices(text) > MOST_CHOICES)).to.deep.equal([]);
    });

    it('comes to the first key within sixty characters', () => {
      const isLong = (text: string) => spokenCharacters(text.slice(0, key.exec(text)?.index ?? text.length)) > MOST_CHARACTERS;
      expect(found((text, { says }) => !says.some((each) => NEWS.test(each.key)) && isLong(text))).to.deep.equal([]);
      expect(found((_, { asks }) => asks !== undefined && isLong(words(asks)))).to.deep.equal([]);
    });

    it('has no words that are of use in writing only', () => {
      expect(found((text) => written.test(text))).to.deep.equal([]);
    });
  });
}
