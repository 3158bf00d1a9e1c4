/** The write concern of a command of our own that has to be durable: `connect`'s, which holds for the driver's operations alone. */
export const DURABLE = { w: 'majority', j: true, wtimeout: 2_500 } as const;
