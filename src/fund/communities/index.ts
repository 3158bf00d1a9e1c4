/** The communities, their numbers, and which community a chat belongs to. This is the first room: it uses no other. */

export { communityOfChat, enterByPoster, forgetChat } from './chat.ts';
export {
  COUNCIL,
  Community,
  type CommunityRecord,
  carrierOf,
  communitiesOver,
  communityByNumber,
  communityBySlug,
  communityForReaders,
  communityNames,
  communityTexted,
  findCommunity,
  firstCommunities,
  isTextedElsewhere,
  LANGUAGES,
  LETTERS_DAYS,
  neededTemplates,
  numberToText,
  RECORDINGS_DAYS,
  RESERVED_SLUGS,
  reminderTemplates,
  type SmsTemplate,
  saveCommunity,
  todayIn,
  VERIFY,
} from './community.ts';
export {
  Departure,
  type DepartureRecord,
  departCommunity,
  departures,
  leftWith,
  putSignpost,
  settleCommunity,
  underWay,
} from './departure.ts';
export { Prompt, type PromptFile, promptPath, writePrompts } from './prompts.ts';
