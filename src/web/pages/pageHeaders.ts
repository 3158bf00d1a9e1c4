import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** The security headers of all that is read in a browser: scripts, styles and requests of this host alone, nothing inline, no frames. */
export function pageHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        workerSrc: ["'self'"],
        styleSrc: ["'self'"],
        connectSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    xFrameOptions: { action: 'deny' },
    // Whether everybody comes by TLS only is for the web server in front to say.
    strictTransportSecurity: false,
  });
}
