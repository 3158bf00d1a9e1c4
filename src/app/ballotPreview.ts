import type { i18n } from 'i18next';
import { ask, beforeChoice, NO_BALLOT } from '../../flows/voteTexts.ts';
import { toText } from '../channels/sms/render.ts';
import { segmentTexts } from '../channels/sms/segments.ts';
import { neededPrompts } from '../channels/voice/prompts/neededPrompts.ts';
import { type Phrases, promptBook } from '../channels/voice/prompts/promptBook.ts';
import { spokenDetail, spokenSeconds, voiceLists } from '../channels/voice/speech.ts';
import { chatLists, toText as toChat } from '../channels/wechat/render.ts';
import type { Reply, Statement } from '../dialog/question.ts';
import { wordsFor } from '../dialog/wording.ts';
import { ballotItem } from '../fund/projects/index.ts';
import type { World } from '../store/world.ts';
import type { PreviewBallot } from '../web/console/ballot/ballotPage.ts';

/** A ballot as residents will get it: with the texts and lists of the channels themselves, as the vote opens it. */
export function ballotPreview(world: World, catalogue: i18n, phrases: Phrases): PreviewBallot {
  const wordsIn = wordsFor(world, catalogue);
  const book = promptBook(world);
  return async (community, cycle, closes) => {
    const { language } = community;
    const projects = cycle.projects.toSorted((one, other) => one.number - other.number);
    const { budget, currency, choices } = cycle;
    const items = projects.map(ballotItem);
    const open = { cycle: cycle._id, projects: items, ...choices, budget, currency, closesAt: closes.toISOString() };
    const context = { ballot: { ...NO_BALLOT, ...open }, picks: [], unsure: false, refused: false, page: 0, pending: false };
    const reply: Reply = { says: beforeChoice({ open }, context), asks: ask(context) };
    const say = wordsIn('voice', language, community, voiceLists(language));
    const read = projects.map((project): Statement => {
      const detail = spokenDetail(project.detail ?? '');
      return { key: 'voice.project', params: { ...ballotItem(project), detail } };
    });
    const lines = [{ key: 'voice.howMany', params: { count: projects.length } }, ...read].map(say);
    const recorded = await book(community._id);
    const needed = neededPrompts(phrases, language, { ...cycle, community: community._id, moves: [] });
    return {
      sms: segmentTexts(toText(reply, (lists) => wordsIn('sms', language, community, lists))),
      chat: toChat(reply, wordsIn('wechat', language, community, chatLists)),
      call: {
        lines,
        seconds: Math.ceil(lines.reduce((sum, line) => sum + spokenSeconds(line), 0)),
        notRecorded: needed.filter(({ key, where }) => OF_PROJECTS.has(where) && !recorded.has(language, key)).map(({ text }) => text),
      },
    };
  };
}

const OF_PROJECTS: ReadonlySet<string> = new Set(['title', 'detail', 'money', 'number']);
