import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** The security headers of everything that is read in a browser: scripts, styles and requests only of this host, nothing inline, no frames. */
export function pageHeaders(referrer: 'no-referrer' | 'same-origin' = 'no-referrer'): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        workerSrc: ["'self'"],
        styleSrc: ["'self'"],
        connectSrc: ["'self'"],
        mediaSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    referrerPolicy: { policy: referrer },
    xFrameOptions: { action: 'deny' },
    // Whether TLS is required is the decision of the web server in front.
    strictTransportSecurity: false,
  });
}
