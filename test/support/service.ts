import { onOwnPort } from '../../scripts/support/onOwnPort.ts';
import { app } from '../../src/app/app.ts';
import { logger } from '../../src/app/logger.ts';
import { Community, type CommunityRecord } from '../../src/fund/communities/community.ts';
import { importCommunity } from '../../src/fund/files/importCommunity.ts';
import { operator } from '../../src/fund/people/actor.ts';
import type { World } from '../../src/store/world.ts';
import { type FakeTwilio, fakeTwilio } from '../fakes/twilio.ts';
import { type FakeWechat, fakeWechat } from '../fakes/wechat.ts';

/** The running app with its carrier. */
export interface TestService {
  readonly url: string;
  readonly publicUrl: string;
  readonly twilio: FakeTwilio;
  /** Only if it was asked for. */
  readonly wechat?: FakeWechat;
  /** The demo's, which is voting. */
  readonly community: CommunityRecord;
  stop(): Promise<void>;
}

/** The whole app on a port of its own, over the database of `useDatabase`, with the demo's community, a fake Twilio and, if asked for, a fake WeChat. */
export async function startService(world: World, folder = 'src/demo/community', { withWechat = false } = {}): Promise<TestService> {
  const outcome = await importCommunity(world)(folder, operator('Li'));
  if ('problems' in outcome) throw new Error(JSON.stringify(outcome.problems));
  const community = await Community.findById(outcome.imported.community).orFail().lean();
  const twilio = await fakeTwilio();
  const wechat = withWechat ? await fakeWechat() : undefined;
  const { accountSid, authToken, apiUrl } = twilio;
  const { url, stop } = await onOwnPort((url) =>
    app({
      world,
      log: logger('silent'),
      publicUrl: url,
      announces: false,
      twilio: { accountSid, authToken, apiUrl, phoneNumber: community.phone },
      ...(wechat && { wechat: { ...wechat, plain: false } }),
    }),
  );
  twilio.attach({ url, publicUrl: url });
  wechat?.attach({ url });
  return {
    url,
    publicUrl: url,
    twilio,
    ...(wechat && { wechat }),
    community,
    stop: async () => {
      await stop();
      await twilio.stop();
      await wechat?.stop();
    },
  };
}
