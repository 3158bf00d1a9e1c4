/** The staff: those who run a cycle or watch it, their roles, how they sign in, and the sessions of their devices. */
export { addStaff, changeStaff, removeStaff } from './changeStaff.js';
export { moveTablet, openKiosk, openTablet } from './kiosk.js';
export { publicLog, readLogAs } from './logFor.js';
export { passkeysOf, removePasskey } from './passkey.js';
export { forgetChallenges, passkeys } from './passkeySignIn.js';
export { beginSession, devicesOf, endSession, endSessions, forgetSessions, isSessionToken, newToken, signedIn, stillSignedIn, } from './session.js';
export { askSignIn, forgetSignIns, linkStaff, signInByDigits, signInByLink } from './signIn.js';
export { ALL, actorsAt, countOffices, isAllRead, namedIn, readStaff, rolesOf, Staff, staffActor, staffOf, staffPhone, staffRole, supervisedAmong, } from './staff.js';
export { actorsInChat, forgetStaffChat, staffPhones } from './staffChat.js';
