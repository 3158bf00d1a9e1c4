import { castBy, isRight, meaningOf, readUtterances, told } from './test/dialog/understand/heard.ts';
const all = readUtterances(process.argv[2]!);
const kinds = new Map<string, [number, number]>(); let right = 0, wrongCast = 0;
for (const u of all) {
  const m = meaningOf(u); const ok = isRight(u, m); const kind = u.means.split(' | ')[0]!.split(' ').slice(0, /^(ask|command)/.test(u.means) ? 2 : 1).join(' ');
  const k = kinds.get(kind) ?? [0, 0]; k[1]++; if (ok) { k[0]++; right++; } else if (process.env.SHOW) console.log(`${u.asked} · ${u.text} · wanted ${u.means} · got ${told(m)}`);
  kinds.set(kind, k);
  const cast = castBy(m); if (!ok && cast?.length) { wrongCast++; console.log('CAST', u.text, cast); }
}
console.log([...kinds].filter(([, [a, b]]) => a < b).map(([k, [a, b]]) => `${k} ${a}/${b}`).join(', '));
console.log(`${right} of ${all.length} = ${(100 * right / all.length).toFixed(1)} %, wrongly cast ${wrongCast}`);
