import { asCarrier } from '../../src/demo/carriers/signedLine.ts';
import { incoming, shownSms } from './incoming.ts';
import type { TalkDeps } from './talk.ts';
import { typedLines } from './typedLines.ts';

/** Each line is sent to the service as a text; Ctrl-D ends the talk. */
export async function talkBySms(deps: TalkDeps): Promise<void> {
  const { line, community, from } = deps;
  process.stdout.write(`${community.name} ${community.phone} · you are ${from} · Ctrl-D ends\n`);
  const lines = typedLines();
  const mail = incoming(deps, (text) => {
    process.stdout.write(`\n${text}\n`);
    if (process.stdin.isTTY) lines.ask(true);
  });
  try {
    for await (const body of lines) {
      if (!body.trim()) continue;
      const answer = await asCarrier(line, { from, to: community.phone, body });
      process.stdout.write(answer === null ? '← (no answer)\n' : `${shownSms(answer)}\n`);
    }
  } finally {
    await mail.stop();
  }
  process.stdout.write('\n');
}
