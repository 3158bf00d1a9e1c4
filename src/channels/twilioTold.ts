/** What Twilio's answer names: the resource that it made, or why there is none. */
export interface TwilioTold {
  readonly sid?: string;
  /** Of https://www.twilio.com/docs/api/errors. */
  readonly code?: number;
}

/** Reads the body of an answer; what is no JSON names nothing. */
export function twilioTold(body: Buffer | undefined): TwilioTold {
  const told = parsed(body);
  if (typeof told !== 'object' || told === null) return {};
  return {
    ...('sid' in told && typeof told.sid === 'string' && told.sid !== '' && { sid: told.sid }),
    ...('code' in told && typeof told.code === 'number' && { code: told.code }),
  };
}

function parsed(body: Buffer | undefined): unknown {
  try {
    return JSON.parse(body?.toString() ?? '');
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
