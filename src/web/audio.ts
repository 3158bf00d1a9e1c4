import { Router } from 'express';
import { Prompt } from '../fund/records/prompt.ts';
import { forReaders } from '../store/readers.ts';
import type { Crowd } from './crowd.ts';
import { Refusal } from './refusal.ts';

/** `/audio/HASH.mp3`: a recorded prompt of the phone line, fetched by the carrier. What residents said is never here. */
export function audio(crowd: Crowd): Router {
  return Router().get(
    '/audio/:hash.mp3',
    crowd.handler<{ hash: string }>(async ({ params: { hash } }, response) => {
      const prompt = /^[0-9a-f]{64}$/.test(hash)
        ? await forReaders(Prompt).findOne({ hash }, { projection: { sound: 1 }, promoteBuffers: true })
        : null;
      if (!prompt) throw new Refusal(404, 'There is nothing at this address.');
      response.set('cache-control', 'public, max-age=31536000, immutable').type('audio/mpeg').end(prompt.sound);
    }),
  );
}
