/** Whether the carrier says that a call which was answered is over; one that never was had no steps. */
export function hasEnded({ CallStatus }: Readonly<Record<string, string>>): boolean {
  return CallStatus === 'completed';
}
