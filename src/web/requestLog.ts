import type { RequestHandler } from 'express';
import type { Log } from '../logger.ts';
import type { Metrics } from '../metrics.ts';

/** Measures and logs every request by its route's pattern: what stands in its path, query, headers and body stays out. Routers are mounted at the root: only then is the pattern whole. */
export function requestLog(log: Log, metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const begun = performance.now();
    response.once('close', () => {
      const ms = Math.round((performance.now() - begun) * 10) / 10;
      const route = typeof request.route?.path === 'string' ? request.route.path : 'none';
      const method = METHODS.has(request.method) ? request.method : 'other';
      const status = response.statusCode;
      metrics.http(method, route, status, ms / 1000);
      const isWrong = status >= 500 && status !== 503; // what is away or too crowded is told where that is found
      log[isWrong ? 'warn' : 'debug']({ method, route, status, ms }, response.writableFinished ? 'request' : 'request broken off');
    });
    next();
  };
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'OPTIONS']);
