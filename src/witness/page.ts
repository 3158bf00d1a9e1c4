import { type Signer, verifierKey } from '../transparency/note.ts';
import { html, type Markup } from '../web/html.ts';
import type { WatchedLog } from './watchedLog.ts';

type Language = 'zh-CN' | 'en';

const WORDS = {
  'zh-CN': {
    title: '见证人',
    about:
      '社区保障资金的投票底册和办事记录，每天最后是一串码，里面没有姓名电话，也看不出谁投了什么。我不归社区管，把这些码按先后抄下来，一条不丢。谁后来删了票、改了记录，码就跟我抄的对不上。',
    watches: (count: number) => `看着 ${count} 个社区。`,
    looked: (at: string) => `最近一次看是 ${at}。`,
    never: '还没有看过。',
    fine: (since: string) => `从 ${since} 起，没有发现过前后对不上。`,
    wrong: '发现前后对不上：系统给出过两份互相矛盾的记录。请告诉监委会、街道和报社。',
    key: '我的公钥',
    own: '我抄下的这个社区的全部码',
    heads: (count: number, day: string) => `${count} 条，最近一条 ${day}`,
    other: 'English',
  },
  en: {
    title: 'A witness',
    about:
      'Each day the list of ballots of a community’s fund and the record of what its staff did end in a string of digits and letters, which holds no name, no number, and nobody’s vote. I am not run by the community, and copy these in their order, and lose none. If somebody later drops a ballot or changes a record, it no longer fits what I copied.',
    watches: (count: number) => `Watches ${count} ${count === 1 ? 'community' : 'communities'}.`,
    looked: (at: string) => `Last looked: ${at}.`,
    never: 'Not looked yet.',
    fine: (since: string) => `Since ${since} I never saw a contradiction.`,
    wrong: 'A contradiction: the system has given two records that exclude each other. Tell the supervisors, the street office and the press.',
    key: 'My public key',
    own: 'all that I copied of this community',
    heads: (count: number, day: string) => `${count} ${count === 1 ? 'line' : 'lines'}, the last of ${day}`,
    other: '中文',
  },
} as const;

const STYLE =
  'body{font:18px/1.6 sans-serif;max-width:44em;margin:2em auto;padding:0 1em;overflow-wrap:anywhere}h1{font-size:1.5em}h2{font-size:1.2em}.bad{color:#a00000;font-weight:bold}code{word-break:break-all}li{margin:.2em 0}';

/** The page of a witness, for everybody: what it watches, when it looked last, whether all fits. */
export function witnessPage(logs: readonly WatchedLog[], signer: Signer, language: Language): string {
  const words = WORDS[language];
  return html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${words.title} · ${signer.name}</title><style>${STYLE}</style></head><body>
<p><a href="?lang=${language === 'en' ? 'zh-CN' : 'en'}">${words.other}</a></p>
<h1>${words.title} · ${signer.name}</h1>
<p>${words.about}</p>
${logs.map((log) => section(log, language))}
<h2>${words.key}</h2><p><code>${verifierKey(signer)}</code></p>
</body></html>
`.text;
}

function section(log: WatchedLog, language: Language): Markup {
  const words = WORDS[language];
  const { at, since } = log.state();
  const communities = [...log.communities()].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const accusations = log.accusations();
  const items = communities.map(
    ([slug, { heads, day }]) => html`<li><a href="/${log.id}/leaves/${slug}" title="${words.own}">${slug}</a> ${words.heads(heads, day)}</li>\n`,
  );
  return html`<h2>${log.key.name}</h2>
<p>${words.watches(communities.length)} ${at === undefined ? words.never : words.looked(minute(at))}</p>
${accusations.length === 0 ? html`<p>${words.fine(minute(since))}</p>` : html`<p class="bad">${words.wrong}</p><ul>${accusations.map((said) => html`<li lang="en">${said}</li>`)}</ul>`}
<ul>
${items}</ul>
`;
}

/** `2026-12-15 20:03 UTC`. */
function minute(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}
