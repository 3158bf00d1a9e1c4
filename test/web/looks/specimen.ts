import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCatalogue } from '../../../src/dialog/loadCatalogue.ts';
import { root } from '../../../src/store/files.ts';
import { barChart, lineChart } from '../../../src/web/charts.ts';
import { choice, consolePage, doneNotice, errorSummary, field } from '../../../src/web/console/frame.ts';
import { html, type Markup } from '../../../src/web/html.ts';
import { browserFiles } from '../../../src/web/public/browserFiles.ts';
import { pageText } from '../../../src/web/public/pageText.ts';

/** The custom properties of a style sheet of the public pages, by their beginning, in its order. */
export function tokens(sheet: 'scale' | 'colours', begins: string): { readonly name: string; readonly value: string }[] {
  const css = readFileSync(join(root, `src/web/public/browser/${sheet}.css`), 'utf8').split('@media')[0] ?? '';
  return [...css.matchAll(/(--[\w-]+):\s*([^;]+);/g)].flatMap(([, name = '', value = '']) => (name.startsWith(begins) ? [{ name, value }] : []));
}

const PARTS = ['type', 'room', 'colours', 'forms', 'lists', 'charts'] as const;
export type SpecimenPart = (typeof PARTS)[number];

/** A page of the console that shows what its pages are made of, each part under its name as an id: sizes, room, colours, fields, lists, charts. */
export async function specimen(): Promise<string> {
  const text = pageText('console', await loadCatalogue(), { language: 'zh-CN', byLink: false }, new Date('2026-12-01T00:00:00Z'));
  const part = (name: SpecimenPart, content: Markup | readonly Markup[]) => html`<section id="${name}"><h2>${name}</h2>${content}</section>`;
  const shown: Readonly<Record<SpecimenPart, Markup | readonly Markup[]>> = {
    type: tokens('scale', '--size').map(({ name, value }) => html`<p style="font-size: var(${name})">${name} ${value} 今天收提议，还有3天</p>`),
    room: tokens('scale', '--space').map(
      ({ name, value }) =>
        html`<p class="row"><span class="chart" style="width: var(${name}); height: 1rem; background: var(--leaf)"></span> ${name} ${value}</p>`,
    ),
    colours: tokens('colours', '--')
      .filter(({ name }) => name !== '--typeface')
      .map(
        ({ name, value }) =>
          html`<p class="row"><span style="width: 4rem; height: 1.6rem; border: 1px solid var(--other); background: var(${name})"></span> ${name} ${value}</p>`,
      ),
    forms: [
      errorSummary(text, { amount: '「多少钱」要填整数，比如200000。' }),
      doneNotice('保存好了。'),
      field({ name: 'title', label: '名称', hint: '最多60个字。', value: '楼道装扶手' }),
      field({ name: 'amount', label: '多少钱', value: '两万', mistake: '「多少钱」要填整数，比如200000。' }),
      choice({ name: 'kind', label: '类别', values: [{ value: 'a', label: '基础设施' }] }),
      html`<label class="choice"><input type="checkbox" checked> <span>凭证也发短信</span></label><p class="acts"><button>保存</button> <button class="quiet">先看看</button> <a class="more" href="#">记下新提议</a> <a href="#">回到列表</a></p>`,
    ],
    lists: html`<ul class="tasks"><li><a class="task" href="#"><span class="count">13</span> <span class="what">条提议等议事会商量</span></a><span class="age">等了2天</span></li><li><a class="task" href="#"><span class="count">1</span> <span class="what">条异议等着答复</span></a><span class="age late">12月2日前</span></li></ul>
<table class="list"><thead><tr><th scope="col" class="num">序号</th><th scope="col">写了什么</th><th scope="col">状态</th><th scope="col" class="num">要花多少钱</th></tr></thead><tbody><tr><td class="num"><b class="no">1</b></td><td class="block"><a href="#">楼道没有扶手，爬六楼腿发软</a></td><td>可行，待议事会</td><td class="num">25,000</td></tr><tr><td class="num"><b class="no">12</b></td><td class="block"><a href="#">三号院门口晚上太黑</a></td><td>收到</td><td class="num">8,000</td></tr></tbody></table>`,
    charts: [
      barChart(
        [
          { label: '12月1日', value: 82 },
          { label: '12月2日', value: 47 },
        ],
        '每天投了多少位',
      ),
      lineChart(
        [
          {
            label: '今年',
            points: [
              { x: 1, y: 20 },
              { x: 2, y: 38 },
            ],
          },
          {
            label: '去年',
            points: [
              { x: 1, y: 12 },
              { x: 2, y: 30 },
              { x: 5, y: 61 },
            ],
          },
        ],
        ['第1天', '第5天'],
        '今年和去年',
      ),
    ],
  };
  const shell = { text, assets: await browserFiles(), path: '/specimen', who: { name: '王芳', roles: '社区干部' } };
  return consolePage(
    shell,
    'specimen',
    PARTS.map((name) => part(name, shown[name])),
  ).text;
}
