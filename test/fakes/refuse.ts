import type { Response } from 'express';

/** Answers with an error as Twilio's REST API words it (https://www.twilio.com/docs/usage/twilios-response#exceptions). */
export function refuse(response: Response, status: number, code: number, message: string): void {
  response.status(status).json({ code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status });
}
