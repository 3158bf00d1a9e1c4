/** What changes who is on the roster and concerns other rooms as well: a request is accepted, cards are made, somebody is removed. */

export { acceptRequest, refuseRequest } from './decideRequest.ts';
export { endChat } from './erase.ts';
export { forgetLeft, type Left, leave, leaveDue } from './leave.ts';
export { type MadeCards, makeCards } from './makeCards.ts';
