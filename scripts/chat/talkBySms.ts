import { createInterface } from 'node:readline/promises';
import { asCarrier } from '../../src/demo/carriers/signedLine.ts';
import { incoming, shownSms } from './incoming.ts';
import type { TalkDeps } from './talk.ts';

/** Each line is sent to the service as a text; Ctrl-D ends the talk. */
export async function talkBySms(deps: TalkDeps): Promise<void> {
  const { line, community, from } = deps;
  process.stdout.write(`${community.name} ${community.phone} · you are ${from} · Ctrl-D ends\n`);
  const lines = createInterface({ input: process.stdin, output: process.stdout, prompt: '→ ', terminal: process.stdin.isTTY });
  const mail = incoming(deps, (text) => {
    process.stdout.write(`\n${text}\n`);
    if (process.stdin.isTTY) lines.prompt(true);
  });
  try {
    lines.prompt();
    for await (const body of lines) {
      if (!process.stdin.isTTY) process.stdout.write(`${body}\n`);
      if (body.trim()) {
        const answer = await asCarrier(line, { from, to: community.phone, body });
        process.stdout.write(answer === null ? '← (no answer)\n' : `${shownSms(answer)}\n`);
      }
      lines.prompt();
    }
  } finally {
    await mail.stop();
  }
  process.stdout.write('\n');
}
