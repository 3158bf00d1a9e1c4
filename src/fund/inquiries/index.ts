/** The inquiries that a person has to answer: questions, complaints, people to call, and what was recorded on the phone. */

export { answerInquiry, closeInquiry, type InquiryTaken, leaveInquiry, markDone, notifyAuthor, takeInquiry } from './answerInquiry.ts';
export { mp3Seconds } from './audio.ts';
export { type InboxItem, inbox, inquiriesAmong, readInbox, waitingInquiries } from './inbox.ts';
export {
  authorOf,
  dueAt,
  findInquiry,
  forgetAnswered,
  forgetInquiries,
  INQUIRY_KINDS,
  Inquiry,
  type InquiryKind,
  type InquiryRecord,
  inquiryAddress,
  inquiryLost,
  inquiryText,
  inquiryWrittenDown,
} from './inquiry.ts';
export { type Answered, answersGiven, readInquiry, readSound, type Sound, type WholeInquiry, type Writer } from './readInquiry.ts';
export {
  awaitRecording,
  endRecordings,
  Recording,
  type RecordingRecord,
  recordingFiles,
  refuseRecording,
  type Spoken,
  spokenFields,
} from './recording.ts';
export { type Lost, type RecordingSource, workRecordings } from './workRecordings.ts';
export { afterDial, writeInquiry } from './writeInquiry.ts';
