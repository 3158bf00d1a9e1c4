/** The part of `smpp` that the phones of the tests use. */
declare module 'smpp' {
  import type { Server } from 'node:net';

  export interface Pdu {
    readonly source_addr: string;
    readonly destination_addr: string;
    readonly short_message: { readonly message: string; readonly udh?: readonly Buffer[] };
    response(fields?: Readonly<Record<string, unknown>>): unknown;
  }
  export interface Session {
    on(event: string, listener: (pdu: Pdu) => void): this;
    send(pdu: unknown): boolean;
    deliver_sm(fields: Readonly<Record<string, unknown>>, answered?: () => void): boolean;
    close(): void;
  }
  export function createServer(listener: (session: Session) => void): Server;
}
