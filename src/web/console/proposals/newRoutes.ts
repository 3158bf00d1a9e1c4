import express, { type RequestHandler, Router } from 'express';
import { enterProposal, enterProposals, likestBefore, MOST_LINES, nearestTexts, sharedTexts } from '../../../fund/proposals/index.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { routes } from '../../routes.ts';
import { actRoutes, doneIn } from '../actForm.ts';
import type { Mistakes, Tried } from '../frame.ts';
import { address, numberIn } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { cycleOf } from './list.ts';
import { checkPage, isTooMuch, LIKE, linesOf, newPage, pastedIn, pasteMistakes } from './newPages.ts';

const PATH = '/console/:slug/proposals';

/** Where many are pasted. */
const PASTED = [`${PATH}/check`, `${PATH}/enterMany`] as const;

/**
 * Reads the forms of many, which are longer than others, for a person who is signed in, or was when they began to write. Stands before the reader of all
 * other forms.
 */
export function pastedForms({ showsSession }: Visits): Router {
  const isTheirs: RequestHandler = (request, _response, next) => next(showsSession(request) ? undefined : 'router');
  return Router().post([...PASTED], isTheirs, express.urlencoded({ extended: false, inflate: false, limit: '1mb' }));
}

/** Writing proposals down: one, or many that are looked at first. */
export function newRoutes(world: World, known: Visits): Router {
  const { ofCommunity } = known;
  const at = async (visit: CommunityVisit) => ({ cycle: (await cycleOf(world, visit)).cycle });

  return routes()
    .page(`${PATH}/new`, ofCommunity, (visit) => showNew(visit, {}, 200))
    .form(PASTED[0], ofCommunity, async (visit) => showCheck(visit, await looked(visit)))
    .use(
      actRoutes(known, [enterProposal], {
        at,
        show: showNew,
        onward: (visit, { name }, { entered }: Entered) => visit.lead(address(`${visit.own}/proposals/new`, { done: name, number: entered?.[0] })),
      }),
      actRoutes(known, [enterProposals], {
        at,
        gives: async (visit) => ({ texts: (await looked(visit)).found.lines.map(({ text }) => text) }),
        show: async (visit, { mistakes }, status) => showCheck(visit, await looked(visit), mistakes, status),
        onward: (visit, { name }, { entered }: Entered) =>
          visit.lead(address(`${visit.own}/proposals`, { view: 'unsorted', done: name, number: entered?.length })),
      }),
    );

  async function showNew(visit: CommunityVisit, tried: Tried, status: number): Promise<void> {
    mustEnter(visit);
    await cycleOf(world, visit);
    const number = numberIn(visit.request.query.number);
    const done = number ? doneIn(visit, [enterProposal], { number }) : undefined;
    const given = { ...pastedIn(visit), key: visit.newKey() };
    await visit.send(visit.text.say('proposal.new'), newPage(visit, given, tried, done), { status, path: `${visit.own}/proposals/new` });
  }

  /** What was pasted, and what is wrong with it. */
  async function looked(visit: CommunityVisit) {
    mustEnter(visit);
    const { cycle } = await cycleOf(world, visit);
    const given = pastedIn(visit);
    const found = isTooMuch(given) ? { lines: [], empty: 0 } : await withNear(cycle, linesOf(given.lines, await sharedTexts(world)(cycle)));
    return { given, found, mistakes: pasteMistakes(visit, given, found.lines) };
  }

  /** Lines with the proposal and the line before that each looks most like; not of more lines than can be written down. */
  async function withNear(cycle: string, found: ReturnType<typeof linesOf>): Promise<ReturnType<typeof linesOf>> {
    if (found.lines.length > MOST_LINES) return found;
    const texts = found.lines.map(({ text }) => text);
    const near = await nearestTexts(world, cycle, texts, 1);
    const before = await likestBefore(texts, LIKE);
    const lines = found.lines.map((line, index) => {
      const like = near[index]?.find((other) => other.cycle === cycle && other.likeness >= LIKE);
      const likeLine = found.lines[before[index] ?? -1]?.place;
      return {
        ...line,
        ...(line.sameNumber === undefined && { likeNumber: like?.number }),
        ...(line.sameLine === undefined && { likeLine }),
      };
    });
    return { ...found, lines };
  }

  async function showCheck(visit: CommunityVisit, seen: Awaited<ReturnType<typeof looked>>, refused: Mistakes = {}, status = 200): Promise<void> {
    const mistakes = { ...(refused.form && { form: refused.form }), ...seen.mistakes };
    const content = checkPage(visit, { ...seen.given, key: seen.given.key || visit.newKey() }, seen.found, mistakes);
    const wrong = status === 200 ? 422 : status;
    await visit.send(visit.text.say('proposal.checkTitle'), content, {
      ...{ status: Object.keys(mistakes).length > 0 ? wrong : 200, path: `${visit.own}/proposals/new` },
    });
  }
}

interface Entered {
  readonly entered?: readonly number[];
}

function mustEnter({ may }: CommunityVisit): void {
  if (!may(enterProposal)) throw new Refusal(403, 'You may not write down proposals.');
}
