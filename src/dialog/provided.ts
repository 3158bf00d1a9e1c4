import { type AnyActor, fromPromise } from 'xstate';
import { CodedError } from '../store/codedError.ts';
import type { Catalogue, FlowEntry } from './flowEntry.ts';
import { type Turn, turns } from './turn.ts';

/** What a flow names and the app provides: it gets the turn, and returns what came of it. */
export type Services = Readonly<Record<string, (input: never, turn: Turn) => Promise<unknown>>>;

/**
 * The flows with their services, provided once: `machine.provide` costs four times a turn.
 * Throws `no-such-service` where a flow names one that nobody provides.
 */
export function provided(catalogue: Catalogue, services: Services): Catalogue {
  return Object.fromEntries(Object.entries(catalogue).map(([flow, entry]) => [flow, withServices(flow, entry, services)]));
}

function withServices(flow: string, entry: FlowEntry, services: Services): FlowEntry {
  const named = Object.keys(entry.machine.implementations.actors);
  const actors = named.map((name) => {
    const service = services[name];
    if (!service) throw new CodedError('no-such-service', `The flow ${flow} names the service ${name}, which services.ts does not provide.`);
    return [name, fromPromise<unknown, never>(({ input, system }) => service(input, turnOf(system)))];
  });
  return { ...entry, machine: entry.machine.provide({ actors: Object.fromEntries(actors) }) };
}

function turnOf(system: AnyActor['system']): Turn {
  const running = turns.get(system);
  if (!running) throw new CodedError('no-turn', 'A service runs only within a turn.');
  return running;
}
