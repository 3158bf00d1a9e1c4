/** One turn at a time for each address: what comes meanwhile waits in its order. Holds an entry only while something runs. */
export function addressQueue(): <Result>(address: string, take: () => Promise<Result>) => Promise<Result> {
  const last = new Map<string, Promise<unknown>>();
  return (address, take) => {
    const before = last.get(address);
    const mine = before ? before.then(take, take) : take();
    last.set(address, mine);
    const leave = () => {
      if (last.get(address) === mine) last.delete(address);
    };
    mine.then(leave, leave);
    return mine;
  };
}
