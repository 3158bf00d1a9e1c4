/** Two minutes take half a megabyte as MP3, two as WAV. */
const MAX_BYTES = 4 * 1024 * 1024;
const SLOWEST_MS = 20_000;
/** The recordings at a carrier. */
export function recordingsAt({ call, holds, sound, whole, slowestMs = SLOWEST_MS }) {
    return {
        holds,
        fetch: async (carrierId) => {
            const signal = AbortSignal.timeout(slowestMs);
            try {
                const { status, body } = await call('GET', sound(carrierId), { signal, most: MAX_BYTES });
                if (status === 200)
                    return body ? { bytes: body } : { wrong: 'tooLarge' };
                return { failed: status === 404 ? 'missing' : `http.${status}` };
            }
            catch {
                return { failed: signal.aborted ? 'slow' : 'unreachable' };
            }
        },
        remove: async (carrierId) => {
            try {
                const { status } = await call('DELETE', whole(carrierId));
                return status === 204 || status === 404;
            }
            catch {
                return false; // the carrier was not reached: asked again later
            }
        },
    };
}
