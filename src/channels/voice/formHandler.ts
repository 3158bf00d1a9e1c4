import type { RequestHandler } from 'express';

/** A handler behind `signedForm`: the fields are in `response.locals.form`; `at` is when the step arrived, where a handler before has waited since. */
export type FormHandler = RequestHandler<Record<string, string>, unknown, unknown, unknown, { form: Readonly<Record<string, string>>; at?: Date }>;
