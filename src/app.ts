import express, { type Express } from 'express';
import { flows } from '../flows/index.ts';
import { asCarrier } from './channels/sms/asCarrier.ts';
import { demoSms } from './channels/sms/demoSms.ts';
import { receiveSms } from './channels/sms/receive.ts';
import { segments, toText } from './channels/sms/render.ts';
import { sendSms } from './channels/sms/send.ts';
import { signedForm } from './channels/sms/signed.ts';
import { status } from './channels/sms/status.ts';
import { call } from './channels/voice/asCaller.ts';
import { speaksSichuan } from './channels/voice/prompts/speaksSichuan.ts';
import { type VoiceChannel, voiceChannel } from './channels/voice/voiceChannel.ts';
import { asWechat } from './channels/wechat/asWechat.ts';
import { demoAccount } from './channels/wechat/demoAccount.ts';
import { chatLists } from './channels/wechat/render.ts';
import { type WechatAccount, wechatChannel } from './channels/wechat/wechatChannel.ts';
import type { TwilioConfig } from './config.ts';
import { dialog } from './dialog/dialog.ts';
import { loadCatalogue } from './dialog/loadCatalogue.ts';
import { menusOf } from './dialog/menusOf.ts';
import type { Reply } from './dialog/question.ts';
import { dialogMeans } from './dialogMeans.ts';
import { forgetPlaces } from './forgetPlaces.ts';
import type { Channel } from './fund/act.ts';
import { publishedFiles } from './fund/ledger/publishedFiles.ts';
import { sealDue } from './fund/ledger/sealDue.ts';
import { type RecordingSource, workRecordings } from './fund/recordings/workRecordings.ts';
import type { CommunityRecord } from './fund/records/community.ts';
import { endChat } from './fund/roster/endChat.ts';
import { leaveDue } from './fund/roster/leaveDue.ts';
import type { Log } from './logger.ts';
import { messageUnits } from './messageUnits.ts';
import { metrics } from './metrics.ts';
import { noticeText } from './noticeText.ts';
import type { BroadcastMeans } from './outreach/broadcasts/planBroadcast.ts';
import { calendarJob } from './outreach/calendar/calendarJob.ts';
import { countByState } from './outreach/countByState.ts';
import { enqueue } from './outreach/enqueue.ts';
import { outbox } from './outreach/outbox.ts';
import { services } from './services.ts';
import type { DemoClock } from './store/demoClock.ts';
import type { World } from './store/world.ts';
import { ticks } from './ticks.ts';
import { lastError } from './web/lastError.ts';
import { requestLog } from './web/requestLog.ts';
import { simulator } from './web/simulator/simulator.ts';
import { webRoutes } from './web/webRoutes.ts';
import { wordsFor } from './wordsFor.ts';

export interface AppMeans {
  readonly world: World;
  readonly log: Log;
  /** How carriers reach it, no slash at the end. */
  readonly publicUrl: string;
  /** The carrier of SMS; the demo's stand-in has a token alone. */
  readonly carrier?: TwilioConfig | DemoCarrier;
  readonly wechat?: WechatAccount;
  readonly metricsToken?: string;
  /** It says by itself what the calendars ask for; else whoever holds the clock looks by hand. */
  readonly looksAround: boolean;
}

export interface DemoCarrier {
  readonly demoToken: string;
  /** The service's own address on this machine: with it the simulator is there. */
  readonly url?: string;
  /** The world's clock, as the simulator moves it. */
  readonly clock?: DemoClock;
}

export interface App {
  readonly handler: Express;
  /** Ends ticks and what is being sent; the turns in flight are the server's to end first. */
  stop(): Promise<void>;
  /** From now on `/readyz` says no. */
  leave(): void;
}

/** Puts the parts together: the one place that knows all of them. */
export async function app({ world, log, publicUrl, carrier, wechat, metricsToken, looksAround }: AppMeans): Promise<App> {
  const measures = metrics(countByState);
  const catalogue = await loadCatalogue();
  let isStopping = false;
  let jobs: VoiceChannel['jobs'] | undefined;
  let recordings: RecordingSource | undefined;

  const wordsIn = wordsFor(world, catalogue);
  const text = (reply: Reply, language: string, community?: CommunityRecord | null) =>
    toText(reply, (lists) => wordsIn('sms', language, community, lists));

  const handler = express().disable('x-powered-by');
  handler.use(requestLog(log, measures));
  const stops: (() => Promise<void>)[] = [];
  const channels: readonly Channel[] = [
    ...(carrier ? (['sms'] as const) : []),
    ...(carrier && !('demoToken' in carrier) ? (['voice'] as const) : []),
    ...(wechat ? (['wechat'] as const) : []),
  ];
  const phrases = { catalogue, menus: menusOf(flows) };
  const broadcasts: BroadcastMeans = {
    channels,
    word: noticeText(world, catalogue),
    units: messageUnits,
  };
  const serve = services(world, broadcasts, speaksSichuan(world, phrases));
  const sealAll = sealDue(world);
  const leaveAll = leaveDue(world, forgetPlaces(world));
  const { publish } = publishedFiles(world);
  const calendar = calendarJob(world, channels);
  const clock = carrier && 'demoToken' in carrier ? carrier.clock : undefined;
  const played = carrier && 'demoToken' in carrier && carrier.url && clock ? playedOn(carrier.demoToken, carrier.url, clock) : undefined;
  if (carrier) {
    const authToken = 'demoToken' in carrier ? carrier.demoToken : carrier.authToken;
    const signed = signedForm({ authToken, publicUrl });
    const answer = dialog(dialogMeans(world, { log, channel: 'sms', services: serve, sendsCodes: true }));
    handler.post(
      '/twilio/sms',
      signed,
      receiveSms({
        world,
        answer,
        text: ({ reply, language, community }) => (reply ? text(reply, language, community) : ''),
        observe: (outcome, seconds) => measures.turn('sms', outcome, seconds),
      }),
    );
    const voice = voiceChannel({
      world,
      log,
      publicUrl,
      ...('demoToken' in carrier ? {} : { account: carrier }),
      phrases,
      synthesised: measures.synthesised,
      answer,
      wordsFor: (language, community, lists) => wordsIn('voice', language, community, lists),
      tell: enqueue(world),
      observe: (outcome, seconds) => measures.turn('voice', outcome, seconds),
    });
    for (const [path, handlers] of Object.entries(voice.handlers)) handler.post(path, signed, ...handlers);
    handler.post('/twilio/status', signed, ...voice.status, status(world, log));
    jobs = voice.jobs;
    recordings = voice.recordings;
    stops.push(voice.stop);
    const send = 'demoToken' in carrier ? demoSms(played?.arrived) : sendSms({ ...carrier, publicUrl });
    stops.push(outbox(world, { channel: 'sms', log, send, word: noticeText(world, catalogue) }).stop);
    stops.push(outbox(world, { channel: 'voice', log, send: voice.send, word: noticeText(world, catalogue) }).stop);
  }
  if (wechat) {
    const channel = await wechatChannel({
      world,
      log,
      account: 'demoToken' in wechat && played ? { ...wechat, arrived: played.arrivedInChat } : wechat,
      answer: dialog(dialogMeans(world, { log, channel: 'wechat', services: serve, sendsCodes: carrier !== undefined })),
      words: ({ language, community }) => wordsIn('wechat', language, community, chatLists),
      leave: endChat(world, forgetPlaces(world)),
      observe: (outcome, seconds) => measures.turn('wechat', outcome, seconds),
    });
    handler.route('/wechat').get(channel.handler).post(channel.handler);
    stops.push(outbox(world, { channel: 'wechat', log, send: channel.send, word: noticeText(world, catalogue) }).stop, channel.stop);
    recordings = channel.recordings(recordings);
  }
  if (played) handler.use(played.routes);
  handler.use(
    webRoutes(world, {
      catalogue,
      publicUrl,
      isDemo: played !== undefined,
      ...(clock && { ahead: clock.ahead }),
      metrics: measures,
      metricsToken,
      isStopping: () => isStopping,
    }),
  );
  handler.use(lastError(log));
  stops.push(
    ticks(world, log, {
      ...jobs,
      ...(recordings && { recordings: workRecordings(world, recordings, enqueue(world)) }),
      channels,
      seal,
      leave: leaveAll,
      ...(looksAround && { calendar }),
    }),
  );
  return {
    handler,
    leave: () => {
      isStopping = true;
      played?.stop();
    },
    stop: async () => {
      await Promise.all(stops.map((stop) => stop()));
    },
  };

  /** Residents who asked to be deleted while voting was open are deleted once the ledger is sealed. */
  async function seal(): Promise<void> {
    const sealed = await sealAll();
    for (const cycle of sealed)
      publish(cycle).catch((error: unknown) =>
        log.error({ error, code: 'NOT_PUBLISHED' }, 'The files of a sealed ledger were not made; the first who asks for them tries it again'),
      );
    if (sealed.length > 0) await leaveAll();
  }

  function playedOn(authToken: string, url: string, clock: DemoClock) {
    const line = { url, publicUrl, authToken };
    const catchUp = async () => {
      await seal();
      await calendar();
    };
    return simulator(world, {
      log,
      catalogue,
      publicUrl,
      clock,
      catchUp,
      segments,
      deliver: (text) => asCarrier(line, text),
      call: (caller) => call(line, caller),
      chat: (delivery) => asWechat({ url, ...demoAccount(authToken) }, delivery),
    });
  }
}
