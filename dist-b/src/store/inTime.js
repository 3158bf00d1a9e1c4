import { setMaxListeners } from "node:events";
import { setImmediate as rest, setTimeout as sleep } from "node:timers/promises";
import mongoose from "mongoose";
const COMMAND_MS = 4e3;
export function inTime(run) {
  const { controller } = shared;
  return within(COMMAND_MS, run(controller.signal), () => {
    const lost = new mongoose.mongo.MongoNetworkError("a command did not settle in time");
    if (controller === shared.controller) shared.controller = unlimited();
    controller.abort(lost);
    return lost;
  });
}
export async function within(ms, work, late) {
  let immediate;
  let timer;
  const passed = new Promise((_, reject) => {
    timer = setTimeout(() => {
      immediate = setImmediate(() => reject(late()));
    }, ms);
  });
  try {
    return await Promise.race([work, passed]);
  } finally {
    clearTimeout(timer);
    clearImmediate(immediate);
  }
}
const shared = { controller: unlimited() };
function unlimited() {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
const PIECE_MS = 2;
export async function* withPauses(items) {
  const turn = pauses();
  for await (const item of items) {
    yield item;
    await turn();
  }
}
export function pauses(ms) {
  let since = performance.now();
  return () => {
    if (performance.now() - since < PIECE_MS) return void 0;
    return (ms === void 0 ? rest() : sleep(ms)).then(() => {
      since = performance.now();
    });
  };
}
export async function forEachSettled(items, what, run) {
  const failures = [];
  for (const item of items) {
    try {
      await run(item);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} ${what} failed.`);
}
