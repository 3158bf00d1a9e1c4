import { Router } from 'express';
import { Prompt } from '../fund/records/prompt.ts';
import { native } from '../store/native.ts';
import { Refusal } from './refusal.ts';

/** `/audio/HASH.mp3`: a recorded prompt of the phone line, fetched by the carrier. What residents said is never here. */
export function audio(): Router {
  return Router().get('/audio/:hash.mp3', async ({ params: { hash } }, response) => {
    const prompt = /^[0-9a-f]{64}$/.test(hash) ? await native(Prompt).findOne({ hash }, { projection: { sound: 1 }, promoteBuffers: true }) : null;
    if (!prompt) throw new Refusal(404, 'There is nothing at this address.');
    response.set('cache-control', 'public, max-age=31536000, immutable').type('audio/mpeg').end(prompt.sound);
  });
}
