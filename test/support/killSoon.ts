/** Kills this process at some moment of the next milliseconds, in whatever it is doing then. */
export function killSoon(): void {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), Math.random() * 20);
}
