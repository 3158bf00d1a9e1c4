/** The acts that change who is on the roster and concern other rooms as well: a request is accepted, cards are made, a person is removed. */

export { type Acceptance, acceptRequest, refuseRequest } from './decideRequest.ts';
export { type Erased, eraseDue, eraseMe, forgetErased } from './eraseMe.ts';
export { endChat } from './eraseResident.ts';
export { enactCards, type MadeCards, makeCards } from './makeCards.ts';
export { unlockAddress } from './unlockAddress.ts';
