import { Router } from 'express';
import { stageAt } from '../fund/calendar/stageAt.ts';
import { voteOf } from '../fund/calendar/voteOf.ts';
import { currentCycle } from '../fund/cycles/currentCycle.ts';
import { Community, type CommunityRecord } from '../fund/records/community.ts';
import type { CycleRecord } from '../fund/records/cycle.ts';
import type { Stage } from '../fund/stage.ts';
import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';
import { html, type Markup } from './html.ts';

/** Most communities that the page lists; the count says how many there are. */
const MOST = 100;

const STAGE_NAMES: Readonly<Record<Stage, readonly [zh: string, en: string]>> = {
  announce: ['宣传动员', 'announced'],
  propose: ['征集提议', 'collecting proposals'],
  deliberate: ['议事会议决', 'the council deliberates'],
  publish: ['公示', 'the projects are published'],
  vote: ['正在投票', 'voting is open'],
  implement: ['实施', 'being built'],
  evaluate: ['评议', 'being evaluated'],
  closed: ['已结束', 'closed'],
};

/** `/`: what runs here and how to take part, as one plain page without scripts and without a request to anybody else. */
export function page(world: World): Router {
  return Router().get('/', async (_request, response) => {
    const [communities, count] = await Promise.all([
      native(Community)
        .find({}, { sort: { _id: 1 }, limit: MOST })
        .toArray(),
      native(Community).estimatedDocumentCount(),
    ]);
    const now = world.now();
    const cycles = await Promise.all(communities.map(({ _id }) => currentCycle(world)(_id, now)));
    const sections = communities.map((community, index) => section(community, cycles[index] ?? null, now));
    response
      .set({
        'Cache-Control': 'no-cache',
        'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        'X-Content-Type-Options': 'nosniff',
        'Referrer-Policy': 'no-referrer',
      })
      .type('html')
      .send(whole(sections, count).text);
  });
}

function whole(sections: readonly Markup[], count: number): Markup {
  return html`<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>议声 Yisheng</title>
<style>
  body { font: 17px/1.6 system-ui, sans-serif; max-width: 42rem; margin: 0 auto; padding: 1rem; color: #1a1a1a; background: #fff; overflow-wrap: anywhere }
  h1, h2 { line-height: 1.25; margin: 1.2em 0 .4em } h1 { font-size: 1.5rem } h2 { font-size: 1.2rem; border-top: 1px solid #bbb; padding-top: .8em }
  p { margin: .4em 0 } [lang=en] { color: #555 } ol { list-style: none; padding: 0 } a { color: #0b57a4 } b { font-size: 1.1em }
</style>
<h1>议声</h1>
<p>社区的保障资金怎么用,居民发短信提、发短信投。谁都可以重新数一遍票。</p>
<p lang="en">Residents propose and vote by text message how their community’s public fund is spent. Anyone can count again.</p>
${sections}
<p>${shown(sections.length, count)}</p>
<p>公开数据 <span lang="en">Open data</span>: <a href="/api/communities">/api/communities</a></p>
</html>
`;
}

function shown(listed: number, count: number): string {
  if (count === 0) return '还没有社区。No community yet.';
  return listed < count
    ? `共 ${count} 个社区,这里列出前 ${listed} 个。The first ${listed} of ${count} communities.`
    : `共 ${count} 个社区。${count} in all.`;
}

function section(community: CommunityRecord, cycle: CycleRecord | null, now: Date): Markup {
  const { _id: slug, name, phone, person } = community;
  return html`<section id="${slug}">
<h2>${name}</h2>
<p>发短信到 <span lang="en">text</span> <a href="sms:${phone}"><b>${phone}</b></a></p>
${cycle ? running(community, cycle, now) : html`<p>现在没有开始的一轮。<span lang="en">No cycle has begun.</span></p>`}
<p>找人 <span lang="en">a person</span>: ${person.name}, <a href="tel:${person.phone}">${person.phone}</a></p>
</section>
`;
}

function running(community: CommunityRecord, cycle: CycleRecord, now: Date): Markup {
  const { _id: slug } = community;
  const stage = stageAt(cycle, now);
  const [zh, en] = stage ? STAGE_NAMES[stage] : STAGE_NAMES.announce;
  const links = ['proposals', 'ballot', 'ledger', 'results'].map((part) => html` · <a href="/api/cycles/${cycle._id}/${part}">${part}</a>`);
  return html`<p>${cycle.title}: <b>${zh}</b> <span lang="en">${en}</span></p>
${howTo(community, cycle, stage, now)}
<p>数据 <span lang="en">data</span>: <a href="/api/cycles/current?community=${slug}">current</a>${links}</p>`;
}

function howTo({ timezone }: CommunityRecord, cycle: CycleRecord, stage: Stage | undefined, now: Date): Markup {
  const vote = voteOf(cycle);
  if (stage === 'vote' && vote) {
    const example = cycle.projects
      .slice(0, cycle.choices.min)
      .map(({ number }) => number)
      .join(' ');
    return html`<p>投票:发“投”和号码,最多${cycle.choices.max}个,比如“投 ${example}”。投到${when(vote.to, timezone, 'zh-CN')},之前可以改,再发一次就行。</p>
<p lang="en">To vote, text V and up to ${cycle.choices.max} numbers, for example “V ${example}”, until ${when(vote.to, timezone, 'en')}. Send it again to change it.</p>
<ol>${cycle.projects.map(({ number, title, cost }) => html`<li><b>${number}</b> ${title} (${cost.toLocaleString('en')} ${cycle.currency})</li>`)}</ol>`;
  }
  if (vote && now < vote.from) {
    return html`<p>提议:发“提议”加要说的事。${when(vote.from, timezone, 'zh-CN')}开始投票。</p>
<p lang="en">To propose, text PROPOSE and what you ask for. Voting opens ${when(vote.from, timezone, 'en')}.</p>`;
  }
  return html`<p>发“进度”看办到哪了。 <span lang="en">Text STATUS to hear how it goes.</span></p>`;
}

function when(at: Date, timeZone: string, language: string): string {
  return new Intl.DateTimeFormat(language, { timeZone, month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
    at,
  );
}
