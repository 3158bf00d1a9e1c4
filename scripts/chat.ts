import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { asCarrier, type Line } from '../src/channels/sms/asCarrier.ts';
import { segments, toText } from '../src/channels/sms/render.ts';
import { type Config, config } from '../src/config.ts';
import { loadCatalogue } from '../src/dialog/loadCatalogue.ts';
import { wording } from '../src/dialog/wording.ts';
import { phone } from '../src/fund/phone.ts';
import { Community, type CommunityRecord } from '../src/fund/records/community.ts';
import { Resident } from '../src/fund/records/resident.ts';
import { logger } from '../src/logger.ts';
import { Message } from '../src/outreach/message.ts';
import { startService } from '../src/service.ts';
import { readServiceNote } from '../src/serviceNote.ts';
import { CodedError } from '../src/store/codedError.ts';
import { openStore } from '../src/store/openStore.ts';
import type { World } from '../src/store/world.ts';
import { command } from './support/command.ts';

const USAGE = `npm run chat -- [--channel sms] [--from +86…] [--community SLUG]
A phone in the terminal: what you type is texted to the service, over its real webhook. Ctrl-D ends it.`;

await command(USAGE, async () => {
  const { values } = parseArgs({ options: { channel: { type: 'string', default: 'sms' }, from: { type: 'string' }, community: { type: 'string' } } });
  if (values.channel !== 'sms') throw new CodedError('usage', `There is no ${values.channel} channel yet; sms is there.`);
  const settings = config();
  const beside = await line(settings);
  try {
    await talk(beside, values);
  } finally {
    await beside.close();
  }
});

interface Beside {
  readonly line: Line;
  readonly world: World;
  close(): Promise<void>;
}

/** The running service, or one of our own where none runs. */
async function line(settings: Config): Promise<Beside> {
  const note = readServiceNote(settings.dataDir);
  if (note) {
    const store = await openStore(settings);
    return { line: { ...note, authToken: note.demoToken ?? tokenOf(settings) }, world: store.world, close: store.close };
  }
  process.stderr.write('No service runs here; starting one for this talk …\n');
  const service = await startService({ ...settings, port: 0, publicUrl: 'http://localhost:0' }, logger('error'));
  const authToken = readServiceNote(settings.dataDir)?.demoToken ?? tokenOf(settings);
  return { line: { url: service.url, publicUrl: service.publicUrl, authToken }, world: service.store.world, close: service.close };
}

function tokenOf({ twilio }: Config): string {
  if (twilio) return twilio.authToken;
  throw new CodedError(
    'no-carrier',
    'The service takes no SMS: it is no demo and TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_PHONE_NUMBER are not set.',
  );
}

async function talk({ line, world }: Beside, options: { from?: string; community?: string }): Promise<void> {
  const community = await communityFor(options.community);
  const from = options.from ? phone(options.from) : await somePhone(community);
  if (!from) throw new CodedError('usage', '--from is no phone number; write it like +8613800000001.');
  process.stdout.write(`${community.name} ${community.phone} · you are ${from} · Ctrl-D ends\n`);
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: '→ ', terminal: process.stdin.isTTY });
  const mail = incoming(world, community, from, (text) => {
    process.stdout.write(`\n${shown(text)}\n`);
    if (process.stdin.isTTY) lines.prompt(true);
  });
  lines.prompt();
  for await (const body of lines) {
    if (!process.stdin.isTTY) process.stdout.write(`${body}\n`);
    if (body.trim()) {
      const answer = await asCarrier(line, { from, to: community.phone, body });
      process.stdout.write(answer === null ? '← (no answer)\n' : `${shown(answer)}\n`);
    }
    lines.prompt();
  }
  await mail.stop();
  process.stdout.write('\n');
}

function shown(text: string): string {
  const count = segments(text);
  return `← ${text} [${text.length}${count > 1 ? `, ${count} segments` : ''}]`;
}

async function communityFor(slug: string | undefined): Promise<CommunityRecord> {
  const found = await Community.find(slug ? { _id: slug } : {})
    .sort({ demo: -1, _id: 1 })
    .limit(2)
    .lean();
  const [first, second] = found;
  if (!first) throw new CodedError('usage', slug ? `There is no community ${slug}.` : 'There is no community yet: npm run community -- import DIR');
  if (second && !first.demo) throw new CodedError('usage', 'There are several communities; say which with --community SLUG.');
  return first;
}

/** A phone that the roster gives to one resident alone, else a stranger's. */
async function somePhone({ _id: community }: CommunityRecord): Promise<string> {
  const [one] = await Resident.aggregate<{ _id: string }>([
    { $match: { community, phone: { $type: 'string' }, role: 'resident' } },
    { $sort: { rosterId: 1 } },
    { $limit: 1_000 },
    { $group: { _id: '$phone', holders: { $sum: 1 }, first: { $first: '$rosterId' } } },
    { $match: { holders: 1 } },
    { $sort: { first: 1 } },
    { $limit: 1 },
  ]);
  return one?._id ?? '+8613900000000';
}

/** Shows what the service sends by itself, once a second. */
function incoming(world: World, community: CommunityRecord, from: string, show: (text: string) => void) {
  const catalogue = loadCatalogue();
  let since = world.now();
  const look = async () => {
    const arrived = await Message.find({
      channel: 'sms',
      address: from,
      community: community._id,
      state: { $in: ['sent', 'delivered'] },
      changedAt: { $gt: since },
    })
      .sort({ changedAt: 1 })
      .limit(20)
      .lean();
    for (const { said, language, changedAt } of arrived) {
      since = changedAt;
      const defaults = { community: community.name, personName: community.person.name, personPhone: community.person.phone };
      const setting = { language, channel: 'sms', zone: community.timezone, at: world.now(), defaults };
      const texts = await catalogue;
      show(toText({ says: [JSON.parse(world.vault.open(said))] }, (lists) => wording(texts, { ...setting, lists })));
    }
  };
  let looking = Promise.resolve();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, 1_000);
  return {
    stop: async () => {
      clearInterval(timer);
      await looking.then(look);
    },
  };
}
