let context: AudioContext | undefined;

/** A high short tone for what went well, two low ones for what did not. Where the browser has no sound, or was not touched yet, it stays silent. */
export function sound(kind: 'good' | 'bad'): void {
  if (!('AudioContext' in window)) return;
  context ??= new AudioContext();
  for (const begin of kind === 'good' ? [0] : [0, 0.25]) {
    const [tone, loudness] = [context.createOscillator(), context.createGain()];
    const at = context.currentTime + begin;
    tone.frequency.value = kind === 'good' ? 880 : 220;
    loudness.gain.value = 0.2;
    tone.connect(loudness).connect(context.destination);
    tone.start(at);
    tone.stop(at + (kind === 'good' ? 0.12 : 0.2));
  }
}
