/** Kilobits a second by MPEG version (1; 2 and 2.5) and by the index in the header; 0: a rate that nobody uses. */
const RATES_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0];
const RATES_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0];
/** Samples a second by MPEG version (2.5, none, 2, 1) and by the index in the header. */
const SAMPLES = [[11_025, 12_000, 8_000], [], [22_050, 24_000, 16_000], [44_100, 48_000, 32_000]];
/**
 * How long an MP3 (MPEG Layer III) sounds, in seconds; undefined if the bytes are no MP3. It must be frame after frame to the end, apart from tags
 * before and behind the frames. The type that a server gives, and the file's name, do not count.
 */
export function mp3Seconds(bytes) {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = afterTag(view);
    let seconds = 0;
    for (let frame = frameAt(view, at); frame; frame = frameAt(view, at)) {
        seconds += frame.seconds;
        at += frame.bytes;
    }
    return seconds > 0 && isTheEnd(view, at) ? seconds : undefined;
}
/** The sound of an MP3 alone: without the tags before and behind it, which may say where and with what it was made. Other bytes stay as they are. */
export function soundAlone(bytes) {
    const from = afterTag(bytes);
    let to = from;
    for (let frame = frameAt(bytes, to); frame; frame = frameAt(bytes, to))
        to += frame.bytes;
    return to === from ? bytes : bytes.subarray(from, to);
}
/** The offset behind an ID3v2 tag, whose length has seven bits in each byte. */
function afterTag(view) {
    if (view.toString('latin1', 0, 3) !== 'ID3' || view.length < 10)
        return 0;
    return 10 + view.subarray(6, 10).reduce((size, byte) => size * 128 + (byte & 0x7f), 0);
}
function frameAt(view, at) {
    if (at + 4 > view.length)
        return undefined;
    const header = view.readUInt32BE(at);
    const [sync, version, layer] = [header >>> 21, (header >>> 19) & 3, (header >>> 17) & 3];
    const rate = (version === 3 ? RATES_1 : RATES_2)[(header >>> 12) & 15];
    const samples = SAMPLES[version]?.[(header >>> 10) & 3];
    if (sync !== 0x7ff || layer !== 1 || !rate || !samples)
        return undefined;
    const inFrame = version === 3 ? 1_152 : 576;
    const padding = (header >>> 9) & 1;
    return { bytes: Math.floor((inFrame * rate * 125) / samples) + padding, seconds: inFrame / samples };
}
/** Whether the frames end here: nothing follows, or a last frame that was cut short, or a tag. */
function isTheEnd(view, at) {
    return at >= view.length || ['TAG', 'APE'].includes(view.toString('latin1', at, at + 3));
}
const HEADER = '#!AMR\n';
/** The bytes of a frame by its type, including the byte of the type; 0: a type that nobody uses. */
const FRAME_BYTES = [13, 14, 16, 18, 20, 21, 27, 32, 6, 0, 0, 0, 0, 0, 0, 1];
const FRAME_SECONDS = 0.02;
/**
 * How long an AMR (narrow band, which WeChat records) sounds, in seconds; undefined if the bytes are no AMR. It must be frame after frame to the end.
 */
export function amrSeconds(bytes) {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.toString('latin1', 0, HEADER.length) !== HEADER)
        return undefined;
    let frames = 0;
    for (let at = HEADER.length; at < view.length; frames += 1) {
        const header = view.readUInt8(at);
        const size = (header & 0x83) === 0 ? FRAME_BYTES[(header >> 3) & 15] : 0;
        if (!size)
            return undefined;
        at += size;
    }
    return frames > 0 ? frames * FRAME_SECONDS : undefined;
}
/** How long a WAV of 16 bits sounds, in seconds; undefined if the bytes are no such WAV. Its parts must follow each other to the end. */
export function wavSeconds(bytes) {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.toString('latin1', 0, 4) !== 'RIFF' || view.toString('latin1', 8, 12) !== 'WAVE')
        return undefined;
    let bytesASecond = 0;
    let sound = 0;
    for (let at = 12; at < view.length;) {
        if (at + 8 > view.length)
            return undefined;
        const [name, size] = [view.toString('latin1', at, at + 4), view.readUInt32LE(at + 4)];
        if (at + 8 + size > view.length)
            return undefined;
        if (name === 'fmt ' && size >= 16 && view.readUInt16LE(at + 8) === 1 && view.readUInt16LE(at + 22) === 16)
            bytesASecond = view.readUInt32LE(at + 16);
        if (name === 'data')
            sound += size;
        at += 8 + size + (size % 2);
    }
    return bytesASecond > 0 && sound > 0 ? sound / bytesASecond : undefined;
}
