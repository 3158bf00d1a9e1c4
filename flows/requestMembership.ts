import { assign, enqueueActions, setup } from 'xstate';
import { type Flow, type FlowInput, say, service } from '../src/dialog/flow.ts';
import type { Question, Statement } from '../src/dialog/question.ts';
import type { Requested } from '../src/fund/people/index.ts';
import { isCopied } from './ourOwnWords.ts';

interface Context {
  readonly name: string;
  readonly building: string;
}

/** Ask to be put on the roster: name and building in one message, or one after the other. */
export const requestMembership = setup({
  types: {} as Flow<Context, FlowInput>,
  actors: { requestMembership: service<Requested, Context>('requestMembership') },
  guards: {
    isWhole: ({ context: { name, building } }) => name !== '' && building !== '',
    hasName: ({ context }) => context.name !== '',
    isTold: (_, text: string | undefined) => nameAndBuilding(text).name !== '',
    isText: (_, text: string | undefined) => text !== undefined && text.trim() !== '' && !/[吗啥咋怎哪?？]|什么/.test(text),
  },
  actions: {
    say: enqueueActions(say),
    keep: assign(({ context }, text: string | undefined) => {
      const { name, building } = nameAndBuilding(text);
      return { name, building: building || context.building };
    }),
    keepBuilding: assign({ building: (_, text: string | undefined) => withoutEnd(text ?? '').replace(new RegExp(`^${LIVES}`, 'u'), '') }),
  },
}).createMachine({
  id: 'requestMembership',
  version: '1',
  context: ({ input }) => nameAndBuilding(input.text),
  initial: 'checking',
  states: {
    checking: {
      always: [{ guard: 'isWhole', target: 'requesting' }, { guard: 'hasName', target: 'askingBuilding' }, 'askingName'],
    },
    askingName: {
      meta: { ask: () => asks('requestMembership.name') },
      on: {
        FREE_TEXT: {
          guard: { type: 'isTold', params: ({ event }) => event.text },
          target: 'checking',
          actions: { type: 'keep', params: ({ event }) => event.text },
        },
      },
    },
    askingBuilding: {
      meta: { ask: () => asks('requestMembership.building') },
      on: {
        FREE_TEXT: {
          guard: { type: 'isText', params: ({ event }) => event.text },
          target: 'requesting',
          actions: { type: 'keepBuilding', params: ({ event }) => event.text },
        },
      },
    },
    requesting: {
      tags: 'busy',
      invoke: {
        id: 'requestMembership',
        src: 'requestMembership',
        input: ({ context: { name, building } }) => ({ name, building }),
        onDone: { target: 'over', actions: { type: 'say', params: ({ context, event }) => outcome(event.output, context) } },
      },
    },
    over: { type: 'final' },
  },
});

/** The words before a name or a building that are no part of it: 我叫王芳，住3栋. */
const LED_IN = /^(?:[你您]好[\s,，。]*)?(?:我(?:是|叫|的?(?:名字|姓名)(?:叫|是)?)|本人|(?:姓名|名字)[:：是叫]|my name is\s|i am\s|i'm\s)\s*/iu;
const LIVES = '(?:我?家?住(?:在)?)?';
/** 3栋, 三号楼, 2单元: a part of where somebody lives. */
const NUMERAL = '[\\p{Nd}零一二两三四五六七八九十]{1,4}';
const HOUSE = `${NUMERAL}(?:号楼|号院|号|栋|幢|座|楼|院|单元|组)`;
/** 3栋2单元501的王芳: the building before the name. */
const BUILDING_FIRST = new RegExp(`^${LIVES}((?:${HOUSE}\\s*)+(?:${NUMERAL}[室户]?)?)`, 'u');
const THEN_NAME = /^[的\s,，、;；]*(?:我?[叫是])?(\p{Script=Han}{2,5})$/u;
/** 王芳 3栋, 王芳3栋, 王芳三栋: the name goes up to a separator, a number or the building. */
const CHINESE = new RegExp(`^([^\\p{Nd}\\s,，、;；]+?)(?:[\\s,，、;；]+|(?=\\p{Nd}|${HOUSE}|我?家?住)|$)${LIVES}(.*)$`, 'su');
/** "Ann Novak, The Mill": a comma separates them. */
const WITH_COMMA = /^([^,，;；]+)[,，;；]\s*(.*)$/su;
/** "Ann Novak building 3", "Ann Novak 3b": without a comma, the first number separates them, with the word that it belongs to. */
const WITH_NUMBER = /^(\D+?)\s+((?:(?:building|block|house|flat|no\.?)\s+)?\d.*)$/isu;

/** What somebody says instead of a name: 我不想给名字, 登记要好久. */
const NO_NAME = /^[我你您不了过没]|[吗啥咋怎哪?？]|什么|好久|登记|投票|短信|电话|等一|算了|\b(?:no|not|never|don't|what|why|how)\b/iu;

/** Name and building as people write them together; what is missing is empty. */
function nameAndBuilding(text = ''): Context {
  const said = withoutEnd(text).replace(LED_IN, '');
  const first = BUILDING_FIRST.exec(said);
  const building = first?.[1]?.trim() ?? '';
  const rest = first ? said.slice(first[0].length) : said;
  if (first && rest === '') return { name: '', building };
  const [, after = ''] = (first && THEN_NAME.exec(rest)) ?? [];
  if (after) return { name: after, building };
  const found = /\p{Script=Han}/u.test(said) ? CHINESE.exec(said) : (WITH_COMMA.exec(said) ?? WITH_NUMBER.exec(said));
  const [, name = said, behind = ''] = found ?? [];
  if (isCopied(said) || isCopied(name) || NO_NAME.test(name)) return { name: '', building: '' };
  return { name: name.trim(), building: behind.trim() };
}

function withoutEnd(text: string): string {
  return text.trim().replace(/[。.!！\s]+$/u, '');
}

function asks(key: string): Question {
  return { key, expects: 'freeText', command: 'requestMembership', maxSeconds: 20, maxChars: 60 };
}

function outcome(requested: Requested, { name, building }: Context): Statement[] {
  if ('known' in requested) return [{ key: 'requestMembership.known' }];
  if ('refused' in requested) return [{ key: requested.refused === 'ownNumber' ? 'requestMembership.ownNumber' : 'requestMembership.enoughToday' }];
  const { request, again } = requested;
  return [{ key: again ? 'requestMembership.again' : 'requestMembership.noted', params: { request, name, building } }];
}
