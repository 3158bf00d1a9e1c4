/** What a person has to answer: questions, complaints, people to call, and what was recorded on the phone. */

export { answerLetter, tellAuthor } from './answerLetter.ts';
export { mp3Seconds } from './audio.ts';
export { answerText, forgetLetters, Letter, type LetterKind, letterAddress, letterLost, letterText, letterWrittenDown } from './letter.ts';
export { awaitRecording, endRecordings, Recording, recordingFiles, refuseRecording, type Spoken, spokenFields } from './recording.ts';
export { type Lost, type RecordingSource, workRecordings } from './workRecordings.ts';
export { afterDial, writeLetter } from './writeLetter.ts';
