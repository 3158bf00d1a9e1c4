/** The communities, their numbers, and which community a chat belongs to. This is the first room: it uses no other. */
export { communityOfChat, enterByPoster, forgetChat } from './chat.js';
export { COUNCIL, Community, carrierOf, isTextedElsewhere, LANGUAGES, LETTERS_DAYS, neededTemplates, numberToText, RECORDINGS_DAYS, RESERVED_SLUGS, saveCommunity, VERIFY, } from './community.js';
export { Departure, departCommunity, departures, leftWith, putSignpost, settleCommunity, underWay, } from './departure.js';
export { communitiesOver, communityByNumber, communityBySlug, communityForReaders, communityNames, communityNumbers, communityTexted, findCommunities, findCommunity, firstCommunities, lettersKept, pageOfCommunities, reminderTemplates, todayIn, } from './findCommunity.js';
export { Prompt, promptHashes, promptPath, promptSound, writePrompts } from './prompts.js';
