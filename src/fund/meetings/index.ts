/** What the council decides under everybody's eyes: the list as it is published before the vote, and the objections to it with their answers. */

export { answerObjection, enterObjection } from './answerObjection.ts';
export { dropBoardPicture, keepBoardPicture } from './boardPictures.ts';
export { holdVotes } from './holdVotes.ts';
export { forgetObjections } from './objection.ts';
export type { PublishedItem } from './publication.ts';
export { type PublicObjection, type PublicPicture, type PublicPublication, publicPublication } from './publicPublication.ts';
export { checkPublication, publish } from './publish.ts';
export { type ListedObjection, type PublicationRead, readPublication, waitingPublication } from './readPublication.ts';
export { type Objected, recordObjection } from './recordObjection.ts';
