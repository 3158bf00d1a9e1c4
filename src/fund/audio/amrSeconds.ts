const HEADER = '#!AMR\n';
/** Bytes of a frame by its type, the type's own byte with them; 0: none that anybody uses. */
const FRAME_BYTES = [13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1];
const FRAME_SECONDS = 0.02;

/** How long an AMR (narrow band, what WeChat records) sounds; undefined where the bytes are none: frame after frame to the end. */
export function amrSeconds(bytes: Uint8Array): number | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.toString('latin1', 0, HEADER.length) !== HEADER) return undefined;
  let frames = 0;
  for (let at = HEADER.length; at < view.length; frames += 1) {
    const header = view.readUInt8(at);
    const size = (header & 0x83) === 0 ? FRAME_BYTES[(header >> 3) & 15] : 0;
    if (!size) return undefined;
    at += size;
  }
  return frames > 0 ? frames * FRAME_SECONDS : undefined;
}
