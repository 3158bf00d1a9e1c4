import type { Express } from 'express';

type Layer = Express['router']['stack'][number];
type Method = 'get' | 'post';

/** The addresses that a service answers, as its routes have them. */
export function addressesOf(app: Express, method: Method): string[] {
  return [...new Set(routesOf(app.router.stack, method))].toSorted();
}

function routesOf(stack: readonly Layer[], method: Method): string[] {
  return stack.flatMap((layer): string[] => {
    const { route, handle } = layer;
    if (route) return route.stack.some((one) => one.method === method) ? [route.path].flat() : [];
    return 'stack' in handle && Array.isArray(handle.stack) ? routesOf(handle.stack, method) : [];
  });
}
