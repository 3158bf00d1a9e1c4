import type { Api, TappableMenu } from './puppet/src/api.ts';
import { ApiError } from './puppet/src/apiError.ts';

/** What the demo's account sent by itself. */
export interface Arrived {
  readonly openid: string;
  readonly text?: string;
  readonly menu?: TappableMenu;
}

const NO_MEDIA = 40007;
const NO_SUCH_CALL = 48001;

/** The demo's WeChat: what is sent arrives at once, in the simulator's chats where they are there. */
export function demoApi(arrived: (message: Arrived) => void = () => {}): Api {
  return {
    call: () => Promise.reject(new ApiError(NO_SUCH_CALL)),
    media: () => Promise.reject(new ApiError(NO_MEDIA)),
    sendText: async (openid, text) => arrived({ openid, text }),
    sendMenu: async (openid, menu) => arrived({ openid, menu }),
  };
}
