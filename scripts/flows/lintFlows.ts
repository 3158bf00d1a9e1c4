import { COMMANDS } from '../../src/dialog/command.ts';
import { type Catalogue, FLOW_ROLES } from '../../src/dialog/flow.ts';
import { FORMATTERS } from '../../src/dialog/formats/formatters.ts';
import type { Resources } from '../../src/dialog/loadCatalogue.ts';
import type { Question, Statement } from '../../src/dialog/question.ts';
import { type Explored, explore } from './explore.ts';
import { answers, inputs, type Names, outcomes } from './samples.ts';

/** Languages that have every text; the others fall back. */
export const FULL = ['zh-CN', 'en'];
/** Parameters that any text may name. */
const DEFAULTS = ['community', 'personName', 'personPhone'];
/** Said by the dialog, the channels, the outbox or a page, not by a flow. */
const NOT_OF_FLOWS = ['common', 'notice', 'voice', 'heard', 'commands', 'page', 'console', 'acts', 'kiosk', 'print', 'simulator'];
const SINGLE_KEYS = 9;
/** One channel's own words for a key. */
export const CONTEXT = /_(sms|voice|wechat)$/;

/** Every fault of the flows and their words, a sentence each; none if all is well. */
export function lintFlows(flows: Catalogue, resources: Resources, names: Names): string[] {
  const explored = Object.fromEntries(Object.keys(flows).map((flow) => [flow, walk(flows, flow, names)]));
  const said = Object.values(explored).flatMap(({ said }) => said);
  return [
    ...new Set([
      ...lintCommands(flows),
      ...lintRoles(flows),
      ...Object.entries(explored).flatMap(([flow, of]) => lintFlow(flows, flow, of)),
      ...lintWords(resources, said),
      ...lintSaid(resources, said),
    ]),
  ];
}

export function walk(flows: Catalogue, flow: string, names: Names): Explored {
  const entry = flows[flow];
  if (!entry) throw new Error(`no flow ${flow}`);
  const commands = entry.commands.map((command) => ({ command }));
  const nearly = flow === 'nearMiss' ? COMMANDS.map((command) => ({ flowTarget: { flow: 'menu', input: { command } } })) : [];
  return explore(entry.machine, {
    inputs: [{}, ...commands, ...nearly, ...(inputs(names)[flow] ?? [])],
    answers: answers(names),
    outcomes: outcomes(names),
  });
}

function lintCommands(flows: Catalogue): string[] {
  const led = Object.values(flows).flatMap(({ commands }) => commands);
  return [
    ...COMMANDS.filter((command) => command !== 'repeat' && !led.includes(command)).map((command) => `command ${command} starts no flow`),
    ...led.filter((command, index) => led.indexOf(command) !== index).map((command) => `command ${command} starts two flows`),
  ];
}

function lintRoles(flows: Catalogue): string[] {
  const played = Object.values(flows).map(({ role }) => role);
  return FLOW_ROLES.filter((role) => played.filter((each) => each === role).length !== 1).map((role) => `role ${role} is not played by one flow`);
}

function lintFlow(flows: Catalogue, flow: string, { places }: Explored): string[] {
  const states = Object.keys(flows[flow]?.machine.states ?? {});
  const reached = new Set([...places.values()].map(({ state }) => state));
  const passing = Object.entries(flows[flow]?.machine.states ?? {})
    .filter(([, node]) => node.always?.length)
    .map(([state]) => state);
  const ending = endsFrom(places);
  return [
    ...(flows[flow]?.machine.version ? [] : [`${flow} has no version`]),
    ...states.filter((state) => !passing.includes(state) && !reached.has(JSON.stringify(state))).map((state) => `${flow}.${state} is never reached`),
    ...[...places].flatMap(([key, { state, reply, isBusy, isOver, leadsTo }]) => [
      ...(isBusy || isOver || reply.asks ? [] : [`${flow}.${state} waits and asks nothing`]),
      ...(isOver || leadsTo.size ? [] : [`${flow}.${state} leads nowhere`]),
      ...(ending.has(key) ? [] : [`${flow}.${state} comes to no end`]),
      ...(reply.asks ? lintChoice(reply.asks) : []),
    ]),
  ];
}

function lintChoice(asked: Question): string[] {
  if (asked.expects !== 'choice') return [];
  const tooLong = asked.options.length > SINGLE_KEYS || asked.options.some(({ number }) => number > 9);
  return tooLong ? [`${asked.key} offers more than ${SINGLE_KEYS} keys`] : [];
}

/** The places from which an end can be reached. */
function endsFrom(places: Explored['places']): Set<string> {
  const ending = new Set([...places].filter(([, { isOver }]) => isOver).map(([key]) => key));
  for (let before = -1; before !== ending.size; ) {
    before = ending.size;
    for (const [key, { leadsTo }] of places) if ([...leadsTo].some((to) => ending.has(to))) ending.add(key);
  }
  return ending;
}

/** Every key is in every full language with the same placeholders; a local language has no key of its own; no text is unused. */
function lintWords(resources: Resources, said: readonly (Statement | Question)[]): string[] {
  const [first = '', ...others] = FULL;
  const whole = flat(resources[first] ?? {});
  const asked = said.filter((statement): statement is Question => 'expects' in statement);
  const labels = asked.flatMap((question) => (question.expects === 'choice' ? question.options.map(({ label }) => label) : []));
  const tapped = asked.flatMap((question) =>
    question.expects === 'choice' && question.taps ? [question.taps.head, ...question.taps.items].map(({ key }) => key) : [],
  );
  const used = new Set([...said.map(({ key }) => key), ...labels, ...tapped, ...asked.flatMap(({ key }) => [`${key}Missed`, `${key}MissedAgain`])]);
  return [
    ...others.flatMap((language) => differences(language, whole, flat(resources[language] ?? {}), true)),
    ...Object.keys(resources)
      .filter((language) => !FULL.includes(language))
      .flatMap((language) => differences(language, whole, flat(resources[language] ?? {}), false)),
    ...[...whole].flatMap(([key, text]) =>
      placeholders(text).flatMap(({ formatter }) => (formatter && !(formatter in FORMATTERS) ? [`${key}: there is no formatter ${formatter}`] : [])),
    ),
    ...[...whole.keys()]
      .filter((key) => !NOT_OF_FLOWS.includes(key.split('.')[0] ?? '') && !used.has(key.replace(CONTEXT, '')))
      .map((key) => `${key} is said by no flow`),
  ];
}

function differences(language: string, whole: Map<string, string>, texts: Map<string, string>, isFull: boolean): string[] {
  return [
    ...(isFull ? [...whole.keys()].filter((key) => !texts.has(key) && !CONTEXT.test(key)).map((key) => `${key} is missing in ${language}`) : []),
    ...[...texts].flatMap(([key, text]) => {
      const original = whole.get(key) ?? whole.get(key.replace(CONTEXT, ''));
      if (original === undefined) return [`${key} is in ${language} only`];
      const same = JSON.stringify(named(original)) === JSON.stringify(named(text));
      return same ? [] : [`${key} has other placeholders in ${language}`];
    }),
  ];
}

/** Every statement has words, and every placeholder in them a value; every question has a text for an answer that is not understood. */
function lintSaid(resources: Resources, said: readonly (Statement | Question)[]): string[] {
  const whole = flat(resources[FULL[0] ?? ''] ?? {});
  const lint = (key: string, given: Readonly<Record<string, unknown>>): string[] => {
    if (!whole.has(key)) return [`${key} has no words`];
    return ['', '_voice', '_wechat']
      .flatMap((channel) => placeholders(whole.get(key + channel) ?? ''))
      .flatMap(({ name, after }) => [name, ...(after ? [after] : [])])
      .filter((name) => given[name] === undefined && !DEFAULTS.includes(name))
      .map((name) => `${key} is said without ${name}`);
  };
  return said.flatMap((statement) => {
    const given = { ...statement.params, ...('options' in statement && { options: statement.options }) };
    if (!('expects' in statement)) return lint(statement.key, given);
    const labels = statement.expects === 'choice' ? statement.options.map(({ label }) => label) : [];
    return [
      ...lint(statement.key, given),
      ...['Missed', 'MissedAgain'].flatMap((again) => lint(statement.key + again, statement.params ?? {})),
      ...labels.flatMap((label) => lint(label, {})),
    ];
  });
}

/** `vote.pick` → its text, nested keys and all. `commands` is understanding's. */
export function flat(texts: Record<string, object>): Map<string, string> {
  const under = (prefix: string, node: object): [string, string][] =>
    Object.entries(node).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[`${prefix}.${name}`, value]] : under(`${prefix}.${name}`, value),
    );
  return new Map(Object.entries(texts).flatMap(([file, node]) => (file === 'commands' ? [] : under(file, node))));
}

function named(text: string): string[] {
  return placeholders(text)
    .map(({ name, formatter, after }) => [name, formatter, after].join())
    .sort()
    .filter((one, index, all) => one !== all[index - 1]);
}

function placeholders(text: string): { name: string; formatter?: string | undefined; after?: string | undefined }[] {
  return [...text.matchAll(/\{\{\s*(\w+)\s*(?:,\s*(\w+)(?:\(after:\s*(\w+)\))?)?\s*\}\}/g)].map(([, name = '', formatter, after]) => ({
    name,
    formatter,
    after,
  }));
}
