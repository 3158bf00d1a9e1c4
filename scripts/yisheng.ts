import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { VERSION } from '../src/store/version.ts';
import { commandOf, run } from './support/command.ts';

interface Subject {
  readonly is: string;
  /** Only the subject that is asked for is loaded, with all that it imports; for completion all are. */
  readonly load: () => Promise<{ readonly command: CommandUnknownOpts }>;
}

/** Every command, in the order of the help. */
const SUBJECTS: Readonly<Record<string, Subject>> = {
  start: { is: 'the service', load: () => import('./start.ts') },
  doctor: { is: 'what is wrong with settings, database and carriers, and what to do', load: () => import('./doctor.ts') },
  chat: { is: 'a phone in the terminal', load: () => import('./chat.ts') },
  community: { is: 'a community’s files: import, export; its move to another cell', load: () => import('./community.ts') },
  residents: { is: 'requests to join, locked phones, cards', load: () => import('./residents.ts') },
  staff: { is: 'who runs a cycle or watches it', load: () => import('./staff.ts') },
  inbox: { is: 'questions, complaints, people who asked to be called', load: () => import('./inbox.ts') },
  misses: { is: 'what was not understood', load: () => import('./misses.ts') },
  proposals: { is: 'what became of a proposal', load: () => import('./proposals.ts') },
  recordings: { is: 'spoken proposals and questions', load: () => import('./recordings.ts') },
  cycle: { is: 'the calendar of a cycle', load: () => import('./cycle.ts') },
  broadcast: { is: 'write to many residents', load: () => import('./broadcast.ts') },
  print: { is: 'posters, slips, cards, sheets, as PDF', load: () => import('./print.ts') },
  prompts: { is: 'what a speaker has to record', load: () => import('./prompts.ts') },
  templates: { is: 'texts that a carrier has to approve', load: () => import('./templates.ts') },
  carrier: { is: 'accounts with carriers of offices and communities', load: () => import('./carrier.ts') },
  wechat: { is: 'the official account', load: () => import('./wechat.ts') },
  tally: { is: 'the results of a cycle', load: () => import('./tally.ts') },
  audit: { is: 'what is needed to redo the count', load: () => import('./audit.ts') },
  verify: { is: 'redo the count of an audit, offline', load: () => import('./verify.ts') },
  log: { is: 'the log of heads', load: () => import('./log.ts') },
  witness: { is: 'watch logs of heads, and sign them', load: () => import('./witness.ts') },
  elections: { is: 'count a folder of Pabulib’s elections anew', load: () => import('./elections.ts') },
  replay: { is: 'play a real election through a channel', load: () => import('./replay.ts') },
  backup: { is: 'a copy of everything, encrypted', load: () => import('./backup.ts') },
  restore: { is: 'bring a backup back', load: () => import('./restore.ts') },
  secret: { is: 'another SECRET', load: () => import('./secret.ts') },
  learn: { is: 'learn anew what messages mean', load: () => import('./learn.ts') },
  speech: { is: 'how well speech is recognised', load: () => import('./speech.ts') },
  completion: { is: 'for bash and zsh', load: () => import('./completion.ts') },
};

/** Runs the words of a command line, such as `['cycle', 'list']`; sets the exit status. */
export async function yisheng(words: readonly string[]): Promise<void> {
  const program = commandOf('yisheng', 'Yisheng (议声): participatory budgeting by text, call and chat.').version(VERSION);
  program.addHelpText('after', '\nyisheng SUBJECT --help says more. Exit status: 0 done, 1 the answer is no, 2 wrong use.');
  const [first, second] = words;
  const asked = first === 'help' ? second : first;
  for (const [name, { is, load }] of Object.entries(SUBJECTS)) {
    const { command } = name === asked || asked === 'completion' ? await load() : { command: commandOf(name, is) };
    program.addCommand(command);
  }
  await run(program, words);
}
