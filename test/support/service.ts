import type { BlockList } from 'node:net';
import { type FakeAliyun, fakeAliyun, whyRefused } from '../../scripts/fakes/aliyun.ts';
import { type FakeAsterisk, fakeAsterisk } from '../../scripts/fakes/asterisk.ts';
import type { HandingOver } from '../../scripts/fakes/handingOver.ts';
import { type FakeKannel, fakeKannel } from '../../scripts/fakes/kannel.ts';
import { type FakeMas, fakeMas } from '../../scripts/fakes/mas.ts';
import { textsOf, whyNot } from '../../scripts/flows/allTexts.ts';
import { onOwnPort } from '../../scripts/support/onOwnPort.ts';
import { app } from '../../src/app/app.ts';
import { logger } from '../../src/app/logger.ts';
import type { Networks } from '../../src/carriers/settings.ts';
import { Community, type CommunityRecord, type SmsTemplate } from '../../src/fund/communities/index.ts';
import { importCommunity } from '../../src/fund/files/index.ts';
import { operator } from '../../src/fund/people/index.ts';
import type { World } from '../../src/store/world.ts';
import { type FakeRecogniser, fakeRecogniser } from '../fakes/recogniser.ts';
import { handingOver, type TextCarrier } from '../fakes/textCarrier.ts';
import { type FakeTwilio, fakeTwilio, type Text } from '../fakes/twilio.ts';
import { type FakeWechat, fakeWechat } from '../fakes/wechat.ts';

/** The running app with its carrier. */
export interface TestService {
  readonly url: string;
  readonly publicUrl: string;
  readonly twilio: FakeTwilio;
  /** The carrier of the community's texts: Twilio, if no other was asked for. */
  readonly sms: TextCarrier;
  readonly kannel?: FakeKannel;
  readonly mas?: FakeMas;
  readonly aliyun?: FakeAliyun;
  readonly asterisk?: FakeAsterisk;
  readonly recogniser?: FakeRecogniser;
  /** Only if it was asked for. */
  readonly wechat?: FakeWechat;
  /** The demo's, which is voting. */
  readonly community: CommunityRecord;
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly withWechat?: boolean;
  /** What brings the community's texts; or, with Asterisk, its calls. */
  readonly carrier?: 'twilio' | 'kannel' | 'mas' | 'aliyun' | 'asterisk';
  /** What Aliyun has approved, with its wording; all that it would approve, if absent. */
  readonly templates?: readonly (Omit<SmsTemplate, 'language'> & { readonly wording: string })[];
  readonly networks?: Networks;
  readonly trustProxy?: BlockList;
  /** Calls hear words: Twilio's own recogniser, or over Asterisk a fake one. */
  readonly hears?: true;
}

/** The number that is texted, as each carrier writes it. */
export const TEXT_NUMBERS = { kannel: '106901234501', mas: '01', aliyun: '1069987654' } as const;

/** The whole app on a port of its own, over the database of `useDatabase`, with the demo's community, a fake Twilio and, if asked for, a fake WeChat. */
export async function startService(
  world: World,
  folder = 'src/demo/community',
  { withWechat = false, carrier = 'twilio', networks, trustProxy, templates, hears }: ServiceOptions = {},
): Promise<TestService> {
  const outcome = await importCommunity(world, folder, operator('Li'));
  if ('problems' in outcome) throw new Error(JSON.stringify(outcome.problems));
  const isVoice = carrier === 'twilio' || carrier === 'asterisk';
  const over = isVoice ? { carriers: { voice: carrier } } : { carriers: { sms: carrier }, textNumber: TEXT_NUMBERS[carrier] };
  const approved = carrier === 'aliyun' ? await approvedFor(world, outcome.imported.community, templates) : [];
  const smsTemplates = approved.map(({ wording: _, ...template }): SmsTemplate => template);
  await Community.updateOne({ _id: outcome.imported.community }, { $set: { ...over, ...(carrier === 'aliyun' && { smsTemplates }) } });
  const community = await Community.findById(outcome.imported.community).orFail().lean();
  const kannel = carrier === 'kannel' ? await fakeKannel() : undefined;
  const mas = carrier === 'mas' ? await fakeMas() : undefined;
  const aliyun = carrier === 'aliyun' ? await fakeAliyun() : undefined;
  const asterisk = carrier === 'asterisk' ? await fakeAsterisk() : undefined;
  for (const { code, wording } of approved) aliyun?.approve(code, wording);
  const recogniser = hears && asterisk ? await fakeRecogniser() : undefined;
  const twilio = await fakeTwilio();
  const wechat = withWechat ? await fakeWechat() : undefined;
  const { accountSid, authToken, apiUrl } = twilio;
  const { url, stop } = await onOwnPort((url) =>
    app({
      world,
      log: logger('silent'),
      publicUrl: url,
      announces: false,
      twilio: { accountSid, authToken, apiUrl, phoneNumber: community.phone, ...(hears && { hears }) },
      networks,
      trustProxy,
      kannel: kannel?.settings,
      mas: mas?.settings,
      aliyun: aliyun?.settings,
      asterisk: asterisk?.settings,
      speech: recogniser?.settings,
      ...(wechat && { wechat: { ...wechat, plain: false } }),
    }),
  );
  twilio.attach({ url, publicUrl: url });
  wechat?.attach({ url });
  if (wechat) await import('../../src/carriers/wechat/bot.ts'); // it is loaded in long pieces, beside the first texts
  kannel?.attach({ url });
  mas?.attach({ url });
  aliyun?.attach({ url });
  const texted = (pushed: HandingOver, name: 'kannel' | 'mas' | 'aliyun', deliveryId: (text: Required<Text>) => string) => {
    const line = handingOver(world, pushed, { name, community: community._id, deliveryId });
    const deliver = (text: Text) => line.deliver({ ...text, to: text.to === community.phone ? TEXT_NUMBERS[name] : text.to });
    return { accepted: pushed.taken, look: line.look, deliver };
  };
  const sms = kannel
    ? texted(kannel, 'kannel', ({ sid }) => sid)
    : mas
      ? texted(mas, 'mas', ({ from, to, sid, body }) => JSON.stringify([from.replace('+86', ''), to, sid, body]))
      : aliyun
        ? texted(aliyun, 'aliyun', ({ from, sid }) => JSON.stringify([from.replace('+86', ''), sid]))
        : twilio;
  return {
    url,
    publicUrl: url,
    twilio,
    sms,
    ...(kannel && { kannel }),
    ...(mas && { mas }),
    ...(aliyun && { aliyun }),
    ...(asterisk && { asterisk }),
    ...(recogniser && { recogniser }),
    ...(wechat && { wechat }),
    community,
    stop: async () => {
      await stop();
      await twilio.stop();
      await wechat?.stop();
      await kannel?.stop();
      await mas?.stop();
      await aliyun?.stop();
      await asterisk?.stop();
      await recogniser?.stop();
    },
  };
}

async function approvedFor(world: World, slug: string, templates: ServiceOptions['templates']): Promise<readonly Approved[]> {
  if (!templates) return allTemplates(world, await Community.findById(slug).orFail().lean());
  return templates.map((template) => ({ ...template, language: 'zh-CN' }));
}

type Approved = SmsTemplate & { readonly wording: string };

/** A template for every text that one can be approved for, in both languages, with the catalogue's own wording. */
async function allTemplates(world: World, community: CommunityRecord): Promise<readonly Approved[]> {
  const key = [community._id, community.name, community.person.name].join('|');
  const before = made.get(key);
  if (before) return before;
  const all: Approved[] = [];
  for (const language of ['zh-CN', 'en'] as const)
    for (const slotted of await textsOf(world, community, language)) {
      if (whyNot(slotted) || whyRefused(slotted.wording)) continue;
      const { text, variant, wording, slots } = slotted;
      all.push({ text, ...(variant && { variant }), language, code: `SMS_${all.length + 1}`, slots: [...slots.keys()], wording });
    }
  made.set(key, all);
  return all;
}

const made = new Map<string, readonly Approved[]>();
