import { communityForReaders } from '../../fund/communities/index.ts';
import { type StaffMember, staffOf } from '../../fund/staff/index.ts';
import type { World } from '../../store/world.ts';
import { html, type Markup } from '../html.ts';
import type { StaffVisit } from './visits.ts';

/** What comes for who has no page yet (an implementer), in each of their communities, and who will ask them. */
export function whatComes(world: World, { staff, text }: StaffVisit): Promise<Markup[]> {
  const { say, tell, theirs, phone } = text;
  return Promise.all(
    staff.roles.filter(hasNoPage).map(async ({ community: slug, role }) => {
      const community = await communityForReaders(world)(slug);
      if (!community) return html``;
      const cadres = (await staffOf(world, slug)).filter((member) => member.role === 'cadre').map(({ name }) => name);
      const { person } = community;
      const number = html`<a href="tel:${person.phone}">${phone(person.phone)}</a>`;
      const asked = tell('start.asked', { names: theirs((cadres.length > 0 ? cadres : [person.name]).join(say('and'))) });
      return html`<section><h2>${theirs(community.name)} <small>${say(`role.${role}`)}</small></h2><p>${say(`start.${role}`)}</p>
<p>${asked}</p><p>${tell('start.call', { name: theirs(person.name), phone: number })}</p></section>`;
    }),
  );
}

/** Whether there is no page in the console yet for who has this role. */
export function hasNoPage({ role }: Pick<StaffMember, 'role'>): boolean {
  return role === 'implementer';
}
