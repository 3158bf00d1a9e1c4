import type { Notify } from '../../contacts/notify.ts';
import { isSame } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { reachStaff } from './reachStaff.ts';
import { newToken, signedIn } from './session.ts';

/** Characters of a mark, of six bits each. */
const MARK = 22;
/** As many people are remembered of one device. */
const MAX_PEOPLE = 12;
/** What a device keeps, if it is ours. */
const KEPT = /^[\w-]{43}(\.[\w-]{22}){1,12}$/;

/**
 * Notes that somebody signed in on a device, and tells their staff phone if they had never done so there. `token`: that of the session that has just begun.
 * `known`: what this gave to the same device before. Gives what the device is to keep: a random token and a mark of each person, which nobody can make
 * up; nothing is kept here.
 */
export async function noteDevice(world: World, notify: Notify, token: string, known: string = ''): Promise<string> {
  const { vault, now } = world;
  const [device = '', ...marks] = KEPT.test(known) ? known.split('.') : [];
  const staff = await signedIn(world, token);
  const [role] = staff?.roles ?? [];
  if (!staff || !role) return known;
  const own = device === '' ? newToken(world) : device;
  const mark = vault.hmac('staffSession', 'device', own, staff.phone).slice(0, MARK);
  const isKnown = marks.some((each) => isSame(each, mark));
  const reach = isKnown ? null : await reachStaff(world, role);
  if (reach)
    await notify({
      ...reach,
      occasion: `signedIn|${staff.session}`,
      kind: 'alarm',
      said: { key: 'notice.signedIn', params: { at: now().toISOString() } },
    });
  return [own, mark, ...marks.filter((each) => each !== mark)].slice(0, 1 + MAX_PEOPLE).join('.');
}
