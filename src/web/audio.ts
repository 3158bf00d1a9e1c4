import { Router } from 'express';
import { promptPath } from '../fund/audio/promptPath.ts';
import { Prompt } from '../fund/records/prompt.ts';
import { isSame } from '../store/isSame.ts';
import { forReaders } from '../store/readers.ts';
import type { World } from '../store/world.ts';
import type { Crowd } from './crowd.ts';
import { Refusal } from './refusal.ts';

/** Characters of a hash. */
const HASH = 64;

/**
 * `/audio/HASH-MARK.mp3`: a recorded prompt of the phone line, fetched by the carrier. What residents said is never here. Whoever makes up
 * an address does not wait among those who fetch, and nothing is looked up for them.
 */
export function audio(world: World, crowd: Crowd): Router {
  const pathOf = promptPath(world);
  return Router().get(
    '/audio/:name',
    ({ path, params: { name } }, _response, next) => {
      if (!isSame(path, pathOf(name.slice(0, HASH)))) throw nothingHere();
      next();
    },
    crowd.handler<{ name: string }>(async ({ params: { name } }, response) => {
      const prompt = await forReaders(Prompt).findOne({ hash: name.slice(0, HASH) }, { projection: { sound: 1 }, promoteBuffers: true });
      if (!prompt) throw nothingHere();
      response.set('cache-control', 'public, max-age=31536000, immutable').type('audio/mpeg').end(prompt.sound);
    }),
  );
}

function nothingHere(): Refusal {
  return new Refusal(404, 'There is nothing at this address.');
}
