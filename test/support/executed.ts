import { type Profiler, Session } from 'node:inspector/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../../src/store/files.ts';

/** Finds the files whose functions run. */
export interface Executed {
  /** The files of which a function ran during `work`, not only while they were loaded; as paths from the root, sorted. */
  during(work: () => Promise<unknown>): Promise<string[]>;
  stop(): void;
}

/** Counts the calls of every function in this process, as V8 does for coverage. */
export async function executed(): Promise<Executed> {
  const session = new Session();
  session.connect();
  await session.post('Debugger.enable');
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });

  const ran = async ({ scriptId, functions }: Profiler.ScriptCoverage): Promise<boolean> => {
    const called = functions.filter(isCalled);
    if (called.length === 0) return false;
    const { scriptSource } = await session.post('Debugger.getScriptSource', { scriptId });
    return called.some(({ functionName, ranges: [whole] }) => {
      const source = scriptSource.slice(whole?.startOffset, whole?.endOffset);
      return functionName !== '__name' && !GIVES_AN_IMPORT.test(source);
    });
  };

  return {
    during: async (work) => {
      await session.post('Profiler.takePreciseCoverage'); // from here on it counts anew
      await work();
      const { result } = await session.post('Profiler.takePreciseCoverage');
      const files = new Set<string>();
      for (const script of result) {
        const path = script.url.startsWith('file:') ? relative(root, fileURLToPath(script.url)) : '..';
        if (!path.startsWith('..') && !path.startsWith('node_modules') && (await ran(script)))
          files.add(path.replace(/^\.data\/built\/(.*)\.js$/, '$1.ts'));
      }
      return [...files].sort();
    },
    stop: () => session.disconnect(),
  };
}

/** The function that the compiler of the tests writes for an `export`, `()=>name`; besides it, `__name`. */
const GIVES_AN_IMPORT = /^\(\)\s*=>\s*[\w$.[\]]+$/;

/** A file is a function itself, without a name, from its first character on. */
function isCalled({ functionName, ranges: [whole] }: Profiler.FunctionCoverage): boolean {
  return whole !== undefined && whole.count > 0 && !(functionName === '' && whole.startOffset === 0);
}
