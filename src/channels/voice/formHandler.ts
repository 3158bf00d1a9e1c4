import type { RequestHandler } from 'express';

/** A handler behind `signedForm`: the fields are in `response.locals.form`. */
export type FormHandler = RequestHandler<Record<string, string>, unknown, unknown, unknown, { form: Readonly<Record<string, string>> }>;
