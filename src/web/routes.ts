import { type RequestHandler, Router } from 'express';

/** A router of pages. Who asks for one, such as `ofCommunity`, makes its handler of what answers. */
export interface Routes extends Router {
  /** What is shown at an address. */
  page<Answer, At>(path: string | string[], who: Who<Answer, At>, answer: Answer): Routes;
  /** What becomes of a form that is sent there. */
  form<Answer, At>(path: string | string[], who: Who<Answer, At>, answer: Answer): Routes;
}

type Who<Answer, At> = (answer: Answer) => RequestHandler<At>;

/** The routes of some pages; none yet. */
export function routes(): Routes {
  const router = Router();
  const all: Routes = Object.assign(router, {
    page: <Answer, At>(path: string | string[], who: Who<Answer, At>, answer: Answer) => {
      router.get(path, who(answer));
      return all;
    },
    form: <Answer, At>(path: string | string[], who: Who<Answer, At>, answer: Answer) => {
      router.post(path, who(answer));
      return all;
    },
  });
  return all;
}
