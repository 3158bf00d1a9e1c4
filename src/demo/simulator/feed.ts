/** What happened lately, for who comes later and for who is listening. */
export interface Feed<Event extends { readonly id: string }> {
  /** Tells everybody who listens; what was told before under its id changes nothing. */
  push(event: Event): void;
  /** The last ones, oldest first. */
  recent(): readonly Event[];
  /** Gives the way to stop listening. */
  listen(listener: (event: Event) => void): () => void;
}

/** Remembers `limit` events and no more. */
export function feed<Event extends { readonly id: string }>(limit: number): Feed<Event> {
  const events: Event[] = [];
  const listeners = new Set<(event: Event) => void>();
  return {
    push: (event) => {
      if (events.some(({ id }) => id === event.id)) return;
      if (events.push(event) > limit) events.shift();
      for (const listener of listeners) listener(event);
    },
    recent: () => events,
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
