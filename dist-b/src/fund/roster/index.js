/** The acts that change who is on the roster and concern other rooms as well: a request is accepted, cards are made, a person is removed. Besides, roles that are given with a second person. */
export { appointStaff, dismissStaff } from './appointStaff.js';
export { addResident, changeResident, removeResident } from './changeResident.js';
export { acceptRequest, refuseRequest } from './decideRequest.js';
export { eraseDue, eraseMe, forgetErased } from './eraseMe.js';
export { endChat } from './eraseResident.js';
export { enactCards, makeCards, planCards } from './makeCards.js';
export { unlockAddress } from './unlockAddress.js';
