/** An MP3 of so many seconds in which nothing is heard: MPEG-2 Layer III, 32 kbit/s, 16 kHz, frames of 144 bytes and 36 ms. `mark` makes two differ. */
export function silence(seconds: number, mark = 0): Buffer {
  const frame = Buffer.alloc(144);
  frame.writeUInt32BE(0xff_f3_48_c4);
  frame[143] = mark;
  return Buffer.concat(Array.from({ length: Math.ceil(seconds / 0.036) }, () => frame));
}
