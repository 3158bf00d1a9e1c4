import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Router } from 'express';
import { refuse } from './refuse.ts';

/** The answer to a download: not there yet the first time; a redirect; bytes without end; no answer; an error of the server. */
export type RecordingMishap = 'late' | 'redirect' | 'endless' | 'hang' | 'fail';

export interface FakeRecordings {
  /** The recordings that Twilio has, by id. */
  readonly kept: Map<string, { bytes: Uint8Array; mishap?: RecordingMishap }>;
  /** How often each was asked for. */
  readonly asked: string[];
  /** Requests to the target of a redirect: there may be none. */
  elsewhere: number;
  /** Takes a recording, as `<Record>` does, and gives its id. */
  take(bytes: Uint8Array, mishap?: RecordingMishap): string;
}

/** Recordings of an account: `GET …/Recordings/RE….mp3`, `DELETE …/Recordings/RE….json`. To be mounted behind the account's authentication. */
export function recordingsApi(origin: () => string): { recordings: FakeRecordings; routes: Router; elsewhere: Router } {
  const recordings: FakeRecordings = {
    kept: new Map(),
    asked: [],
    elsewhere: 0,
    take: (bytes, mishap) => {
      const sid = `RE${randomBytes(16).toString('hex')}`;
      recordings.kept.set(sid, { bytes, ...(mishap && { mishap }) });
      return sid;
    },
  };
  const routes = Router()
    .get('/Recordings/:sid.mp3', async ({ params: { sid } }, response) => {
      const kept = recordings.kept.get(sid);
      recordings.asked.push(sid);
      if (!kept) return refuse(response, 404, 20404, `The requested resource /Recordings/${sid} was not found`);
      const { bytes, mishap } = kept;
      if (mishap === 'hang') return;
      if (mishap === 'fail') return void response.status(503).type('html').send('<html><body>upstream connect error</body></html>');
      if (mishap === 'redirect') return response.redirect(302, `${origin().replace('127.0.0.1', 'localhost')}/elsewhere.mp3`);
      if (mishap === 'late') {
        recordings.kept.set(sid, { bytes });
        return refuse(response, 404, 20404, `The requested resource /Recordings/${sid} was not found`);
      }
      response.type('audio/mpeg');
      if (mishap !== 'endless') return void response.end(bytes);
      while (!response.destroyed) {
        response.write(Buffer.alloc(256 * 1024));
        await sleep(1);
      }
    })
    .delete('/Recordings/:sid.json', ({ params: { sid } }, response) => {
      const kept = recordings.kept.get(sid);
      if (kept?.mishap === 'fail') return void response.status(503).end();
      if (!recordings.kept.delete(sid)) return refuse(response, 404, 20404, `The requested resource /Recordings/${sid} was not found`);
      response.status(204).end();
    });
  const elsewhere = Router().get('/elsewhere.mp3', (_, response) => {
    recordings.elsewhere++;
    response.end();
  });
  return { recordings, routes, elsewhere };
}
