import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import type { Explored } from '../../scripts/flows/explore.ts';
import type { Catalogue, FlowEntry } from '../../src/dialog/flow.ts';

/** `docs/flows.md`: a state diagram of every flow in the catalogue's order, made from its machine; `walked` has the questions of each state. */
export function flowsDocument(flows: Catalogue, walked: (flow: string) => Explored): string {
  return [
    '# The flows',
    '',
    'Made from the machines in `flows/` by `npm run docs:update`; do not edit. `test/flows/diagrams.test.ts` fails while this page is older than a flow.',
    '',
    'A state whose line says *asks* waits for the resident: the texts it asks with, and what it expects. One that *runs* a service is `busy`: its arrows are what came of the service. In brackets stand the guards, tried in the order given; *else* is what is left.',
    ...Object.entries(flows).flatMap(([name, entry]) => ['', `## ${name}`, '', about(entry), '', ...diagram(entry.machine, walked(name))]),
    '',
  ].join('\n');
}

function about({ role, requires, commands, aside }: FlowEntry): string {
  return [
    commands.length > 0 ? `Started by ${commands.map((command) => `\`${command}\``).join(', ')}.` : 'Started by no command.',
    ...(role ? [`Role \`${role}\`.`] : []),
    ...(requires ? [`Requires \`${requires}\`.`] : []),
    ...(aside ? ['Answered in passing: what was asked before stays open.'] : []),
  ].join(' ');
}

function diagram({ root, id }: AnyStateMachine, { places }: Explored): string[] {
  const states = Object.values(root.states);
  if (states.some((state) => Object.keys(state.states).length > 0)) throw new Error(`${id} has states in states: the diagrams draw none`);
  const anywhere = arrowsOf(root).map(({ to, label }) => `\`${label}\` leads to \`${to}\``);
  return [
    '```mermaid',
    'stateDiagram-v2',
    ...root.initial.target.map(({ key }) => `  [*] --> ${key}`),
    ...states.flatMap((state) => [...lineOf(state, asks(state, places)), ...arrowsOf(state).map(arrow)]),
    '```',
    ...(anywhere.length > 0 ? ['', `In every state: ${anywhere.join(', ')}.`] : []),
  ];
}

/** The work of a state: the service that it runs, or the question that it asks. */
function lineOf({ key, invoke, type }: AnyStateNode, asked: readonly string[]): string[] {
  const runs = invoke.map(({ src }) => `runs ${typeof src === 'string' ? src : '?'}`);
  const does = [...runs, ...(asked.length > 0 ? [`asks ${asked.join(', ')}`] : [])];
  return [...(does.length > 0 ? [`  ${key} : ${key}<br/>${does.join('<br/>')}`] : []), ...(type === 'final' ? [`  ${key} --> [*]`] : [])];
}

/** The keys of a state's questions, and the answers that it expects. */
function asks({ key }: AnyStateNode, places: Explored['places']): string[] {
  const asked = [...places.values()].filter(({ state }) => state === JSON.stringify(key)).flatMap(({ reply }) => reply.asks ?? []);
  return [...new Set(asked.map(({ key: text, expects }) => `${text} (${expects})`))].sort();
}

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

function arrow({ from, to, label }: Arrow): string {
  return `  ${from} --> ${to}${label && ` : ${label}`}`;
}

function arrowsOf({ key, always, transitions }: AnyStateNode): Arrow[] {
  const passing = arrowsBy(key, always ?? [], '');
  return [...passing, ...[...transitions].flatMap(([event, leads]) => arrowsBy(key, leads, nameOf(event)))];
}

function arrowsBy(from: string, transitions: readonly AnyTransitionDefinition[], event: string): Arrow[] {
  return transitions.map(({ guard, target }, index) => {
    const when = guard ? `[${guardName(guard)}]` : index > 0 ? '[else]' : '';
    return { from, to: target?.[0]?.key ?? from, label: [event, when].filter(Boolean).join(' ') };
  });
}

/** A service that is done has no name of its own in the diagram: its state says which one runs. */
function nameOf(event: string): string {
  if (event.startsWith('xstate.done.')) return 'done';
  if (event.startsWith('xstate.error.')) return 'failed';
  return event;
}

function guardName(guard: unknown): string {
  if (typeof guard === 'string') return guard;
  if (typeof guard === 'object' && guard !== null && 'type' in guard) return String(guard.type);
  throw new Error('a guard has no name: give it one in setup');
}
