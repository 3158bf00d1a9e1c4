import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { CodedError } from './codedError.ts';

/** What is used of the driver's connection. */
interface Connection {
  readonly socket: Socket;
  /** Why it is closed. */
  readonly error: Error | null;
  onClose(): void;
}

/**
 * Has the MongoDB driver settle a command whose socket closes before the command is written. The driver waits then for the socket's
 * `drain`, which does not come, and that command never settles (mongodb 7.8.0 and 7.9.0, `writeCommand` in lib/cmap/connection.js):
 * - Node destroys a socket whose other end has ended, and emits `close` only when the event loop has come round. The driver hears of
 *   the `close` alone: in between its pool still gives the connection out, and `write` to a destroyed socket returns false.
 * - A command of more than 16 KB waits for `drain`; where the other end ends meanwhile, Node ends the socket and `drain` stays away.
 *
 * Here the close is told as the driver's wait hears it: as the socket's error. It costs nothing as long as no connection closes. Whoever
 * opens connections calls it before; harmless to repeat. A test tells once a driver does without it. Throws `another-driver` if the driver is built otherwise.
 */
export function mendDriver(): void {
  if (isMended) return;
  const { Connection } = loadConnection();
  const { onClose } = Connection.prototype;
  if (typeof onClose !== 'function')
    throw new CodedError(
      'another-driver',
      'This MongoDB driver is built otherwise than src/store/mendDriver.ts expects; install the one in package-lock.json.',
    );
  Connection.prototype.onClose = function () {
    onClose.call(this);
    const { socket, error } = this;
    const closed = error ?? new Error('the connection is closed');
    // a command that is still being compressed is written later
    socket.write = () => {
      throw closed;
    };
    if (socket.listenerCount('drain') > 0) socket.emit('error', closed);
  };
  isMended = true;
}

let isMended = false;

/** The class of the driver that mongoose uses, which neither of them exports. */
function loadConnection(): { Connection: { prototype: Connection } } {
  const ofMongoose = createRequire(createRequire(import.meta.url).resolve('mongoose'));
  return ofMongoose('mongodb/lib/cmap/connection.js');
}
