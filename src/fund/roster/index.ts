/** The acts that change who is on the roster and concern other rooms as well: a request is accepted, cards are made, a person is removed. Besides, roles that are given with a second person. */

export * from './addResident.ts';
export * from './changeResident.ts';
export { acceptRequest, refuseRequest } from './decideRequest.ts';
export { type Erased, endChat, eraseDue, eraseMe, eraseNoted, type Forget, forgetDetails, forgetErased } from './eraseResident.ts';
export {
  type CardsPlanned,
  type CardsWanted,
  countBeforeCards,
  countNeedingCards,
  enactCards,
  type MadeCards,
  makeCards,
  type PrintedCard,
  planCards,
} from './makeCards.ts';
export * from './removeResident.ts';
export { residentSeen } from './residentInput.ts';
export * from './staffActs.ts';
export { unlockAddress } from './unlockAddress.ts';
