import type { mongo } from 'mongoose';
import type { z } from 'zod';
import type { Notice, Notify } from '../../contacts/notify.ts';
import { numbered } from '../../store/databaseErrors.ts';
import type { World } from '../../store/world.ts';
import { type CommunityRecord, findCommunity } from '../communities/index.ts';
import { type Acting, type Detail, withLog } from '../log/index.ts';
import { type Actor, checkRight, type Holder, type Right } from '../people/index.ts';
import { type Asking, askSecond, isAlone, type SecondRole, type Waiting } from '../second/index.ts';
import { type ActField, fieldsOf, type Typed } from './field.ts';

/** What an act gets of the world. */
export interface Context {
  readonly world: World;
  /** Puts a message to somebody into the outbox. */
  readonly notify: Notify;
  /** Hears of each part of a long act that is done: how many things it is. */
  readonly progress?: (done: number) => void;
}

/** What the address of something says of it, by name: of `/inbox/:number` its `number`. */
export type Place = Readonly<Record<string, string>>;

/** What acts are on: how it is found by its address, what the log calls it, and the revision by which two people at one thing are kept apart. */
export interface Subject<Found> {
  /** Behind `/console/SLUG`, and in the order in which a command takes its words: `/works/:cycle/:number`. */
  readonly path: string;
  /** Null if there is none in this community. */
  readonly find: (context: Context, community: string, at: Place, session?: mongo.ClientSession) => Promise<Found | null>;
  readonly name: (found: Found) => string;
  /** It stands with others of its kind on the page of something else. */
  readonly isOneOfMany?: true;
  /** A number that counts its changes, or what is looked at itself. */
  readonly revision?: (found: Found) => number | string;
}

export const subject = <Found>(of: Subject<Found>): Subject<Found> => of;

/** The community itself, at an address of its console. */
export const communitySubject = (path: string) =>
  subject({ path, find: (_, community, __, session) => findCommunity(community, session), name: ({ _id }: CommunityRecord) => _id });

/** One act of staff as one value: who may do it, on what, what it takes, what it refuses, and what it does. Everything else follows from it. */
export interface Act<Result extends object = object, Why extends string = string> {
  /** In the log, in what waits, in docs/contract.md: `inquiry.answer`. Its words stand under it in `locales/LANGUAGE/acts.json`. */
  readonly name: string;
  readonly may: readonly Holder[];
  /** Who confirms it, if a second person ever has to. */
  readonly confirmedBy?: SecondRole;
  /** Where its subject is, `Subject.path`; `isOneOfMany`: a page shows several of these. */
  readonly path: string;
  readonly isOneOfMany: boolean;
  readonly fields: readonly ActField[];
  /** Each refusal with the field that it is about; null: the whole form. */
  readonly refusals: Readonly<Record<Why, string | null>>;
  /**
   * The one way in which it is done: from a form, a command or a confirmation. It changes records, sends messages and writes its entry of the log in one
   * transaction. Rejects with `not-allowed` (`checkRight`).
   */
  readonly perform: (context: Context, asked: Asked) => Promise<Performed<Result, Why>>;
}

export interface Asked {
  readonly community: string;
  readonly at: Place;
  /** The revision of the subject that was looked at, where it has one. */
  readonly seen?: number | string | undefined;
  /** What was typed: texts, as a form or a command gives them, or what waited for a second person. */
  readonly input: Typed;
  readonly actor: Actor;
}

export type Performed<Result extends object = object, Why extends string = string> =
  | { readonly is: 'done'; readonly result: Result }
  | ({ readonly is: 'waits' } & Waiting)
  /** `about`: what it is about, for its words. */
  | { readonly is: 'refused'; readonly refused: Why; readonly about?: About }
  /** By field, the code of what is wrong with what was typed there. */
  | { readonly is: 'mistaken'; readonly mistakes: Readonly<Record<string, string>> }
  /** `changed`: somebody changed it since it was looked at. */
  | { readonly is: 'noSubject' | 'changed' };

/** The numbers that a refusal is about, by the name under which its words have them. */
type About = Readonly<Record<string, readonly number[]>>;

/** What came of an act's `run`. */
type Outcome<Result, Why> = Refused<Why> | Mistaken | Done<Result>;

interface Refused<Why> {
  readonly refused: Why;
  readonly about?: About;
}

/** As in `Performed`, of what only the act itself can know. */
interface Mistaken {
  readonly mistakes: Readonly<Record<string, string>>;
}

interface Done<Result> {
  readonly result: Result;
  /** What the log says of it; absent if there was nothing to do, and nothing is logged. */
  readonly entry?: Entry;
  /** What the same person did by it besides, as entries of their own in the log. */
  readonly besides?: readonly Besides[];
}

interface Besides extends Detail {
  /** Another act, if it was one. */
  readonly act?: Right;
  /** As in `Entry`. */
  readonly community?: string;
  readonly subject: string;
  readonly names?: readonly string[];
}

interface Entry extends Detail {
  /** What the log calls it, where that is not the act's name. */
  readonly act?: string;
  /** Whose log has it, where that is not the community's in which it was done. */
  readonly community?: string;
  /** What it was done to, where it is not what it was on: what was made. */
  readonly subject?: string;
  /** As `Deed.names` and `Deed.once`. */
  readonly names?: readonly string[];
  readonly once?: string;
  /** As `Asking.about`. */
  readonly about?: string;
  /** What its second person is shown, where that is not what the log says; and what its input says besides of what was found, so that it is done on that alone. */
  readonly shown?: Detail;
  readonly pinned?: Typed;
  /** That it needs a second person now, where `run` finds it out and `Approval.when` does not. */
  readonly takesTwo?: boolean;
}

/** An act of which everything is known, and that a second person has to confirm. */
interface Waits extends Pick<Asking, 'subject' | 'detail' | 'names' | 'about'> {
  readonly is: 'toWait';
  readonly by: SecondRole;
  readonly payload: Omit<Asked, 'community' | 'actor'>;
}

export const refuse = <const Why extends string>(why: Why, about?: About): Refused<Why> => ({ refused: why, ...(about && { about }) });
export const mistaken = (mistakes: Mistaken['mistakes']): Mistaken => ({ mistakes });
export const done = <Result extends object>(result: Result, entry?: Entry, besides: readonly Besides[] = []): Done<Result> => ({
  ...{ result, besides },
  ...(entry && { entry }),
});

/** What an act finds. */
interface Standing<Found, Input> {
  readonly world: World;
  readonly session: mongo.ClientSession;
  /** What it is on, as it stands in the transaction. */
  readonly on: Found;
  readonly input: Input;
  readonly actor: Actor;
  /** What the log says of who acts, with the second person if one confirmed it. */
  readonly acting: Acting;
}

interface Step<Found, Input> extends Standing<Found, Input> {
  /** Sends a message if the act is done, and only then. */
  readonly notify: (notice: Notice) => Promise<void>;
  readonly progress?: Context['progress'];
}

type Run<Found, Input, Result, Why> = (step: Step<Found, Input>) => Promise<Outcome<Result, Why>>;

interface Approval<Found, Input> {
  readonly by: SecondRole;
  /** Whether it needs a second person now; always, if it is left out. */
  readonly when?: (standing: Standing<Found, Input>) => boolean | Promise<boolean>;
}

/**
 * `run` checks what may have changed, and writes. Nothing of it stays if it refuses, or if it has to wait for a second person. It may run several times.
 * `before`: what is looked at once, before the transaction, such as a card, of which a wrong one is counted. It gives what came of it, or what is run.
 * `around`: what is done besides before or after its transaction, which is `transact`; it is harmless to repeat. It may say which revision it has `seen`, if nobody else did.
 */
export function act<
  Found,
  const Input extends z.ZodObject,
  const Refusals extends Readonly<Record<string, (keyof z.output<Input> & string) | null>>,
  Result extends object,
>(of: {
  readonly name: `${string}.${string}`;
  readonly may: readonly Holder[];
  readonly approval?: Approval<Found, z.output<Input>>;
  readonly on: Subject<Found>;
  readonly input: Input;
  readonly refusals: Refusals;
  readonly run?: Run<Found, z.output<Input>, Result, keyof Refusals & string>;
  /** What it makes gets the next number: it is run again where somebody else took that meanwhile. */
  readonly isNumbered?: true;
  readonly before?: (
    standing: Omit<Standing<Found, z.output<Input>>, 'session'>,
  ) => Promise<Outcome<Result, keyof Refusals & string> | Run<Found, z.output<Input>, Result, keyof Refusals & string>>;
  readonly around?: (
    standing: Omit<Standing<Found, z.output<Input>>, 'session'>,
    transact: (seen?: number | string) => Promise<Performed<Result, keyof Refusals & string>>,
  ) => Promise<Performed<Result, keyof Refusals & string>>;
}): Act<Result, keyof Refusals & string> {
  type Why = keyof Refusals & string;
  const { name, may, approval, on: where, input: schema, refusals, run = nothing, isNumbered, before, around } = of;
  const { path, isOneOfMany = false } = where;
  return { name, may, ...(approval && { confirmedBy: approval.by }), path, isOneOfMany, fields: fieldsOf(schema), refusals, perform };

  async function perform(context: Context, asked: Asked): Promise<Performed<Result, Why>> {
    const { community, at, actor } = asked;
    const { world } = context;
    const acting = checkRight(actor, of, community);
    const read = schema.safeParse(withoutEmpty(asked.input));
    if (!read.success) {
      if (!(await where.find(context, community, at))) return { is: 'noSubject' };
      return { is: 'mistaken', mistakes: Object.fromEntries(read.error.issues.toReversed().map(({ path, message }) => [path.join('.'), message])) };
    }
    const input = read.data;
    const once = () => transacted(context, asked, acting, input, run);
    if (isNumbered) return numbered(async () => 0, once);
    if (!before && !around) return once();
    const on = await where.find(context, community, at);
    if (!on) return { is: 'noSubject' };
    const standing = { world, on, input, actor, acting };
    if (around) return around(standing, (seen) => transacted(context, { ...asked, seen: asked.seen ?? seen }, acting, input, run));
    const found = (await before?.(standing)) ?? run;
    if (typeof found === 'function') return transacted(context, asked, acting, input, found);
    return 'result' in found ? { is: 'done', result: found.result } : notDone(found);
  }

  async function transacted(
    context: Context,
    { community, at, seen, actor }: Asked,
    acting: Acting,
    input: z.output<Input>,
    run: Run<Found, z.output<Input>, Result, Why>,
  ): Promise<Performed<Result, Why>> {
    const { world, notify, progress } = context;
    const outcome = await withLog(world, community, async (session, write): Promise<Performed<Result, Why> | Waits> => {
      const on = await where.find(context, community, at, session);
      if (!on) return { is: 'noSubject' };
      const isChanged = seen !== undefined && where.revision && String(where.revision(on)) !== String(seen);
      const standing = { world, session, on, input, actor, acting };
      const needsSecond = approval && isAlone(actor, name) && (await approval.when?.(standing));
      const notices: Notice[] = [];
      const outcome = await run({ ...standing, ...(progress && { progress }), notify: async (notice) => void notices.push(notice) });
      if (!('result' in outcome)) {
        await session.abortTransaction();
        if (isChanged) return { is: 'changed' };
        return notDone(outcome);
      }
      const { result, entry, besides = [] } = outcome;
      if (!entry) return { is: 'done', result }; // so who sends a form twice is told that it is done
      if (isChanged) {
        await session.abortTransaction();
        return { is: 'changed' };
      }
      const {
        act: called = name,
        community: whose = community,
        subject = where.name(on),
        names,
        once,
        about,
        shown,
        pinned,
        takesTwo = needsSecond ?? true,
        ...detail
      } = entry;
      if (approval && isAlone(actor, name) && takesTwo) {
        await session.abortTransaction();
        const found = seen ?? where.revision?.(on);
        const payload = { at, ...(found !== undefined && { seen: found }), input: { ...input, ...pinned } };
        const more = { ...(names && { names }), ...(about !== undefined && { about }) };
        return { is: 'toWait', by: approval.by, subject, detail: shown ?? detail, payload, ...more };
      }
      for (const notice of notices) await notify(notice, session);
      await write({ ...acting, act: called, community: whose, subject, detail, ...(names && { names }), ...(once !== undefined && { once }) });
      for (const { act = of, community: whose = community, subject, names, ...detail } of besides)
        await write({ ...checkRight(actor, act, whose), subject, detail, ...(names && { names }) });
      return { is: 'done', result };
    });
    if (outcome.is !== 'toWait') return outcome;
    const { is: _, by, ...waiting } = outcome;
    return { is: 'waits', ...(await askSecond(world, { act: { name, may, confirmedBy: by }, community, actor, ...waiting })) };
  }
}

function notDone<Why extends string>(outcome: Refused<Why> | Mistaken): Performed<never, Why> {
  return 'refused' in outcome ? { is: 'refused', ...outcome } : { is: 'mistaken', ...outcome };
}

async function nothing(): Promise<never> {
  throw new Error('An act says what it does: by `run`, or by `before`.');
}

function withoutEmpty(input: Typed): Typed {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => typeof value !== 'string' || value.trim() !== ''));
}
