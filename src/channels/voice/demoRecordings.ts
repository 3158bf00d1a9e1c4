import type { RecordingSource } from '../../fund/recordings/workRecordings.ts';

/** A frame of MPEG-2 Layer III in which nothing is heard: 32 kbit/s, 16 kHz, 36 ms. */
const FRAME = Buffer.concat([Buffer.from([0xff, 0xf3, 0x48, 0xc4]), Buffer.alloc(140)]);
const A_SECOND = 28;

/** The demo's carrier: whatever was spoken is a second of silence. */
export const demoRecordings: RecordingSource = {
  fetch: async () => ({ bytes: Buffer.concat(Array.from({ length: A_SECOND }, () => FRAME)) }),
  remove: async () => true,
};
