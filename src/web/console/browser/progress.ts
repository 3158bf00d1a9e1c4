/** Keeps the progress of a broadcast on its page up to date. Without it the page is loaded again by a link. */
const place = document.querySelector<HTMLElement>('[data-events]');
const AGAIN_MS = 8_000;
if (place?.dataset.events) watch(place, place.dataset.events);

function watch(place: HTMLElement, address: string): void {
  const source = new EventSource(address);
  source.addEventListener('message', ({ data }: MessageEvent<string>) => show(place, data));
  source.addEventListener('changed', () => {
    source.close();
    location.replace(location.pathname);
  });
  // Refused: too many are open. A browser asks no more by itself.
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(() => location.replace(location.pathname), AGAIN_MS);
  });
}

function show(place: HTMLElement, data: string): void {
  const { done, total, words }: { done: number; total: number; words: string } = JSON.parse(data);
  const bar = place.querySelector('progress');
  const line = place.querySelector('p');
  if (bar) [bar.max, bar.value] = [Math.max(1, total), done];
  if (line) line.textContent = words;
}
