import { z } from 'zod';
import { communityByNumber } from '../../fund/communities/index.ts';
import { jsonIn } from '../http.ts';
import type { Carrier, CarrierContext, ReadyCarrier } from '../port.ts';
import { type CarrierRecordings, recordingsAt } from '../recordings.ts';
import type { AsteriskSettings } from '../settings.ts';
import { APP, type Ari, type AriChannel, type AriEvent, ari, ariHttp } from './ari.ts';
import { conversations } from './conversations.ts';
import { HEARD } from './ear.ts';
import { type Line, line } from './line.ts';
import { CallOver } from './onChannel.ts';
import { BUSY, dialled, placedCalls } from './placedCalls.ts';
import { sounds } from './sounds.ts';

/** Asterisk, by its REST interface: the keypad line over a SIP trunk or a gateway. */
export function asterisk(settings: AsteriskSettings): ReadyCarrier {
  return { recordings: recordings(settings), open: (context) => opened(settings, context) };
}

/** More calls than this at once are told that the line is busy. */
const MOST_CALLS = 500;

function opened(settings: AsteriskSettings, context: CarrierContext): Carrier {
  const { world, log, publicUrl, askCallBack } = context;
  const lines = new Map<string, Line>();
  /** The phones that a call is connected with, by their channels. */
  const legs = new Map<string, Line>();
  const spoken = sounds(world, publicUrl, settings.ttsCommand);
  const endpointOf = (number: string) => `PJSIP/${dialled(number)}@${settings.trunk}`;
  const talk = conversations(context, endpointOf);
  const communityOf = communityByNumber(world);
  const leaveAll = () => {
    for (const one of lines.values()) one.leave();
  };
  const interface_ = ari(settings, { onEvent, onConnected: () => void takeUp().catch(report), onReplaced: leaveAll }, { world, log });
  const placed = placedCalls(context, { ari: interface_, endpointOf, held, report });

  return {
    doors: [{ path: '/asterisk/sounds/:name', isAlsoGet: true, handlers: [spoken.handler] }],
    voice: placed.voice,
    stop: async () => {
      const given = interface_.stop();
      leaveAll();
      await given;
      await talk.stop();
    },
  };

  function report(error: unknown): void {
    log.error({ error, channel: 'voice', code: 'asterisk-failed' }, 'What Asterisk said could not be dealt with');
  }

  function onEvent(event: AriEvent): void {
    const { type, channel, args = [], playback, recording } = event;
    const about = channel?.id ?? (playback?.target_uri ?? recording?.target_uri)?.replace(/^channel:/, '') ?? '';
    const known = lines.get(about) ?? legs.get(about);
    if (known) known.take(event);
    else if (type === 'StasisStart' && channel) begun(channel, args).catch(report);
    else if (type === 'ChannelDestroyed') placed.notAnswered(about, event.cause).catch(report);
  }

  /** A channel has come into our application: a call, or one that we placed and that was answered. */
  async function begun(channel: AriChannel, args: readonly string[]): Promise<void> {
    const [kind = '', first = '', second = ''] = args;
    if (kind === 'leg') return void (await interface_.call('DELETE', `/channels/${channel.id}`)); // whoever it was for is gone
    if (lines.size >= MOST_CALLS) return reject(channel);
    if (kind === 'text') return placed.sayText(channel, first);
    if (kind === 'placed') return held(channel, (one) => talk.converse(one, { id: channel.id, address: first, to: second, isPlaced: true }));
    const caller = inbound(channel, args);
    if (!caller.address) return held(channel, (one) => talk.withoutNumber(one));
    const { address } = caller;
    await held(channel, async (one) => {
      const community = await communityOf(caller.to).catch(() => null); // the database is away: the dialog says so
      if (community && community.callback === caller.to) {
        await askCallBack({ id: channel.id, address, community }).catch(report);
        return reject(channel);
      }
      await one.answer().catch((error: unknown) => {
        if (!(error instanceof CallOver)) throw error;
      });
      await talk.converse(one, { ...caller, address });
    });
  }

  /** Keeps the line while something is said and heard on it. */
  async function held(channel: AriChannel, work: (one: Line) => Promise<void>): Promise<void> {
    const one: Line = line(channel.id, { ari: interface_, sounds: spoken, world, log, adopt: (leg) => legs.set(leg, one) });
    lines.set(channel.id, one);
    try {
      await work(one);
    } finally {
      lines.delete(channel.id);
      for (const [leg, its] of legs) if (its === one) legs.delete(leg);
    }
  }

  async function reject({ id }: AriChannel): Promise<void> {
    await interface_.call('DELETE', `/channels/${id}`, { reason_code: String(BUSY) });
  }

  /** Events come again. Calls that go on begin their step again; those that ended are over; those of a process that is gone end with a word. */
  async function takeUp(): Promise<void> {
    const before = [...lines];
    const channels = await interface_.channels();
    if (!channels) return;
    if (context.hearing && before.length === 0) await forgetHeard(interface_);
    const there = new Set(channels.map(({ id }) => id));
    for (const [id, one] of before) {
      if (there.has(id)) one.again();
      else one.end();
    }
    for (const channel of channels) {
      const [app, ...args] = (channel.dialplan.app_data ?? '').split(',');
      if (channel.dialplan.app_name !== 'Stasis' || app !== APP || lines.has(channel.id) || legs.has(channel.id)) continue;
      const [kind, to = '', from = ''] = args;
      if (kind === 'leg') await interface_.call('DELETE', `/channels/${channel.id}`);
      else if (kind === 'text') placed.sayText(channel, to).catch(report);
      else {
        const { address, ...caller } = kind === 'placed' ? { id: channel.id, address: to, to: from, isPlaced: true } : inbound(channel, args);
        held(channel, (one) => (address ? talk.endPolitely(one, { ...caller, address }) : talk.withoutNumber(one))).catch(report);
      }
    }
  }
}

/** Deletes the words that a process which is gone had begun to read. */
async function forgetHeard(interface_: Ari): Promise<void> {
  const { body } = await interface_.call('GET', '/recordings/stored', {}, { most: MOST_LISTED });
  const stored = STORED.safeParse(jsonIn(body)).data ?? [];
  for (const { name } of stored) if (name.startsWith(HEARD)) await interface_.call('DELETE', `/recordings/stored/${name}`);
}

const STORED = z.array(z.object({ name: z.string() }));
const MOST_LISTED = 4 * 1024 * 1024;

/** The numbers of a call that came in: `Stasis(yisheng,in,NUMBER)`; without the number, what was dialled. */
function inbound({ id, caller, dialplan }: AriChannel, [, number = '']: readonly string[]) {
  const to = callerIn(number || dialplan.exten || '', '') ?? (number || dialplan.exten || '');
  return { id, address: callerIn(caller.number, to), to, isPlaced: false };
}

/** What was recorded lies with Asterisk until it is fetched. */
function recordings(settings: AsteriskSettings): CarrierRecordings {
  const path = (name: string) => `/recordings/stored/${encodeURIComponent(name)}`;
  return recordingsAt({
    call: ariHttp(settings),
    holds: (carrierId) => carrierId.startsWith(`${APP}-`),
    sound: (name) => `${path(name)}/file`,
    whole: path,
  });
}

/**
 * A caller's number in E.164, as lines of mainland China show it: a mobile, a landline with its area code or, beside a landline of ours, without;
 * undefined if it is hidden. `ours` is in E.164.
 */
export function callerIn(number: string, ours: string): string | undefined {
  const digits = number.replace(/[^\d+]/g, '');
  const whole = digits
    .replace(/^00/, '+')
    .replace(/^(?:\+?86)?0?(?=1[3-9]\d{9}$)/, '+86')
    .replace(/^0(?=[1-9]\d{8,10}$)/, '+86');
  const local = /^[2-9]\d{6,7}$/.test(whole) && ours.length > whole.length + 3 ? ours.slice(0, ours.length - whole.length) + whole : whole;
  return /^\+[1-9]\d{6,14}$/.test(local) ? local : undefined;
}
