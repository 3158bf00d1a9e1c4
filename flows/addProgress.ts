import { assign, enqueueActions, setup } from 'xstate';
import { type Flow, type FlowInput, type FlowTarget, say, service } from '../src/dialog/flow.ts';
import type { Statement } from '../src/dialog/question.ts';
import type { ProgressProved, ProgressTold } from '../src/fund/works/index.ts';

interface Context {
  readonly number?: number;
  readonly text: string;
  readonly pictures: readonly string[];
  readonly next?: FlowTarget;
  /** What six digits are asked for: news that is held, or how many more are. */
  readonly held?: { readonly key: string; readonly params: Statement['params']; readonly length: number };
  readonly given: string;
}

const SIX = 6;
const TWELVE = 12;

/**
 * News of a work from the person who does it or looks after it, with pictures. By text it is held until six digits are repeated, because a sender can be
 * forged. From anybody else it asks how far the work is.
 */
export const addProgress = setup({
  types: {} as Flow<Context, FlowInput>,
  actors: {
    tellProgress: service<ProgressTold, { number?: number; text: string; pictures: readonly string[] }>('tellProgress'),
    proveProgress: service<ProgressProved, { digits: string }>('proveProgress'),
  },
  guards: {
    hasNews: ({ context: { text, pictures } }) => text !== '' || pictures.length > 0,
    isAsked: ({ context }, told: ProgressTold) => 'notStaff' in told && context.number !== undefined,
    isHeld: (_, told: ProgressTold | ProgressProved) => asks(told) !== undefined,
    isWrong: (_, told: ProgressProved) => 'wrong' in told,
  },
  actions: {
    say: enqueueActions(say),
    showProgress: assign({
      next: ({ context: { number } }): FlowTarget => ({
        flow: 'progress',
        input: { command: 'progress', ...(number !== undefined && { numbers: [number] }) },
      }),
    }),
    keepGiven: assign({ given: (_, given: string) => given }),
    askAgain: assign({ held: { key: 'addProgress.codeAgain', params: {}, length: SIX }, given: '' }),
    keepHeld: assign((_, told: ProgressTold | ProgressProved) => ({ held: asks(told), given: '' })),
  },
}).createMachine({
  id: 'addProgress',
  version: '2',
  context: ({ input: { numbers: [number] = [], text = '', pictures = [] } }) => ({
    ...(number !== undefined && { number }),
    text: text.trim(),
    pictures,
    given: '',
  }),
  initial: 'starting',
  states: {
    starting: {
      always: [
        { guard: 'hasNews', target: 'telling' },
        { target: 'over', actions: 'showProgress' },
      ],
    },
    telling: {
      tags: 'busy',
      invoke: {
        id: 'tellProgress',
        src: 'tellProgress',
        input: ({ context: { number, text, pictures } }) => ({ ...(number !== undefined && { number }), text, pictures }),
        onDone: [
          {
            guard: { type: 'isAsked', params: ({ event }) => event.output },
            target: 'over',
            actions: ['showProgress', { type: 'say', params: ({ context }) => howToSay(context) }],
          },
          {
            guard: { type: 'isHeld', params: ({ event }) => event.output },
            target: 'asking',
            actions: { type: 'keepHeld', params: ({ event }) => event.output },
          },
          { target: 'over', actions: { type: 'say', params: ({ event }) => statementsOf(event.output) } },
        ],
      },
    },
    asking: {
      meta: { ask: ({ held = { key: 'addProgress.codeAgain', params: {}, length: SIX } }) => ({ ...held, expects: 'code' }) },
      on: { CODE: { target: 'proving', actions: { type: 'keepGiven', params: ({ event }) => event.digits } } },
    },
    proving: {
      tags: 'busy',
      invoke: {
        id: 'proveProgress',
        src: 'proveProgress',
        input: ({ context: { given } }) => ({ digits: given }),
        onDone: [
          {
            guard: { type: 'isWrong', params: ({ event }) => event.output },
            target: 'asking',
            actions: [{ type: 'say', params: ({ event }) => proved(event.output) }, 'askAgain'],
          },
          {
            guard: { type: 'isHeld', params: ({ event }) => event.output },
            target: 'asking',
            actions: [
              { type: 'say', params: ({ event }) => proved(event.output) },
              { type: 'keepHeld', params: ({ event }) => event.output },
            ],
          },
          { target: 'over', actions: { type: 'say', params: ({ event }) => proved(event.output) } },
        ],
      },
    },
    over: { type: 'final' },
  },
  output: ({ context: { next } }) => (next ? { next } : {}),
});

function howToSay({ text }: Context): Statement[] {
  return text === '' ? [] : [{ key: 'addProgress.howToSay' }];
}

/** What digits are asked for after this, if any are. Each time the news is quoted: who did not write it is not to publish it. */
function asks(outcome: ProgressTold | ProgressProved): Context['held'] {
  if ('held' in outcome) return asked('code', { ...outcome.held, ...outcome });
  if ('anew' in outcome) return asked('code', { ...outcome.anew, phone: outcome.phone });
  if ('heldShown' in outcome) return { ...asked('codeShown', { ...outcome.heldShown, digits: outcome.digits }), length: TWELVE };
  return 'more' in outcome && outcome.more ? asked('codeMore', outcome.more) : undefined;
}

interface Quoted {
  readonly number: number;
  readonly label: string;
  readonly text: string;
  readonly pictures: number;
  readonly phone?: string;
  readonly digits?: string;
}

function asked(key: string, { number, label: title, text, pictures, phone, digits }: Quoted): Required<Context>['held'] {
  const whole = pictures === 0 ? '' : text === '' ? 'Pictures' : 'WithPictures';
  return { key: `addProgress.${key}${whole}`, params: { number, title, text, pictures, phone, digits }, length: SIX };
}

function statementsOf(outcome: ProgressTold): Statement[] {
  if ('held' in outcome || 'heldShown' in outcome) return []; // the question says it
  if ('notStaff' in outcome) return [{ key: 'common.notText' }];
  if ('tooLong' in outcome) return [{ key: 'addProgress.tooLong', params: { max: outcome.tooLong } }];
  if ('alone' in outcome) return [{ key: 'addProgress.alone' }];
  if ('noPhone' in outcome) return [{ key: 'addProgress.noPhone' }];
  return added(outcome);
}

function proved(outcome: ProgressProved): Statement[] {
  if ('wrong' in outcome) return [{ key: 'cadre.refused.wrong', params: { triesLeft: outcome.wrong } }];
  if ('anew' in outcome) return [{ key: 'addProgress.anew' }];
  if ('heldShown' in outcome) return [];
  if ('nothing' in outcome) return [{ key: 'addProgress.nothing' }];
  return added(outcome);
}

type Added = Extract<ProgressTold | ProgressProved, { noted: unknown } | { heldOn: unknown } | { unknown: unknown } | { notYours: unknown }>;

function added(outcome: Added): Statement[] {
  if ('unknown' in outcome) return [{ key: 'addProgress.unknown', params: { number: outcome.unknown } }];
  if ('notYours' in outcome) return [{ key: 'addProgress.notYours', params: { number: outcome.notYours.number, title: outcome.notYours.label } }];
  if ('heldOn' in outcome) return [{ key: 'addProgress.heldOn', params: { number: outcome.heldOn.number, title: outcome.heldOn.label } }];
  const { noted, text, pictures } = outcome;
  const params = { number: noted.number, title: noted.label, text, pictures };
  if (asks(outcome)) return [{ key: 'addProgress.notedOne', params }];
  if (pictures === 0) return [{ key: 'addProgress.noted', params }];
  return [{ key: text === '' ? 'addProgress.pictures' : 'addProgress.notedWithPictures', params }];
}
