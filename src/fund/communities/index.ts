/** The communities, their numbers, and which community a chat belongs to. This is the first room: it uses no other. */

export {
  accountOf,
  type CarrierAccount,
  carrierAccounts,
  dropCarrierAccount,
  keepCarrierAccount,
  type Owner,
  type Served,
  servedBy,
} from './carrierAccount.ts';
export { communitiesOfChat, communityOfChat, enterByPoster, forgetChat } from './chat.ts';
export {
  COUNCIL,
  Community,
  type CommunityRecord,
  carrierOf,
  DRAFTS,
  isTextedElsewhere,
  LETTERS_DAYS,
  neededTemplates,
  numberToText,
  PAPERS,
  PUBLISH_DAYS,
  RECORDINGS_DAYS,
  RESERVED_SLUGS,
  type SmsTemplate,
  saveCommunity,
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
export {
  communitiesOver,
  communityByNumber,
  communityBySlug,
  communityForReaders,
  communityNames,
  communityNumbers,
  communityTexted,
  communityZones,
  countCommunities,
  findCommunities,
  findCommunity,
  firstCommunities,
  lettersKept,
  moneySettings,
  pageOfCommunities,
  reminderTemplates,
  todayIn,
} from './findCommunity.ts';
export { LANGUAGES } from './languages.ts';
export { endOfficeToken, makeOfficeToken, officeOfToken } from './officeToken.ts';
export { ownNumbersAmong, phoneTyped } from './ownNumbers.ts';
export { Prompt, type PromptFile, promptAt, promptHashes, promptPath, promptSound, writePrompts } from './prompts.ts';
