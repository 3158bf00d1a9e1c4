import { createServer, IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Express } from 'express';

export interface HttpServer {
  readonly server: Server;
  /** From now on the app answers; earlier requests have waited for it. */
  serve(app: Express): void;
}

/** How long a request's head and the whole request may take to arrive, in milliseconds. A slower sender is cut off; a carrier's request takes a few. */
const HEAD_MS = 6_000;
const WHOLE_MS = 10_000;
const LOOKED_AT_MS = 2_000;
/** A connection on which nothing moves for so long is cut off. Milliseconds. */
const STILL_MS = 60_000;

/**
 * A server whose requests and responses have the app's prototypes from the start. Else Express would change the prototype of each as it arrives,
 * which makes everything with it slow: 50 µs of CPU for each request, more than the rest of HTTP.
 * A target that is not a path, such as a whole address meant for a proxy, is answered here; no handler has to deal with it.
 */
export function httpServer(): HttpServer {
  class Request extends IncomingMessage {}
  class Response extends ServerResponse<Request> {}
  const { promise: served, resolve } = whenThere<Express>();
  const times = { headersTimeout: HEAD_MS, requestTimeout: WHOLE_MS, connectionsCheckingInterval: LOOKED_AT_MS };
  const server = createServer({ IncomingMessage: Request, ServerResponse: Response, ...times }, async (request, response) => {
    if (request.url?.startsWith('/')) (await served)(request, response);
    else response.writeHead(400, { 'Content-Type': 'text/plain', Connection: 'close' }).end(NO_PATH);
  });
  server.timeout = STILL_MS;
  server.on('connect', (_request, socket) => {
    socket.on('error', () => socket.destroy()); // gone before it was answered
    const head = `HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: ${NO_PATH.length}\r\nConnection: close`;
    socket.end(`${head}\r\n\r\n${NO_PATH}`, () => socket.destroy()); // nobody reads from it any more, so that it would never notice its end
  });
  return {
    server,
    serve: (app) => {
      Object.setPrototypeOf(Request.prototype, app.request);
      Object.setPrototypeOf(Response.prototype, app.response);
      Object.assign(app, { request: Request.prototype, response: Response.prototype });
      resolve(app);
    },
  };
}

const NO_PATH = 'the request target has to be a path\n';

/** A promise that is resolved from outside. Requests wait for it while the parts are still being put together. */
function whenThere<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
