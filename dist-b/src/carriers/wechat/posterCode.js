import { boundedMap } from '../../store/cache.js';
import { within } from '../../store/inTime.js';
import { ApiError } from './puppet/src/api.js';
import { sceneOf } from './receive.js';
const MOST = 2_000;
/** How long a reader waits for WeChat, and how long nobody asks again after it failed. Milliseconds. */
const PATIENCE_MS = 2_000;
const REST_MS = 60_000;
/** Gives the codes of posters that readers look at. WeChat is asked once for each scene, and for none within a minute after it gave no answer. */
export function posterCodes(world, api) {
    const known = boundedMap(MOST);
    let restsUntil = 0;
    return async (poster) => {
        const scene = sceneOf(poster);
        if (scene === undefined || (!known.get(scene) && world.now().getTime() < restsUntil))
            return undefined;
        try {
            return await within(PATIENCE_MS, known.getOrMake(scene, () => asked(scene)), () => new ApiError('noAnswer'));
        }
        catch (error) {
            if (!(error instanceof ApiError))
                throw error;
            restsUntil = world.now().getTime() + REST_MS;
            return undefined;
        }
    };
    function asked(scene) {
        const code = drawnCode(api, scene);
        code.catch(() => known.delete(scene));
        return code;
    }
}
/** The picture of a code that is good for ever. Rejects with `ApiError`. */
export async function drawnCode(api, scene) {
    const { url } = await api.call('/cgi-bin/qrcode/create', { action_name: 'QR_LIMIT_STR_SCENE', action_info: { scene: { scene_str: scene } } });
    if (typeof url !== 'string')
        throw new ApiError('noAnswer');
    const { FileBox } = await import('file-box');
    return FileBox.fromQRCode(url).toBuffer();
}
