import type { Router } from 'express';
import { likestFirst } from '../../../dialog/understand/likeness.ts';
import type { Act } from '../../../fund/act/index.ts';
import {
  type Answered,
  answerInquiry,
  answersGiven,
  closeInquiry,
  type InboxItem,
  leaveInquiry,
  readInquiry,
  reopenInquiry,
  takeInquiry,
} from '../../../fund/inquiries/index.ts';
import { enterObjection, isTimeForObjections } from '../../../fund/meetings/index.ts';
import { checkRight } from '../../../fund/people/index.ts';
import { readSpokenItem } from '../../../fund/proposals/index.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { routes } from '../../routes.ts';
import { actRoutes, doneAt, typedInto } from '../actForm.ts';
import type { Tried } from '../frame.ts';
import { listAddress, listRoutes } from '../list.ts';
import { keptIn, listState } from '../listState.ts';
import { address, numberOf, typed } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { inboxList, inquiriesIn, UNHEARD } from './inboxList.ts';
import { inquiryPage, type Starts } from './inquiryPage.ts';
import { missPages } from './missPages.ts';
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
  const list = inboxList();

  return routes()
    .use(
      listRoutes(known, list),
      recordingPages(known),
      missPages(known),
      actRoutes(known, [takeInquiry, leaveInquiry, answerInquiry, closeInquiry, reopenInquiry], { show, onward }),
    )
    .page('/console/:slug/inbox/:number', ofCommunity, (visit) => show(visit, {}, 200))
    .form('/console/:slug/inbox/:number/begin', ofCommunity, (visit) => {
      checkRight(visit.doer(answerInquiry), answerInquiry, visit.community._id);
      const { text = '' } = typedInto(visit.request, answerInquiry);
      const parts = [text.trim(), typed(visit.request, 'start', LONGEST_SENT)];
      return show(visit, { act: answerInquiry, typed: { text: parts.filter((part) => part !== '').join('\n') } }, 200);
    });

  /** One inquiry as it is now, with what was typed before. */
  async function show(visit: CommunityVisit, tried: Tried, status: number): Promise<void> {
    const { community, request } = visit;
    const [inquiry, { rows }, isTime] = await Promise.all([
      visit.read(readInquiry, numberOf(request)),
      inquiriesIn(visit, listState(list, request), BESIDE),
      visit.may(enterObjection) && isTimeForObjections(world, community._id),
    ]);
    if (!inquiry) throw new Refusal(404, 'There is no such inquiry.');
    const { recording, number, answer: answered } = inquiry.item;
    const [earlier, sound] = await Promise.all([
      answered ? [] : visit.read(answersGiven, GIVEN),
      recording === undefined ? null : visit.read(readSpokenItem, recording),
    ]);
    const starts =
      answered || !visit.may(answerInquiry) ? { alike: [], others: [] } : startsFor(inquiry.item.text, community.about?.answers ?? [], earlier);
    const inList = keptIn(list, request);
    await visit.send(
      visit.text.say('inquiry.title', { number }),
      inquiryPage(visit, { inquiry, beside: rows, back: listAddress(visit, list), inList, starts, sound, mayObject: isTime && !answered }, tried),
      { status, path: address(`${visit.own}/inbox/${number}`, inList) },
    );
  }

  /** Whoever took or gave back an inquiry stays with it. Else to the next one of the list that waits, or, if none does, back to the list. Each tells what was done. */
  async function onward(visit: CommunityVisit, act: Act, result: object): Promise<void> {
    const number = numberOf(visit.request);
    const done = act === answerInquiry && 'notified' in result && result.notified === false ? UNHEARD : act;
    if (act === takeInquiry || act === leaveInquiry || act === reopenInquiry) return visit.lead(pageAddress(visit, number, done));
    const state = listState(list, visit.request);
    const nextAfter = async (after: number | undefined): Promise<InboxItem | undefined> =>
      (await inquiriesIn(visit, { ...state, after: after === undefined ? undefined : String(after) }, 1)).rows[0];
    const next = (await nextAfter(number)) ?? (await nextAfter(undefined));
    if (next && !next.answer) return visit.lead(pageAddress(visit, next.number, done));
    visit.lead(listAddress(visit, list, { done: done.name, number }));
  }

  function pageAddress(visit: CommunityVisit, number: number, done: Pick<Act, 'name'>): string {
    return doneAt(visit, `/inbox/${number}`, done, { ...keptIn(list, visit.request), number: numberOf(visit.request) });
  }
}

/** Kept answers beside an inquiry. */
const MAX_KEPT_ANSWERS = 5;

/** So like a question another one is whose answer may be its answer, too: 什么时候 alone, of two that ask for something else, is less. */
const LIKE = 0.28;

/** Answers to start from, each once: the community's own and those that were given before, the one to the likest question first; and others of its own. */
function startsFor(text: string, own: readonly { readonly asks: readonly string[]; readonly says: string }[], given: readonly Answered[]): Starts {
  const known = [...own.flatMap(({ asks, says }) => asks.map((ask) => ({ asks: ask, says }))), ...given];
  const likest = likestFirst(
    known.map(({ asks }) => asks),
    text,
    LIKE,
  );
  const alike = [...new Set(likest.flatMap((place) => known[place]?.says ?? []))].slice(0, MAX_KEPT_ANSWERS);
  const others = [...new Set(own.map((each) => each.says))].filter((says) => !alike.includes(says));
  return { alike, others: others.slice(0, MAX_KEPT_ANSWERS) };
}
