/** What changes who is on the roster and concerns other rooms as well: a request is accepted, cards are made, somebody is removed. */

export { acceptRequest, refuseRequest } from './decideRequest.ts';
export { type Erased, eraseDue, eraseMe, forgetErased } from './eraseMe.ts';
export { endChat } from './eraseResident.ts';
export { type MadeCards, makeCards } from './makeCards.ts';
