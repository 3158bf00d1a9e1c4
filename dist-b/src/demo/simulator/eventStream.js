import { Refusal } from '../../web/errors.js';
/** The largest number of streams that may be open at once. */
const MOST_OPEN = 50;
/** A browser for which so many bytes are waiting no longer reads: its stream is cut off, and it connects again by itself. */
const MOST_WAITING = 512 * 1024;
const HEARTBEAT_MS = 15_000;
/** How long a browser waits before it connects again, in milliseconds. */
const RETRY_MS = 1_000;
/** Server-sent events to the simulator's pages. */
export function eventStream(first) {
    const opened = new Set();
    const heartbeat = setInterval(() => each(':\n\n'), HEARTBEAT_MS).unref();
    return {
        open: (_request, response) => {
            if (opened.size >= MOST_OPEN)
                throw new Refusal(503, 'Too many simulators are open; close one.');
            response.writeHead(200, {
                'Content-Type': 'text/event-stream; charset=utf-8',
                'Cache-Control': 'no-store',
                'X-Accel-Buffering': 'no',
                Connection: 'close', // a stream that was ended does not delay the server's stop
            });
            response.write(`retry: ${RETRY_MS}\n\n`);
            first((event, data) => response.write(framed(event, data)));
            opened.add(response);
            response.once('close', () => opened.delete(response));
        },
        send: (event, data) => each(framed(event, data)),
        count: () => opened.size,
        stop: () => {
            clearInterval(heartbeat);
            for (const response of opened)
                response.end();
        },
    };
    function each(frame) {
        for (const response of opened) {
            response.write(frame);
            if (response.writableLength > MOST_WAITING)
                response.destroy();
        }
    }
}
/** JSON has no line break of its own, so it fits on one line. */
function framed(event, data) {
    return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
