import { Router } from 'express';
import { likestFirst } from '../../../dialog/understand/likeness.ts';
import {
  type Answered,
  answerInquiry,
  answersGiven,
  closeInquiry,
  type InboxItem,
  type InquiryTaken,
  leaveInquiry,
  readInquiry,
  takeInquiry,
} from '../../../fund/inquiries/index.ts';
import { isTimeForObjections } from '../../../fund/meetings/index.ts';
import { readSpokenItem } from '../../../fund/proposals/index.ts';
import { enqueue } from '../../../outreach/outbox/enqueue.ts';
import { cleanText } from '../../../store/text.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import type { Mistakes } from '../frame.ts';
import { listAddress, listRoutes } from '../list.ts';
import { keptIn, listState } from '../listState.ts';
import { address, numberOf, typed } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { type DONE, inboxList, inquiriesIn } from './inboxList.ts';
import { inquiryPage, LONGEST_ANSWER, LONGEST_NOTE, type Typed } from './inquiryPage.ts';
import { recordingPages } from './recordingPages.ts';

/** Characters of an answer that is sent back to the person who wrote it, to be made shorter: none of it is lost without a word. */
const LONGEST_SENT = 20_000;

/** Rows of the list beside an inquiry. */
const BESIDE = 20;
/** Answers that were given before, among which the likest are looked for. */
const GIVEN = 200;

/** The inbox: questions, complaints and people to call. The list, one inquiry, and what is done with it: take it, answer it, or say that it is done. */
export function inboxPages(world: World, known: Visits): Router {
  const { ofCommunity } = known;
  const list = inboxList(world);
  const inquiriesOf = inquiriesIn(world);
  const read = readInquiry(world);
  const given = answersGiven(world);
  const spoken = readSpokenItem(world);
  const takesObjections = isTimeForObjections(world);
  const [take, leave] = [takeInquiry(world), leaveInquiry(world)];
  const answer = answerInquiry(world, enqueue(world));
  const close = closeInquiry(world);

  return Router()
    .use(listRoutes(known, list), recordingPages(world, known))
    .get(
      '/console/:slug/inbox/:number',
      ofCommunity((visit) => show(visit, { text: '', note: '' }, {}, 200)),
    )
    .post(
      '/console/:slug/inbox/:number/take',
      ofCommunity(async (visit) => {
        const from = typed(visit.request, 'from') || undefined;
        await taken(visit, await take({ ...which(visit), from, actor: visit.doer('takeInquiry') }), 'taken');
      }),
    )
    .post(
      '/console/:slug/inbox/:number/leave',
      ofCommunity(async (visit) => taken(visit, await leave({ ...which(visit), actor: visit.doer('leaveInquiry') }), 'left')),
    )
    .post(
      '/console/:slug/inbox/:number/answer',
      ofCommunity(async (visit) => {
        const { say } = visit.text;
        const text = typed(visit.request, 'text', LONGEST_SENT);
        const start = typed(visit.request, 'start', LONGEST_ANSWER);
        const actor = visit.doer('answerInquiry');
        if (start !== '' && visit.may('answerInquiry')) {
          const begun = [text, start].filter((part) => part !== '').join('\n');
          return show(visit, { text: begun, note: '', isBegun: true }, {}, 200);
        }
        const written = cleanText(text);
        if (written === '' && visit.may('answerInquiry')) return show(visit, { text, note: '' }, { text: say('inquiry.noAnswer') }, 422);
        const length = [...written].length;
        if (length > LONGEST_ANSWER && visit.may('answerInquiry'))
          return show(visit, { text, note: '' }, { text: say('inquiry.tooLong', { most: LONGEST_ANSWER, length }) }, 422);
        const outcome = await answer({ ...which(visit), text: written, actor });
        if ('answered' in outcome) return onward(visit, outcome.notified ? 'answered' : 'unheard');
        if (outcome.refused !== 'answered') throw new Refusal(404, 'There is no such inquiry.');
        await show(visit, { text, note: '' }, { form: say('inquiry.stale') }, 409);
      }),
    )
    .post(
      '/console/:slug/inbox/:number/close',
      ofCommunity(async (visit) => {
        const { say } = visit.text;
        const wrote = { text: '', note: cleanText(typed(visit.request, 'note', LONGEST_NOTE)) };
        const actor = visit.doer('closeInquiry');
        if (wrote.note === '' && visit.may('closeInquiry')) return show(visit, wrote, { note: say('inquiry.noNote') }, 422);
        const outcome = await close({ ...which(visit), note: wrote.note, actor });
        if ('done' in outcome) return onward(visit, 'closed');
        if (outcome.refused !== 'answered') throw new Refusal(404, 'There is no such inquiry.');
        await show(visit, wrote, { form: say('inquiry.stale') }, 409);
      }),
    );

  /** One inquiry as it is now, with what was typed before. */
  async function show(visit: CommunityVisit, wrote: Typed, mistakes: Mistakes, status: number): Promise<void> {
    const { community, request } = visit;
    const reader = visit.reader('inbox');
    const [inquiry, { rows }, isTime] = await Promise.all([
      read(community._id, numberOf(request), reader),
      inquiriesOf(visit, listState(list, request), BESIDE),
      visit.may('enterObjection') && takesObjections(community._id),
    ]);
    if (!inquiry) throw new Refusal(404, 'There is no such inquiry.');
    const { recording, number, answer: answered } = inquiry.item;
    const [earlier, sound] = await Promise.all([
      answered ? [] : given(community._id, GIVEN, reader),
      recording === undefined ? null : spoken(community._id, recording, reader),
    ]);
    const starts = answered || !visit.may('answerInquiry') ? [] : startsFor(inquiry.item.text, community.about?.answers ?? [], earlier);
    const inList = keptIn(list, request);
    await visit.send(
      visit.text.say('inquiry.title', { number }),
      inquiryPage(
        visit,
        { inquiry, beside: rows, back: listAddress(visit, list), inList, starts, sound, mayObject: isTime && !answered },
        wrote,
        mistakes,
      ),
      { status, path: address(`${visit.own}/inbox/${number}`, inList) },
    );
  }

  async function taken(visit: CommunityVisit, outcome: InquiryTaken, done: 'taken' | 'left'): Promise<void> {
    if ('done' in outcome) return visit.lead(pageAddress(visit, numberOf(visit.request), done));
    if (outcome.refused === 'noInquiry') throw new Refusal(404, 'There is no such inquiry.');
    await show(visit, { text: '', note: '' }, { form: visit.text.say('inquiry.changed') }, 409);
  }

  /** To the next inquiry of the list that waits, or, if none does, back to the list. Either tells what was done. */
  async function onward(visit: CommunityVisit, done: (typeof DONE)[number]): Promise<void> {
    const state = listState(list, visit.request);
    const number = numberOf(visit.request);
    const nextAfter = async (after: number | undefined): Promise<InboxItem | undefined> =>
      (await inquiriesOf(visit, { ...state, after: after === undefined ? undefined : String(after) }, 1)).rows[0];
    const next = (await nextAfter(number)) ?? (await nextAfter(undefined));
    if (next && !next.answer) return visit.lead(pageAddress(visit, next.number, done));
    visit.lead(listAddress(visit, list, { done, number }));
  }

  function pageAddress(visit: CommunityVisit, number: number, done: (typeof DONE)[number]): string {
    return address(`${visit.own}/inbox/${number}`, { ...keptIn(list, visit.request), done, number: numberOf(visit.request) });
  }
}

function which({ community, request }: CommunityVisit): { community: string; number: number } {
  return { community: community._id, number: numberOf(request) };
}

/** Kept answers beside an inquiry. */
const MOST = 5;

/** Answers to start from, each once: the community's own and those that were given before, the one to the likest question first; then others of its own. */
function startsFor(text: string, own: readonly { readonly asks: readonly string[]; readonly says: string }[], given: readonly Answered[]): string[] {
  const known = [...own.flatMap(({ asks, says }) => asks.map((ask) => ({ asks: ask, says }))), ...given];
  const likest = likestFirst(
    known.map(({ asks }) => asks),
    text,
    known.length,
  );
  const says = [...likest.flatMap((place) => known[place]?.says ?? []), ...own.map((each) => each.says)];
  return [...new Set(says)].slice(0, MOST);
}
