import type { CallState, Heard, Step } from '../../src/channels/voice/callState.ts';
import { interpret } from '../../src/channels/voice/interpret.ts';
import type { Interpretation, Spoken } from '../../src/dialog/input.ts';
import { understoodOnCall } from '../../src/dialog/interpretInbound.ts';
import { loadVocabulary } from '../../src/dialog/loadCatalogue.ts';
import type { OpenFlow } from '../../src/dialog/openFlow.ts';
import type { Expected, Option, Question, Reply } from '../../src/dialog/question.ts';

/** The question for picks, what reads them back, the one for more picks (of which one is keyed), the menu. */
export type Asked = 'pick' | 'confirm' | 'more' | 'menu';

/** What words mean on a call that has come to a question, with this ballot. */
export function understoodAt(ballot: readonly Option[]) {
  const understood = understoodOnCall(ballot, loadVocabulary(), undefined);
  const keyed = ballot[0]?.number ?? 1;
  const pick: Question = { key: 'vote.pick', expects: 'numbers', options: ballot, min: 1, max: 3 };
  const picks = { picks: ballot.slice(0, 1), max: 3 };
  const menu = [0, 1, 2, 3, 4].map((number) => ({ number, label: 'menu.vote' }));
  const questions: Readonly<Record<Asked, Question>> = {
    pick,
    more: pick,
    confirm: { key: 'vote.confirm', outcome: 'askConfirmation', params: picks, expects: 'confirmation', options: ballot },
    menu: { key: 'menu.top', expects: 'choice', options: menu },
  };

  /** One step of a call that stands at this question. */
  function step(asked: Asked, given: Partial<Step>): Interpretation {
    const open: OpenFlow = {
      flow: 'vote',
      role: 'vote',
      version: '',
      snapshot: { status: 'active', output: undefined, error: undefined },
      asked: questions[asked],
      misses: 0,
    };
    const callState: CallState = {
      ...{ call: 'one', turn: 1, at: 0, silences: 0, misses: 0, hears: true, told: ['hash', 'limits'] },
      ...(asked === 'more' && { asked: 'more', numbers: { picks: [keyed], last: [keyed] } }),
    };
    const whole: Step = { call: 'one', turn: 1, keys: '', isHashed: false, isOver: false, isMobile: true, at: 0, ...given };
    return interpret(whole)({ open, callState: JSON.stringify(callState) }, understood);
  }

  return {
    /** In a word what they mean: `yes`, `no`, `pick 3 7`, `again`, a command, a kind of question. */
    outcomeOf: (asked: Asked, heard: Heard): string => inWords(step(asked, { heard })),
    /** What the recogniser may expect there. */
    expected: (asked: Asked): readonly Expected[] => replyOf(step(asked, {}), questions[asked]).listensFor ?? [],
  };
}

function replyOf(interpretation: Interpretation, asks: Question): Reply {
  const told: Spoken = 'meaning' in interpretation ? interpretation.finish({ reply: { says: [], asks } }) : interpretation;
  return told.reply;
}

function inWords(interpretation: Interpretation): string {
  if (!('meaning' in interpretation)) {
    const [first] = interpretation.reply.says;
    return first?.key.startsWith('heard.') ? 'again' : `asks ${interpretation.reply.asks?.key ?? first?.key ?? ''}`;
  }
  const { meaning } = interpretation;
  switch (meaning.kind) {
    case 'answer':
      if (meaning.answer.type === 'YES' || meaning.answer.type === 'NO') return meaning.answer.type.toLowerCase();
      return 'numbers' in meaning.answer ? `pick ${inOrder(meaning.answer.numbers)}` : meaning.answer.type;
    case 'numbers':
    case 'named':
      return `pick ${inOrder(meaning.numbers)}`;
    case 'command':
    case 'near':
      return meaning.command.name;
    case 'intent':
      return meaning.intent;
    default:
      return meaning.kind;
  }
}

function inOrder(numbers: readonly number[]): string {
  return numbers.toSorted((one, other) => one - other).join(' ');
}
