import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { INTENTS, type Intent } from '../../src/dialog/command.ts';
import type { OpenFlow } from '../../src/dialog/openFlow.ts';
import type { Option, Question, Reply } from '../../src/dialog/question.ts';
import { type Talk, talkAfter, talkAt } from '../../src/dialog/talk.ts';
import { areSame } from '../../src/dialog/understand/changes.ts';
import type { Meaning } from '../../src/dialog/understand/commandIn.ts';
import type { Outcome } from '../../src/dialog/understand/judgement.ts';
import { mentionsIn } from '../../src/dialog/understand/mentions.ts';
import { beginningOf, normalise } from '../../src/dialog/understand/normalise.ts';
import type { Situation } from '../../src/dialog/understand/outcome.ts';
import { outcomeOf } from '../../src/dialog/understand/outcomeOf.ts';
import { picksIn, shownIn } from '../../src/dialog/understand/readBack.ts';
import { understand } from '../../src/dialog/understand/understand.ts';
import type { Vocabulary } from '../../src/dialog/understand/vocabulary.ts';
import { root } from '../../src/store/files.ts';

/** A turn of a conversation whose right outcomes are known, where it stands if all before it went right. */
export interface Judged {
  /** The file it is from. */
  readonly writer: string;
  readonly situation: Situation;
  readonly ballot: readonly Option[];
  readonly right: readonly Outcome[];
  /** The picks that are read back or cast after it, if some are. */
  readonly picks: readonly number[] | undefined;
  /** What the patterns alone find. */
  readonly meaning: Meaning;
  /** Whether the picks that they find, if they do, are among those that are right. */
  readonly isReadRight: boolean;
  /** Whether the patterns were made without this writer. */
  readonly isFresh: boolean;
}

interface Written {
  readonly stage?: 'before' | 'open' | 'after';
  readonly who?: string;
  readonly turns: readonly { readonly say: string; readonly is?: string }[];
}

const CONVERSATIONS = join(root, 'test', 'conversations');
const SETS = join(CONVERSATIONS, 'sets');
/** By writers who are not among the sets that the patterns were made by. */
const FRESH = join(CONVERSATIONS, 'learnt');
/** The day of the conversations. */
export const AT = new Date('2026-12-05T02:00:00Z');

/** The files that conversations are learnt from, the fresh ones last. */
export function conversationFiles(): string[] {
  const filesOf = (folder: string, end: string) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(end))
      .sort()
      .map((name) => join(folder, name));
  return [...filesOf(SETS, '.set.yaml'), ...filesOf(FRESH, '.yaml')];
}

/** SHA-256 of these files. */
export function conversationsHash(): string {
  const hash = createHash('sha256');
  for (const file of conversationFiles()) hash.update(readFileSync(file));
  return hash.digest('hex');
}

/** All judged turns of the files, each along the right path. `words` are without a judgement: what they find is found by patterns. */
export function judgedTurns(files: readonly string[], words: Vocabulary): Judged[] {
  const community = parse(readFileSync(join(SETS, 'community.yaml'), 'utf8'));
  const cycle = parse(readFileSync(join(SETS, 'cycle.yaml'), 'utf8'));
  const projects: Option[] = cycle.projects.map(({ short, title, titles, ...rest }: Record<string, never>) => ({
    ...(rest as object),
    title,
    label: short ?? title,
    labelEn: (titles as { en?: string } | undefined)?.en,
  }));
  return files.flatMap((file) => {
    const writer = basename(file).replace(/\..*/, '');
    const all: Written[] = parse(readFileSync(file, 'utf8'));
    const isFresh = file.startsWith(FRESH) || !file.startsWith(root);
    return all.flatMap((written) =>
      turnsOf(written, { projects, words, answers: community.about.answers }).map((turn) => ({ ...turn, writer, isFresh })),
    );
  });
}

type Open = Pick<OpenFlow, 'role' | 'asked'>;

interface Known {
  readonly projects: readonly Option[];
  readonly words: Vocabulary;
  readonly answers: Parameters<typeof understand>[4];
}

/** The turns of a conversation, until digits or a text are waited for: these are no question of what is meant. */
function turnsOf({ stage = 'open', turns }: Written, { projects, words, answers }: Known): Omit<Judged, 'writer' | 'isFresh'>[] {
  const ballot = stage === 'open' ? projects : [];
  const judged: Omit<Judged, 'writer' | 'isFresh'>[] = [];
  let open: Open | undefined;
  let talk: Talk = {};
  for (const { say, is } of turns) {
    const asked: Question | undefined = open?.asked;
    if (asked?.expects === 'code' || asked?.expects === 'freeText' || say.includes('{card')) break;
    const now = talkAt(talk, AT);
    const meaning = understand(say, asked, ballot, words, answers, now);
    const shown = shownIn({ open: asked })?.numbers;
    const labels = (is ?? '')
      .split(' | ')
      .filter(Boolean)
      .map((label) => labelled(label.trim(), shown));
    const plain = beginningOf(normalise(say));
    if (is !== undefined)
      judged.push({
        situation: { plain, mentions: mentionsIn(plain, ballot, words), open: asked, talk: now, isVoting: ballot.length > 0, vocabulary: words },
        ballot,
        right: [...new Set(labels.map(({ outcome }) => (outcome === agreedTo(asked) ? 'yes' : outcome)))],
        picks: labels.find(({ outcome, isRefused }) => outcome === 'picks' && !isRefused)?.numbers,
        meaning,
        isReadRight: labels.some((label) => isRead(label, picksIn(meaning) ?? [], ballot)),
      });
    const right = labels.find(
      (label) => label.outcome === outcomeOf(meaning) && (label.outcome !== 'picks' || areSame(picksIn(meaning) ?? [], label.numbers)),
    );
    const went = right || is === undefined ? meaning : (meantBy(labels[0], say, asked) ?? meaning);
    const after = answered(went, open, projects, ballot.length > 0);
    talk = talkAfter(now, { text: say, meaning: went, reply: after.reply, open: after.open, saidIn: undefined }, AT);
    open = after.open;
  }
  return judged;
}

/** What comes of a yes to what is asked. */
function agreedTo(asked: Question | undefined): Outcome | undefined {
  return asked?.expects === 'confirmation' && asked.command !== undefined ? outcomeOf({ kind: 'near', command: { name: asked.command } }) : undefined;
}

interface Label {
  readonly outcome: Outcome;
  readonly numbers: readonly number[];
  readonly isRefused?: true;
}

const BY_LABEL: Readonly<Record<string, Outcome>> = {
  results: 'resultsDue',
  cheapest: 'extremes',
  dearest: 'extremes',
  kept: 'manners',
  greets: 'manners',
};

/** An outcome as the sets write it: `cast 3 7`, `tells cost 5`. */
function labelled(label: string, shown: readonly number[] | undefined): Label {
  const [what = '', ...rest] = label.split(' ');
  const [kind = '', ...of] = what === 'tells' ? rest : [what, ...rest];
  const numbers = of.map(Number);
  if (what === 'cast' && shown && areSame(shown, numbers)) return { outcome: 'yes', numbers };
  if (what === 'cast' || what === 'shows') return { outcome: 'picks', numbers };
  if (what === 'refused') return { outcome: 'picks', numbers, isRefused: true };
  return { outcome: BY_LABEL[kind] ?? (kind as Outcome), numbers };
}

/** Whether these picks are what a label wants to be read back, or refused. */
function isRead({ outcome, numbers, isRefused }: Label, picks: readonly number[], ballot: readonly Option[]): boolean {
  if (outcome !== 'picks') return false;
  const areMany = picks.length > 3 || picks.some((number) => !ballot.some((option) => option.number === number));
  return isRefused ? areMany : areSame(picks, numbers);
}

/** A meaning of that outcome; undefined if none can be known. */
function meantBy(label: Label | undefined, text: string, open: Question | undefined): Meaning | undefined {
  if (!label || label.isRefused) return undefined;
  const { outcome, numbers } = label;
  const intent: Intent | undefined = INTENTS.find((each) => each === outcome);
  if (intent) return { kind: 'intent', intent, numbers };
  switch (outcome) {
    case 'yes':
      return { kind: 'answer', answer: { type: 'YES' } };
    case 'picks':
      return { kind: 'named', numbers: [...numbers], isVote: true };
    case 'left':
      return open ? { kind: 'answer', answer: { type: 'NO' } } : { kind: 'intent', intent: 'pause', numbers: [] };
    case 'nothing':
      return { kind: 'unknown' };
    case 'project':
      return { kind: 'command', command: { name: 'projects', numbers } };
    case 'list':
      return { kind: 'command', command: { name: 'projects' } };
    case 'passes':
      return { kind: 'near', command: { name: 'complain', text } };
    case 'proposes':
      return { kind: 'near', command: { name: 'propose', text } };
    case 'reports':
      return { kind: 'command', command: { name: 'report', text } };
    case 'stops':
      return { kind: 'command', command: { name: 'stop' } };
    case 'progress':
    case 'receipt':
    case 'person':
      return { kind: 'command', command: { name: outcome } };
    default:
      return undefined;
  }
}

/** What is said and open after a meaning, as far as the next message depends on it. */
function answered(meaning: Meaning, open: Open | undefined, projects: readonly Option[], isVoting: boolean): { reply: Reply; open?: Open } {
  const options = (numbers: readonly number[]) => projects.filter(({ number }) => numbers.includes(number));
  const asks = (role: NonNullable<Open['role']>, asked: Question, says: Reply['says'] = []): { reply: Reply; open: Open } => ({
    reply: { says, asks: asked, ...(asked.outcome && { outcome: asked.outcome }) },
    open: { role, asked },
  });
  const pick: Question = { key: 'vote.pick', expects: 'numbers', options: projects, min: 1, max: 3 };
  const cast = (numbers: readonly number[]) => ({
    reply: { says: [{ key: 'vote.receipt', params: { picks: options(numbers) } }], outcome: 'cast' as const },
  });
  const stays = (key: string): { reply: Reply; open?: Open } => ({ reply: { says: [{ key }] }, ...(open && { open }) });
  const shown = shownIn({ open: open?.asked })?.numbers;
  const picks = picksIn(meaning);
  if (picks?.length && isVoting) {
    if (picks.length > 3 || options(picks).length < picks.length) return asks('vote', pick);
    if (meaning.kind === 'command' || (meaning.kind === 'answer' && meaning.answer.type === 'NUMBERS' && open?.asked.expects === 'numbers'))
      return cast(picks);
    return asks('vote', {
      key: 'vote.confirm',
      expects: 'confirmation',
      options: projects,
      params: { picks: options(picks) },
      outcome: 'askConfirmation',
    });
  }
  if (meaning.kind === 'answer') {
    if (meaning.answer.type === 'YES' && shown) return cast(shown);
    if (meaning.answer.type === 'NO' && shown) return asks('vote', pick);
    return { reply: { says: [], ...(meaning.answer.type === 'YES' && { outcome: 'passedOn' as const }) } };
  }
  if (meaning.kind === 'near') {
    const { name } = meaning.command;
    return asks('confirm', { key: 'nearMiss.confirm', expects: 'confirmation', command: name });
  }
  if (meaning.kind === 'command') {
    const { name, text } = meaning.command;
    if (name === 'vote') return isVoting ? asks('vote', pick) : stays('vote.early');
    if ((name === 'complain' || name === 'ask' || name === 'propose') && text === undefined)
      return asks('ask', { key: 'ask.text', expects: 'freeText', command: name, maxSeconds: 60, maxChars: 300 });
    return name === 'complain' || name === 'ask' ? { reply: { says: [], outcome: 'passedOn' } } : stays(name);
  }
  return meaning.kind === 'unknown' ? { reply: { says: [], outcome: 'notUnderstood' }, ...(open && { open }) } : stays('question');
}
