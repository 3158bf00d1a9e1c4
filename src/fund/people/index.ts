/** The people on the roster: residents, their phones, chats and cards, requests to join, and proofs of who writes. */

export {
  type Actor,
  AT_TABLE,
  BY_MESSAGE_TOO,
  checkRight,
  DAILY_WORK,
  type Holder,
  IN_COUNCIL,
  KEYING,
  mayDo,
  ON_THE_SERVER,
  OVERSEES,
  operator,
  type Right,
  SEES_NUMBERS,
  SEES_PEOPLE,
  SEES_TABLES,
  SEES_WORKS,
  STAFF_ROLES,
  type StaffRole,
} from './actor.ts';
export { type AtTable, acceptedAmong, findAtTable, MOST_FOUND, personAtTable, requestAtTable } from './atTable.ts';
export { type CardShown, cardHmac, isInForce, newCard, notifyHolder, notifyResident, printedCard, showCard } from './card.ts';
export { cardAtTablet } from './cardAtTablet.ts';
export { endCardLock, type ListedLock, readLocks } from './cardLocks.ts';
export { damm, isCard, serialIn } from './checkDigit.ts';
export { isCardOf, isLinkedTo, isPhoneOf } from './genuine.ts';
export { contactsHeldBy, holdersAt, holdersDuring, holdersOf, mayAnswer, ownContacts, type PlaceIn, reachOf, whoActs } from './holders.ts';
export { mayStill } from './hourly.ts';
export { type CodeChecked, type CodeSent, checkCode, moveChat, type StaffPhones, sendCode, unlinkContact } from './linkChat.ts';
export { moveStops, type Started, startMessages, stopMessages, subscribe } from './messages.ts';
export { newIn, tellPhones, withNew } from './newContact.ts';
export {
  type Changed,
  changeResidents,
  forgetLeaversUntil,
  giveCards,
  keyChangesSince,
  noteDetails,
  noteLeaving,
  putOnRoster,
  type RosterChanges,
  recordKeyChanges,
  takeOffRoster,
} from './onRoster.ts';
export { codePlaces, sixDigits, tryEachCode, twelveDigits } from './phoneCode.ts';
export { askDigits, checkDigits, type DigitsAsked, type DigitsChecked, forgetCodes, type ProofOf } from './proof.ts';
export { actingCadre, askProof, type CadreChecked, type CadreProved, checkCadre, proveCadre, writingCadre } from './proveCadre.ts';
export {
  isHeldOnRoster,
  isRosterEmpty,
  readRequest,
  readRequests,
  requestsAmong,
  supervisedOnRoster,
  type Waits,
  waitingRequests,
} from './readRequests.ts';
export { countByBuilding, countRoster, type NearName, nearNames, type ResidentKept, readBuildings, readResident, readRoster } from './readRoster.ts';
export {
  askerOf,
  closeRequest,
  forgetAskers,
  hasAsked,
  type ListedRequest,
  listRequests,
  MembershipRequest,
  type MembershipRequestRecord,
  type Requested,
  requestMembership,
  withdrawRequests,
  withdrawTakenDown,
} from './requestMembership.ts';
export {
  answerOf,
  cardGivenAt,
  cardMark,
  contactIdsOf,
  contactsOf,
  officeFields,
  officeOf,
  type Person,
  personFields,
  personOf,
  personWrittenAt,
  plainName,
  Resident,
  type ResidentRecord,
  residentId,
  residentRecord,
} from './resident.ts';
export {
  differing,
  FIELD_NAMES,
  type FieldName,
  fieldOf,
  fieldsOf,
  isField,
  isSealed,
  ofEach,
  PLAIN,
  type ResidentFields,
  ROLES,
} from './residentFields.ts';
export type { ListedResident } from './searchRoster.ts';
export { countWrong, mayTypeNoCard } from './typedCards.ts';
export { type Reading, type Sight, sight, type View, view } from './view.ts';
export {
  addedSince,
  buildingsOf,
  countResidents,
  leavingAmong,
  namesOnRoster,
  officesOnRoster,
  onRosterAmong,
  phoneOfOneAlone,
  rosterIdsOf,
  rosterPage,
} from './wholeRoster.ts';
