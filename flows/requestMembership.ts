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
    isText: (_, text: string | undefined) => text !== undefined && text.trim() !== '',
  },
  actions: {
    say: enqueueActions(say),
    keep: assign((_, text: string | undefined) => nameAndBuilding(text)),
    keepBuilding: assign({ building: (_, text: string | undefined) => text?.trim() ?? '' }),
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

/** 王芳 3栋, 王芳3栋: the name goes up to a separator or the first number. */
const CHINESE = /^([^\p{Nd}\s,，、;；]+)[\s,，、;；]*(.*)$/su;
/** "Ann Novak, The Mill": a comma separates them. */
const WITH_COMMA = /^([^,，;；]+)[,，;；]\s*(.*)$/su;
/** "Ann Novak building 3", "Ann Novak 3b": without a comma, the first number separates them, with the word that it belongs to. */
const WITH_NUMBER = /^(\D+?)\s+((?:(?:building|block|house|flat|no\.?)\s+)?\d.*)$/isu;

/** Name and building as people write them together; what is missing is empty. */
function nameAndBuilding(text = ''): Context {
  const said = text.trim();
  const found = /\p{Script=Han}/u.test(said) ? CHINESE.exec(said) : (WITH_COMMA.exec(said) ?? WITH_NUMBER.exec(said));
  const [, name = said, building = ''] = found ?? [];
  if (isCopied(said) || isCopied(name)) return { name: '', building: '' };
  return { name: name.trim(), building: building.trim() };
}

function asks(key: string): Question {
  return { key, expects: 'freeText', command: 'requestMembership', maxSeconds: 20, maxChars: 60 };
}

function outcome(requested: Requested, { name, building }: Context): Statement[] {
  if ('known' in requested) return [{ key: 'requestMembership.known' }];
  if ('refused' in requested) return [{ key: 'requestMembership.enoughToday' }];
  const { request, again } = requested;
  return [{ key: again ? 'requestMembership.again' : 'requestMembership.noted', params: { request, name, building } }];
}
