import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { Refusal } from '../errors.ts';
import type { ReaderLimit } from '../readerLimit.ts';

/** What is said of an address of the API once: its route, the check of what is asked, and its part of `/api/openapi.json` follow from it. */
export interface About<Query extends z.ZodRawShape> {
  /** As OpenAPI writes it: `/api/cycles/{id}/ballot`. */
  readonly path: `/api/${string}`;
  /** One sentence. */
  readonly says: string;
  /** What may be asked behind the question mark; what is wrong is refused with the message of its schema. */
  readonly query: Query;
  /** What it gives. With `type` it is text of that kind, a line of which `json` describes, if it does. */
  readonly gives: { readonly json: z.ZodType } | { readonly type: string; readonly json?: z.ZodType };
  /** What is sent to it, and with whose token; absent where one only reads. */
  readonly takes?: { readonly method: 'put'; readonly type: string; readonly says: string; readonly token: string };
  /** When it is refused, by status, each in a sentence. */
  readonly refuses?: Readonly<Partial<Record<400 | 401 | 403 | 404 | 409 | 413 | 415 | 422, string>>>;
  /** It is read as one of a few at a time; absent where it sends its answer in parts, each of which waits for its own turn. */
  readonly paced?: ReaderLimit;
  readonly answer: (asked: z.output<z.ZodObject<Query>> & Ids, response: Response, request: Request<Ids>) => Promise<void>;
}

/** An address of the API with its handler. */
export interface Declared extends Omit<About<z.ZodRawShape>, 'query' | 'paced' | 'answer'> {
  readonly query: z.ZodObject;
  readonly handler: RequestHandler<Ids>;
}

/** What stands in a path: a cycle's id, a receipt's digits, a community's slug. Empty where it does not. */
export type Ids = Readonly<Record<'id' | 'code' | 'slug', string>>;

/** Declares an address. */
export function declared<Query extends z.ZodRawShape>({ query, paced, answer, ...about }: About<Query>): Declared {
  const asked = z.object(query);
  const handle = async (request: Request<Ids>, response: Response) => {
    const read = asked.safeParse(request.query);
    if (!read.success) throw new Refusal(400, read.error.issues[0]?.message ?? 'What is asked is malformed.');
    await answer({ ...read.data, ...request.params }, response, request);
  };
  return { ...about, query: asked, handler: paced ? paced.handler(handle) : handle };
}

/** A whole number in the query, `least` or more, or nothing. */
export function wholeNumber(name: string, least: number) {
  const wrong = `Give ${name} as one whole number, ${least} or more.`;
  return z
    .string(wrong)
    .regex(/^\d{1,15}$/, wrong)
    .transform(Number)
    .pipe(z.int().min(least, wrong))
    .optional();
}

/** The routes of what is declared. */
export function declaredRoutes(all: readonly Declared[]): Router {
  const routes = Router();
  for (const { path, takes, handler } of all) routes[takes?.method ?? 'get']<Ids>(path.replace(/\{(\w+)\}/g, ':$1'), handler);
  return routes;
}
