import { type Request, type RequestHandler, Router } from 'express';
import type { Metrics } from '../metrics.ts';
import { isSame } from '../store/isSame.ts';
import { Refusal } from './refusal.ts';

/** `/metrics` for Prometheus: with a token whoever bears it; without one only loopback, and not through a proxy. */
export function metricsRoute({ registry }: Metrics, token?: string): Router {
  return Router().get('/metrics', token ? bearer(token) : loopbackOnly, async (_request, response) => {
    response
      .set('Cache-Control', 'no-store')
      .type(registry.contentType)
      .send(await registry.metrics());
  });
}

function bearer(token: string): RequestHandler {
  return (request, response, next) => {
    if (isSame(request.get('Authorization') ?? '', `Bearer ${token}`)) return next();
    response.set('WWW-Authenticate', 'Bearer');
    throw new Refusal(401, 'Send METRICS_TOKEN as the bearer token.');
  };
}

const loopbackOnly: RequestHandler = (request, _response, next) => {
  if (isLoopback(request) && !isForwarded(request)) return next();
  throw new Refusal(403, 'Without METRICS_TOKEN only this machine itself may read its metrics, and not through a proxy.');
};

function isLoopback({ socket }: Request): boolean {
  return /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(socket.remoteAddress ?? '');
}

function isForwarded({ headers }: Request): boolean {
  return Object.keys(headers).some((name) => name === 'via' || name === 'forwarded' || name.startsWith('x-forwarded-') || name === 'x-real-ip');
}
