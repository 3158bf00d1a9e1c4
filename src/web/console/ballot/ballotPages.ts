import type { Request, Router } from 'express';
import { ballotMark, type CycleRecord } from '../../../fund/cycles/index.ts';
import { type BallotChange, type BallotRead, setBallot } from '../../../fund/files/index.ts';
import { dropProjectPicture, keepProjectPicture } from '../../../fund/projects/index.ts';
import { CodedError } from '../../../store/codedError.ts';
import { maskNumbers } from '../../../store/text.ts';
import { Refusal } from '../../errors.ts';
import { routes } from '../../routes.ts';
import { actRoutes, doneAt } from '../actForm.ts';
import type { Mistakes } from '../frame.ts';
import { numberIn, numberOf, typed } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { mistakesIn, projectGiven, rulesGiven, typedOf, typedProject, typedRules } from './ballotForms.ts';
import { ALL_SAVED, type BallotPage, ballotPage, ORDERED, type PreviewBallot, projectAt, REMOVED } from './ballotPage.ts';

const MAX_ID_CHARS = 300;
/** All numbers of a ballot. */
const LONGEST_ORDER = 10_000;
const PATH = '/console/:slug/ballot';

/** `/console/SLUG/ballot`: the projects of the vote and its rules, until it opens, and how residents will get them. */
export function ballotPages(known: Visits, preview: PreviewBallot): Router {
  const page = ballotPage(preview);
  return routes()
    .use(pictureRoutes(known, page))
    .page(PATH, known.ofCommunity, (visit) => page.show(visit, undefined, {}, 200))
    .use(projectRoutes(known, page), rulesRoute(known, page));
}

/** The picture of a project. */
function pictureRoutes(known: Visits, { ballotOf, showProject }: BallotPage): Router {
  return actRoutes(known, [keepProjectPicture, dropProjectPicture], {
    onward: (visit, act) => visit.lead(doneAt(visit, '/ballot/project', act, { at: numberOf(visit.request) })),
    show: async (visit, tried, status) => {
      const [ballot, number] = [await ballotOf(visit), numberOf(visit.request)];
      await showProject(visit, ballot, typedOf(projectAt(ballot, number), number, undefined), tried.mistakes ?? {}, status, { tried });
    },
  });
}

/** A project is put on the ballot, changed, looked at beforehand, removed. */
function projectRoutes({ ofCommunity }: Visits, { ballotOf, look, show, showProject }: BallotPage): Router {
  const set = setting();
  return routes()
    .page(`${PATH}/project`, ofCommunity, async (visit) => {
      const ballot = await ballotOf(visit);
      const at = numberIn(visit.request.query.at);
      const from = ballot.proposals.find(({ number }) => number === numberIn(visit.request.query.from));
      const known = at === undefined ? undefined : projectAt(ballot, at);
      const made = from ? projectOf(ballot.cycle, from) : { number: freeNumber(ballot.cycle) };
      await showProject(visit, ballot, typedOf(known ?? made, at, from?.number), {}, 200);
    })
    .form(`${PATH}/project`, ofCommunity, async (visit) => {
      const given = typedProject(visit.request);
      const change = { project: projectGiven(given), at: numberIn(given.at), from: numberIn(given.from) };
      const what = oneOfTyped(visit.request, ['save', 'look', 'part']);
      if (what !== 'save') return look(visit, given, change, what);
      const outcome = await set(visit, sent(visit), change);
      if (outcome.is === 'done') return visit.lead(doneAt(visit, '/ballot', setBallot));
      await showProject(visit, await ballotOf(visit), given, ...wrongIn(visit, outcome));
    })
    .form(`${PATH}/all`, ofCommunity, async (visit) => {
      if (!visit.may(setBallot)) throw new CodedError('not-allowed', 'You may not do this in this community; ask one of its cadres.');
      const left: number[] = [];
      const ballot = await ballotOf(visit);
      if (ballotMark(ballot.cycle) !== typed(visit.request, 'seen'))
        return show(visit, undefined, { form: visit.wordOfAct(setBallot.name, 'not.changed') }, 409);
      let added = 0;
      for (const proposal of ballot.proposals) {
        const { cycle } = await ballotOf(visit);
        const change = { project: projectGiven(typedOf(projectOf(cycle, proposal), undefined, proposal.number)), from: proposal.number };
        const outcome = await set(visit, { cycle: cycle._id, seen: ballotMark(cycle) }, change);
        if (outcome.is === 'done') added += 1;
        else if (outcome.is === 'mistaken') left.push(proposal.number);
        else return show(visit, undefined, ...wrongIn(visit, outcome));
      }
      if (left.length === 0) return visit.lead(doneAt(visit, '/ballot', ALL_SAVED, { number: added }));
      const numbers = left.join(visit.text.say('and'));
      await show(visit, undefined, { form: visit.text.say('ballot.notAll', { added, numbers }) }, added > 0 ? 200 : 422);
    })
    .form(`${PATH}/order`, ofCommunity, async (visit) => {
      const order = typed(visit.request, 'order', LONGEST_ORDER).split(/\D+/).filter(Boolean).map(Number);
      const outcome = await set(visit, sent(visit), { order });
      if (outcome.is === 'done') return visit.lead(doneAt(visit, '/ballot', ORDERED));
      await show(visit, undefined, ...wrongIn(visit, outcome));
    })
    .form(`${PATH}/remove`, ofCommunity, async (visit) => {
      const outcome = await set(visit, sent(visit), { remove: Number(typed(visit.request, 'at')) });
      if (outcome.is === 'done') return visit.lead(doneAt(visit, '/ballot', REMOVED));
      await show(visit, undefined, ...wrongIn(visit, outcome));
    });
}

/** A proposal as a project, under the next number. */
function projectOf(cycle: CycleRecord, { text, cost, category }: BallotRead['proposals'][number]) {
  return { number: freeNumber(cycle), ...namedAfter(maskNumbers(text)), cost: cost ?? undefined, category };
}

function freeNumber({ projects }: CycleRecord): number {
  return Math.max(0, ...projects.map(({ number }) => number)) + 1;
}

/** How people vote, and what wins. */
function rulesRoute({ ofCommunity }: Visits, { show }: BallotPage): Router {
  const set = setting();
  return routes().form(`${PATH}/rules`, ofCommunity, async (visit) => {
    const given = typedRules(visit.request);
    const outcome = await set(visit, sent(visit), { rules: rulesGiven(given) });
    if (outcome.is === 'done') return visit.lead(doneAt(visit, '/ballot', setBallot));
    await show(visit, given, ...wrongIn(visit, outcome));
  });
}

function oneOfTyped<Value extends string>(request: Request, values: readonly [Value, ...Value[]]): Value {
  return values.find((value) => value === typed(request, 'do')) ?? values[0];
}

/** The ballot that a form was about, as it was looked at. */
interface Seen {
  readonly cycle: string;
  readonly seen: string;
}

function sent({ request }: CommunityVisit): Seen {
  return { cycle: typed(request, 'cycle', MAX_ID_CHARS), seen: typed(request, 'seen') };
}

/** How a page changes a ballot. */
function setting() {
  return (visit: CommunityVisit, { cycle, seen }: Seen, change: BallotChange) => visit.perform(setBallot, { at: { cycle }, seen, input: { change } });
}

/** Why nothing was changed, at the fields where it is told; what was typed stays. */
function wrongIn(
  { text, wordOfAct }: CommunityVisit,
  outcome: Exclude<Awaited<ReturnType<typeof setBallot.perform>>, { is: 'done' }>,
): [Mistakes, number] {
  if (outcome.is === 'mistaken') return [mistakesIn(text, outcome.mistakes), 422];
  if (outcome.is === 'noSubject') throw new Refusal(404, 'There is no such cycle.');
  return [{ form: wordOfAct(setBallot.name, `not.${outcome.is === 'refused' ? outcome.refused : 'changed'}`) }, 409];
}

/** Of a title that is read at a glance, in characters; of a detail as a form takes it. */
const SHORT_TITLE = 20;
const LONGEST_DETAIL = 300;

/** What a project is called that is made of a proposal: its first clause, without what people begin with; the whole stays beside it. */
function namedAfter(text: string): { readonly title: string; readonly detail?: string } {
  const whole = text.trim();
  const [clause = ''] = whole.replace(/^(我们?|大家)?(想|希望|建议|要求|能不能|可不可以|请)(给|把)?/u, '').split(/[，。；！？,;!?\n]/u);
  const title = [...(clause.trim() || whole)].slice(0, SHORT_TITLE).join('').trim();
  return title === whole ? { title } : { title, detail: [...whole].slice(0, LONGEST_DETAIL).join('') };
}
