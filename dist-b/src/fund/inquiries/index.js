/** The inquiries that a person has to answer: questions, complaints, people to call, and what was recorded on the phone. */
export { answerInquiry, closeInquiry, leaveInquiry, markDone, notifyAuthor, takeInquiry } from './answerInquiry.js';
export { mp3Seconds } from './audio.js';
export { inbox, inquiriesAmong, readInbox, waitingInquiries } from './inbox.js';
export { authorOf, dueAt, findInquiry, forgetAnswered, forgetInquiries, INQUIRY_KINDS, Inquiry, inquiryAddress, inquiryLost, inquiryText, inquiryWrittenDown, } from './inquiry.js';
export { answersGiven, readInquiry, readSound } from './readInquiry.js';
export { awaitRecording, endRecordings, Recording, recordingFiles, refuseRecording, spokenFields, } from './recording.js';
export { workRecordings } from './workRecordings.js';
export { afterDial, writeInquiry } from './writeInquiry.js';
