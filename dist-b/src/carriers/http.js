import { Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
const TIMEOUT_MS = 10_000;
const MOST = 64 * 1024;
/** We close a connection that was idle for this long, in milliseconds. Otherwise the other end might close it just as the next request goes out. */
const IDLE_MS = 4_000;
/**
 * Calls a carrier's addresses, which begin with `base`, once, over connections that are kept: this costs a fifth of what `fetch` costs. What is sent
 * goes only to that host: a redirect is given back as the answer and not followed. Rejects if there is no answer.
 */
export function carrierHttp(base) {
    const isSecure = base.startsWith('https:');
    const request = isSecure ? secureRequest : plainRequest;
    const agent = new (isSecure ? SecureAgent : PlainAgent)({ keepAlive: true, timeout: IDLE_MS });
    return async (method, path, { headers, body, signal, most = MOST } = {}) => {
        const all = { 'user-agent': 'yisheng', ...headers, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) };
        const answer = await new Promise((resolve, reject) => request(base + path, { method, headers: all, agent, signal: signal ?? AbortSignal.timeout(TIMEOUT_MS) }, resolve)
            .on('error', reject)
            .end(body));
        const read = await bounded(answer, most);
        const { location } = answer.headers;
        return { status: answer.statusCode ?? 0, ...(read && { body: read }), ...(location !== undefined && { location }) };
    };
}
/** The header `Authorization` of a user with a password (RFC 7617). */
export function basic(user, password) {
    return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
/** Reads up to the limit, whatever length was announced. */
async function bounded(answer, most) {
    const chunks = [];
    let size = 0;
    for await (const chunk of answer) {
        size += chunk.length;
        if (size > most)
            return undefined;
        chunks.push(chunk);
    }
    return Buffer.concat(chunks);
}
const NO_CONNECTION = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];
/** What is known about a message or a call whose request got no answer: without a connection it cannot have gone out. */
export function unanswered(error, signal) {
    if (error instanceof Error && 'code' in error && NO_CONNECTION.includes(String(error.code)))
        return { state: 'refused', reason: 'unreachable' };
    return { state: 'unknown', reason: signal.aborted ? 'timeout' : 'noAnswer' };
}
/** The JSON of a body; undefined if it is none. */
export function jsonIn(body) {
    try {
        return JSON.parse(body?.toString() ?? '');
    }
    catch (error) {
        if (error instanceof SyntaxError)
            return undefined;
        throw error;
    }
}
