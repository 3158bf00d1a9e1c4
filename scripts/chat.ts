import { type Config, config } from '../src/app/config.ts';
import { logger } from '../src/app/logger.ts';
import { readRunFile } from '../src/app/runFile.ts';
import { startServer } from '../src/app/server.ts';
import { phone } from '../src/contacts/phone.ts';
import { worldBeside } from '../src/demo/clock.ts';
import { type CommunityRecord, findCommunity, firstCommunities } from '../src/fund/communities/index.ts';
import { phoneOfOneAlone } from '../src/fund/people/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import { openStore } from '../src/store/openStore.ts';
import type { World } from '../src/store/world.ts';
import type { Talk, TalkDeps } from './chat/talk.ts';
import { talkBySms } from './chat/talkBySms.ts';
import { talkByVoice } from './chat/talkByVoice.ts';
import { talkByWechat } from './chat/talkByWechat.ts';
import { commandOf, does } from './support/command.ts';

const TALKS: Readonly<Record<string, Talk>> = { sms: talkBySms, voice: talkByVoice, wechat: talkByWechat };
/** The number to use if nobody has a phone of their own. */
const STRANGER = '+8613900000000';

export const command = commandOf(
  'chat',
  'A phone in the terminal: what you type is texted to the service, pressed in a call or written in a chat, over its real webhook. Ctrl-D ends it.',
)
  .option('--channel <CHANNEL>', Object.keys(TALKS).join(', '), 'sms')
  .option('--from <PHONE>', 'who you are, such as +8613800000001; without it somebody on the roster')
  .option('--community <SLUG>', 'needed where there are several')
  .action(does(chat));

async function chat(given: { channel: string; from?: string; community?: string }): Promise<void> {
  const talk = Object.hasOwn(TALKS, given.channel) ? TALKS[given.channel] : undefined;
  if (!talk) throw new CodedError('usage', `There is no ${given.channel} channel; there are ${Object.keys(TALKS).join(', ')}.`);
  const beside = await line(config());
  try {
    const community = await communityFor(given.community);
    const from = given.from ? phone(given.from) : ((await phoneOfOneAlone(beside.world, community._id)) ?? STRANGER);
    if (!from) throw new CodedError('usage', '--from is no phone number; write it like +8613800000001.');
    await talk({ ...beside, community, from });
  } finally {
    await beside.close();
  }
}

interface Beside extends Pick<TalkDeps, 'line' | 'world' | 'now'> {
  close(): Promise<void>;
}

/** The running service, or one of our own if none runs. */
async function line(settings: Config): Promise<Beside> {
  const note = readRunFile(settings.dataDir);
  if (note) {
    const store = await openStore(settings);
    return { line: { ...note, authToken: note.authToken ?? tokenOf(settings) }, ...(await timeOf(store.world, note)), close: store.close };
  }
  if (settings.mongodbUri)
    throw new CodedError(
      'no-service',
      'No service runs with this DATA_DIR, and none is started beside a database that MONGODB_URI names. Start the service, or give this command the DATA_DIR that the service has.',
    );
  process.stderr.write('No service runs here; starting one for this talk …\n');
  const service = await startServer({ ...settings, port: 0, publicUrl: 'http://localhost:0' }, logger('error'));
  try {
    const own = readRunFile(settings.dataDir);
    const authToken = own?.authToken ?? tokenOf(settings);
    return { line: { url: service.url, publicUrl: service.publicUrl, authToken }, ...(await timeOf(service.store.world, own)), close: service.close };
  } catch (error) {
    await service.close();
    throw error;
  }
}

/** The world by the clock of the service, as it is now, and that clock. */
async function timeOf(world: World, note: ReturnType<typeof readRunFile>): Promise<Pick<TalkDeps, 'world' | 'now'>> {
  return { world: await worldBeside(world, note), now: async () => (await worldBeside(world, note)).now() };
}

function tokenOf({ twilio }: Config): string {
  if (twilio) return twilio.authToken;
  throw new CodedError(
    'no-carrier',
    'The service takes no SMS: it is no demo and TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_PHONE_NUMBER are not set.',
  );
}

async function communityFor(slug: string | undefined): Promise<CommunityRecord> {
  const found = slug ? [await findCommunity(slug)] : await firstCommunities(2);
  const [first, second] = found;
  if (!first) throw new CodedError('usage', slug ? `There is no community ${slug}.` : 'There is no community yet: npm run community -- import DIR');
  if (second && !first.demo) throw new CodedError('usage', 'There are several communities; say which with --community SLUG.');
  return first;
}
