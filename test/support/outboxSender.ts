import { logger } from '../../src/app/logger.ts';
import { sendSms } from '../../src/carriers/twilio/rest.ts';
import { outbox } from '../../src/outreach/outbox/outbox.ts';
import { openStore } from '../../src/store/openStore.ts';
import { SECRET_BYTES } from './secret.ts';

/** A process that sends the messages of the outbox until it is killed. Run with TEST_URI, TEST_API, TEST_ACCOUNT, TEST_TOKEN. */
const { TEST_URI = '', TEST_API = '', TEST_ACCOUNT = '', TEST_TOKEN = '' } = process.env;
const { world } = await openStore({ mongodbUri: TEST_URI, dataDir: '.data/none', secret: SECRET_BYTES });
const send = sendSms({ accountSid: TEST_ACCOUNT, authToken: TEST_TOKEN, apiUrl: TEST_API, publicUrl: 'https://yisheng.example' });
outbox(world, { channel: 'sms', log: logger('error'), send, word: async () => '明天停水', atOnce: 8, timeoutMs: 2_000, pollMs: 100 });
