/** The staff: those who run a cycle or watch it, their roles, how they sign in, and the sessions of their devices. */

export { BY_ONE, changeStaff, giveRole, keepUnwanted, type StaffChanges, takeRole } from './changeStaff.ts';
export { beginTablet, moveTablet, OPENING_TABLET, openTablet, type Tablet } from './kiosk.ts';
export { logDetails, type PublicDeed, publicLog, readLogAs } from './logFor.ts';
export { noteDevice } from './newDevice.ts';
export { allMarksOf, haveOneInCommon, phonesOfPerson } from './onePerson.ts';
export { withOtherStaffPhone } from './otherStaffPhones.ts';
export { type OwnPasskey, passkeysOf, removePasskey } from './passkey.ts';
export { forgetChallenges, type PasskeyAdded, type Passkeys, passkeys } from './passkeySignIn.ts';
export { reachStaff } from './reachStaff.ts';
export {
  beginSession,
  devicesOf,
  endSession,
  endSessions,
  forgetSessions,
  hasJustBegun,
  isSessionToken,
  newToken,
  type SignedIn,
  signedIn,
  stillSignedIn,
} from './session.ts';
export { askSignIn, forgetSignIns, linkFor, signInByDigits, signInByLink } from './signIn.ts';
export {
  ALL,
  actorsAt,
  countOffices,
  genuineStaff,
  isAllRead,
  isForAll,
  isOfficeHeld,
  namedIn,
  type OfficeCounts,
  readStaff,
  rolesOf,
  STAFF_TEXTS,
  Staff,
  type StaffGiven,
  type StaffMember,
  type StaffText,
  staffActor,
  staffId,
  staffOf,
  staffPhone,
  staffRole,
  supervisedAmong,
} from './staff.ts';
export { actorsInChat, forgetStaffChat, isTiedTo, staffChatsOf, staffPhones } from './staffChat.ts';
