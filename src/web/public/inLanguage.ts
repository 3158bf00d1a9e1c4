import type { CommunityRecord } from '../../fund/communities/index.ts';
import type { Project } from '../../fund/cycles/index.ts';
import type { PageLanguage } from './pageText.ts';

/** A community as it is called in this language: in English by its English names, where it gives them. */
export function communityIn(community: CommunityRecord, language: PageLanguage): CommunityRecord {
  if (language !== 'en') return community;
  const { name, nameEn = name, person, about } = community;
  return {
    ...community,
    name: nameEn,
    person: { ...person, name: person.nameEn ?? person.name },
    ...(about?.moneyEn && { about: { ...about, money: about.moneyEn } }),
  };
}

/** Projects as they are called in this language: in English by their English titles, where they have one. */
export function projectsIn(projects: readonly Project[], language: PageLanguage): readonly Project[] {
  if (language !== 'en') return projects;
  return projects.map((project) => (project.titles?.en ? { ...project, title: project.titles.en, short: project.titles.en } : project));
}
