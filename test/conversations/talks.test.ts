import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { root } from '../../src/store/files.ts';
import { emptyDatabase, useDatabase } from '../support/database.ts';
import { movedWorld } from '../support/movedWorld.ts';
import { startService, type TestService } from '../support/service.ts';
import { ledger } from './records.ts';

/** Conversations in which a message means something only after the one before, by SMS; `talks/talks.yaml` says how they are written. */
const FOLDER = join(root, 'test/conversations/talks');
interface Group {
  readonly about: string;
  readonly talks: readonly Readonly<Record<string, string>>[];
}
const groups: readonly Group[] = parse(readFileSync(join(FOLDER, 'talks.yaml'), 'utf8'));
const { projects }: { projects: readonly { number: number; title: string; short?: string; titles: { en: string } }[] } = parse(
  readFileSync(join(FOLDER, 'cycle.yaml'), 'utf8'),
);

describe('what is said after something', () => {
  const { world } = useDatabase('talks');
  const { world: moved, clock } = movedWorld(world);
  let service: TestService;
  let phones = 0;
  before(async () => {
    await emptyDatabase();
    clock.moveTo('2026-10-20T09:00');
    service = await startService({ ...moved, vault: world.vault }, FOLDER);
    clock.moveTo('2026-12-05T10:00');
  });
  after(() => service.stop());

  for (const { about, talks } of groups)
    it(`${about}: ${talks.length} conversations`, async () => {
      const wrong: string[] = [];
      for (const talk of talks) wrong.push(...(await wrongIn(talk)));
      expect(wrong.join('\n')).to.equal('');
    });

  /** Plays a conversation from a phone of its own, and gives what came otherwise than it should. */
  async function wrongIn(talk: Readonly<Record<string, string>>): Promise<string[]> {
    const from = `+86138000${String(++phones).padStart(5, '0')}`;
    const wrong: string[] = [];
    let before = (await ledger(world)).length;
    for (const [text, expected] of Object.entries(talk)) {
      const answer = (await service.sms.deliver({ from, to: service.community.phone, body: text })) ?? '';
      const entries = await ledger(world);
      const cast = entries.length > before ? entries.at(-1)?.picks : undefined;
      before = entries.length;
      if (!isRight(expected, answer, cast))
        wrong.push(`${Object.keys(talk).join(' → ')}: ${text} should ${expected}, cast ${cast ?? 'nothing'}: ${answer}`);
    }
    return wrong;
  }
});

function isRight(expected: string, answer: string, cast: readonly number[] | undefined): boolean {
  const [what, ...rest] = expected.split(' ');
  if (what === 'cast') return same(cast, rest.map(Number));
  if (cast) return false;
  if (what === 'shows') return same(readBackIn(answer), rest.map(Number));
  const isNothing = readBackIn(answer) === undefined && !/不再发|不发了|no more messages|send you nothing/.test(answer);
  return isNothing && (what === 'nothing' || (what === 'says' && answer.includes(rest.join(' '))));
}

/** The picks that an answer reads back and asks about. */
function readBackIn(answer: string): number[] | undefined {
  const [asked] = answer.split('\n').filter((line) => /回“是”|Reply YES/.test(line));
  const named = projects.filter(({ number, title, short = title, titles }) =>
    new RegExp(`(?<!\\d)${number}号? ?(?:${short}|${titles.en})`).test(asked ?? ''),
  );
  return asked && named.length > 0 ? named.map(({ number }) => number) : undefined;
}

function same(found: readonly number[] | undefined, wanted: readonly number[]): boolean {
  return found !== undefined && [...found].sort().join() === [...wanted].sort().join();
}
