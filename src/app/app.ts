import type { BlockList } from 'node:net';
import express, { type Express } from 'express';
import { flows } from '../../flows/index.ts';
import { realCarriers } from '../carriers/carriers.ts';
import type { RecogniserSettings } from '../carriers/hearing/recogniser.ts';
import { isWithin } from '../carriers/networks.ts';
import type { CarrierContext } from '../carriers/port.ts';
import type { CarrierSettings, Networks } from '../carriers/settings.ts';
import { chatCodes } from '../carriers/wechat/posterCode.ts';
import { smsText } from '../channels/sms/render.ts';
import { speaksSichuan } from '../channels/voice/prompts/neededPrompts.ts';
import { phrasesOf } from '../channels/voice/prompts/promptBook.ts';
import { chatWords } from '../channels/wechat/render.ts';
import { CHANNELS } from '../contacts/channel.ts';
import type { Demo } from '../demo/index.ts';
import { dialog } from '../dialog/dialog.ts';
import { loadCatalogue } from '../dialog/loadCatalogue.ts';
import { wordsFor } from '../dialog/wording.ts';
import { keepTurnoutShares, ledgerRoom, publishedFiles, sealDue, sealsOverdue } from '../fund/ballots/index.ts';
import { headsLog, type LogSettings, readWatching } from '../fund/heads/index.ts';
import { draftRecordings, workRecordings } from '../fund/inquiries/index.ts';
import { keepMisses } from '../fund/misses/index.ts';
import { enterRest } from '../fund/paper/index.ts';
import { afterCalendar, lostRecording } from '../fund/proposals/index.ts';
import { endChat, eraseDue } from '../fund/roster/index.ts';
import { lapseSeconds, tellSeconds } from '../fund/second/index.ts';
import { fetchSentPictures } from '../fund/works/index.ts';
import type { BroadcastDeps } from '../outreach/broadcasts/planBroadcast.ts';
import { calendarJob } from '../outreach/calendar/calendarJob.ts';
import { askCallBack, placeCallBacks } from '../outreach/callBacks.ts';
import { carrierStatus } from '../outreach/outbox/delivery.ts';
import { enqueue, queueReply } from '../outreach/outbox/enqueue.ts';
import { countByState } from '../outreach/outbox/forgetMessages.ts';
import { oldestOwed, outbox } from '../outreach/outbox/outbox.ts';
import { backupBehind } from '../store/backupState.ts';
import type { Log } from '../store/log.ts';
import { forEachSettled, underway } from '../store/pauses.ts';
import type { World } from '../store/world.ts';
import { lastError } from '../web/errors.ts';
import { noDoors, turnsRoutes, webRoutes } from '../web/webRoutes.ts';
import { ballotPreview } from './ballotPreview.ts';
import type { Role } from './config.ts';
import { dialogDeps, flowServices, forgetContacts } from './dialogDeps.ts';
import { metrics, requestLog } from './metrics.ts';
import { openChats } from './openChats.ts';
import { openPhones, textedCommunity } from './openPhones.ts';
import { checkTemplates, elsewhere, templated } from './templated.ts';
import { callBackTicks, ticks } from './ticks.ts';
import { aloud, messageParts, messageUnits, noticeText } from './words.ts';

export interface AppDeps extends CarrierSettings {
  readonly world: World;
  readonly log: Log;
  /** The address at which carriers reach the service; no slash at the end. */
  readonly publicUrl: string;
  /** If given, its carriers take the place of the real ones. */
  readonly demo?: Demo | undefined;
  readonly metricsToken?: string;
  /** What this process does; all of it if absent (docs/operation.md: Turns in processes of their own). */
  readonly role?: Role | undefined;
  /** The server that recognises speech. */
  readonly speech?: RecogniserSettings | undefined;
  /** From where carriers' requests are taken. */
  readonly networks?: Networks | undefined;
  /** The proxies whose `X-Forwarded-For` counts; of anybody else it counts for nothing. */
  readonly trustProxy?: BlockList | undefined;
  /** Megabytes for who has cast in ledgers; by the machine's memory if absent. */
  readonly ledgerMemory?: number | undefined;
  /** How the log of heads is signed, and who watches it. Without it, as in a bench, there is none. */
  readonly heads?: LogSettings | undefined;
  /** Whether the service sends the messages of the calendars by itself; otherwise the person who moves the clock starts that by hand. */
  readonly announces: boolean;
}

export interface App {
  readonly handler: Express;
  /** Ends the ticks and the sending. The server has to end the turns in flight first. */
  stop(): Promise<void>;
  /** From now on `/readyz` answers that the service is not ready. */
  leave(): void;
  /** Does what is due at once, as after the clock was put ahead; the ticks would do it within seconds. */
  catchUp(): Promise<void>;
}

/** Puts the parts together: the only place that knows all of them. */
export async function app({
  world,
  log,
  publicUrl,
  demo,
  metricsToken,
  heads,
  announces,
  ledgerMemory,
  networks = {},
  trustProxy,
  speech,
  role = 'all',
  ...settings
}: AppDeps): Promise<App> {
  if (ledgerMemory !== undefined) ledgerRoom(world).megabytes = ledgerMemory;
  const [takesTurns, servesPages] = [role !== 'pages', role !== 'turns'];
  const atScrape = {
    outbox: countByState,
    watching: readWatching,
    numbers: {
      yisheng_outbox_oldest_seconds: () => oldestOwed(world),
      yisheng_ledgers_unsealed: () => sealsOverdue(world.now()),
      yisheng_backup_behind_seconds: async () => (await backupBehind(world))?.behind,
      yisheng_backup_followed: async () => Number((await backupBehind(world))?.isFollowed ?? false),
    },
  };
  const measures = metrics(atScrape, role);
  const hearing = speech && (await import('../carriers/hearing/hearing.ts')).hearing(speech);
  const catalogue = await loadCatalogue();
  let isStopping = false;

  const handler = express().disable('x-powered-by');
  if (trustProxy) handler.set('trust proxy', (address: string) => isWithin(trustProxy, address));
  handler.use(requestLog(log, measures));
  const stops: (() => Promise<void>)[] = [];
  const room = demo?.({ world, log, catalogue, publicUrl, hear: hearing?.hear, catchUp });
  const { channels, recordings, pictures, wechat = [], ...carriers } = room?.carriers ?? (await realCarriers(world, log, settings));
  const phrases = phrasesOf(catalogue, flows);
  const broadcasts: BroadcastDeps = {
    channels,
    word: noticeText(world, catalogue),
    units: messageUnits,
    parts: messageParts,
  };
  const serve = flowServices(world, broadcasts, (community) => speaksSichuan(world, phrases, community));
  const { seal, published } = sealing(world, log, () => eraseDue(world, forgetContacts));
  const announce = calendarJob(world, channels);
  const misses = keepMisses(world, (error) => log.warn({ error, code: 'miss-not-kept' }, 'what was not understood was not kept'));
  const accounts = carriers.accounts ?? [];
  await checkTemplates(world, log, new Set([...carriers.phone.keys(), ...accounts.map(({ carrier }) => carrier)]));
  if (takesTurns && carriers.phone.size + accounts.length > 0) {
    const context: CarrierContext = {
      world,
      log,
      publicUrl,
      mount: '',
      answer: dialog(dialogDeps(world, { log, channel: 'sms', services: serve, sendsCodes: true, missed: misses.keep })),
      text: smsText(wordsFor(world, catalogue)),
      reply: (answer) => queueReply(world, answer),
      templated: templated(world, catalogue),
      elsewhere: elsewhere(world, channels),
      textedCommunity: textedCommunity(world, accounts),
      networks,
      hearing,
      recordStatus: (status) => carrierStatus(world, status),
      notify: enqueue(world),
      askCallBack: (call) => askCallBack(world, call),
      speech: {
        phrases,
        synthesised: measures.synthesised,
        wordsFor: wordsFor(world, catalogue),
      },
      observe: measures.turn,
      parked: measures.parked,
    };
    const phones = openPhones(carriers.phone, accounts, context);
    for (const { path, handlers, isAlsoGet } of phones.doors) {
      handler.post(path, ...handlers);
      if (isAlsoGet) handler.get(path, ...handlers);
    }
    const endCallBacks = callBackTicks(log, measures.tickFailed, () => placeCallBacks(world, phones.placeCall));
    stops.push(phones.stop, endCallBacks);
    for (const channel of channels.filter((channel) => CHANNELS[channel].isPhone))
      stops.push(outbox(world, { channel, log, send: phones.send(channel), word: noticeText(world, catalogue) }).stop);
    if (phones.handsOver)
      stops.push(outbox(world, { channel: 'sms', log, sends: 'replies', send: phones.send('sms'), word: noticeText(world, catalogue) }).stop);
  }
  if (takesTurns && wechat.length > 0) {
    const chats = openChats(wechat, {
      world,
      log,
      recordStatus: (status) => carrierStatus(world, status),
      answer: dialog(
        dialogDeps(world, {
          log,
          channel: 'wechat',
          services: serve,
          sendsCodes: channels.some((channel) => CHANNELS[channel].isPhone),
          missed: misses.keep,
        }),
      ),
      words: chatWords(wordsFor(world, catalogue)),
      unfollow: (address, at) => endChat(world, forgetContacts, address, at),
      observe: (outcome, seconds) => measures.turn('wechat', outcome, seconds),
      parked: measures.parked,
    });
    for (const { path, handler: door } of chats.doors) handler.route(path).get(door).post(door);
    stops.push(outbox(world, { channel: 'wechat', log, send: chats.send, word: noticeText(world, catalogue) }).stop, chats.stop);
  }
  if (room?.simulator) handler.use(room.simulator.routes);
  const how = { metrics: measures, metricsToken, isStopping: () => isStopping, ahead: room?.simulator?.ahead, role };
  if (!takesTurns) handler.use(noDoors());
  if (!servesPages) handler.use(turnsRoutes(world, how));
  else
    handler.use(
      webRoutes(world, {
        catalogue,
        publicUrl,
        banner: room?.simulator?.banner,
        personas: room?.simulator?.personas,
        broadcasts,
        previewBallot: ballotPreview(world, catalogue, phrases),
        forget: forgetContacts,
        aloud: aloud(world, catalogue, phrases),
        ...chatCodes(world, wechat),
        signer: heads?.signer,
        ...how,
      }),
    );
  handler.use(lastError(log));
  const due = servesPages
    ? ticks(world, log, {
        ...(recordings && { recordings: () => workRecordings(world, recordings, lostRecording(world, enqueue(world))) }),
        ...(hearing && { drafts: () => draftRecordings(world, (sound, language) => hearing.write(sound, { language, expected: [] })) }),
        ...(pictures && { pictures: () => fetchSentPictures(world, pictures, enqueue(world)) }),
        failed: measures.tickFailed,
        channels,
        seal,
        erase: () => eraseDue(world, forgetContacts),
        proposals: afterCalendar(world, enqueue(world)),
        ...(heads && { heads: headsLog(world, heads) }),
        ...(announces && { calendar }),
      })
    : undefined;
  if (due) stops.push(due.stop);
  return {
    handler,
    catchUp,
    leave: () => {
      isStopping = true;
      room?.simulator?.stop();
    },
    stop: async () => {
      await Promise.all([...stops.map((stop) => stop()), misses.written()]);
      await published();
    },
  };

  async function calendar(): Promise<void> {
    await forEachSettled([announce, () => lapseSeconds(world), () => tellSeconds(world, enqueue(world))], 'looks', (job) => job());
  }

  async function catchUp(): Promise<void> {
    await due?.look();
    if (!announces) await calendar();
  }
}

/**
 * Seals what is due. Residents who asked to be deleted while voting was open are deleted once the ledger is sealed. Its files are made beside it:
 * `published` resolves once none is being made.
 */
function sealing(world: World, log: Log, eraseAll: () => Promise<void>): { seal(): Promise<void>; published(): Promise<void> } {
  const sealAll = sealDue(world, enterRest(world));
  const keepTurnout = keepTurnoutShares(world);
  const { publish } = publishedFiles(world);
  const publishing = underway();
  return { seal, published: publishing.ended };

  async function seal(): Promise<void> {
    const sealed = await sealAll();
    for (const cycle of sealed) {
      const made = publish(cycle).catch((error: unknown) =>
        log.error({ error, code: 'not-published' }, 'The files of a sealed ledger were not made; the first who asks for them tries it again'),
      );
      void publishing.add(made);
    }
    for (const cycle of sealed)
      await keepTurnout(cycle).catch((error: unknown) =>
        log.error({ error, code: 'turnout-not-kept' }, 'The turnout by building was not counted; the first who reads it tries it again'),
      );
    if (sealed.length > 0) await eraseAll();
  }
}
