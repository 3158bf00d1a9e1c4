const SECONDS_LEAST = 1;

/** The carrier's id of what was spoken into a `<Record>`; undefined where nothing was. Its address is not looked at: we know where the carrier keeps it. */
export function recordingIn({ RecordingSid, RecordingDuration }: Readonly<Record<string, string>>): string | undefined {
  if (!RecordingSid || !/^RE[0-9A-Za-z]{1,64}$/.test(RecordingSid)) return undefined;
  return Number(RecordingDuration) >= SECONDS_LEAST ? RecordingSid : undefined;
}
