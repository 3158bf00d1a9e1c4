import helmet from 'helmet';
/** The security headers of everything that is read in a browser: scripts, styles and requests only of this host, nothing inline, no frames. */
export function pageHeaders(referrer = 'no-referrer') {
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
/** A paper of a work is given as a file: a PDF is kept by the browser, never run in the page. */
export function sendDocument(response, { type, bytes }) {
    const isPdf = type === 'pdf';
    response
        .type(isPdf ? 'application/pdf' : 'image/jpeg')
        .set({
        'Content-Disposition': `${isPdf ? 'attachment' : 'inline'}; filename="paper.${isPdf ? 'pdf' : 'jpg'}"`,
        'X-Content-Type-Options': 'nosniff',
    })
        .send(bytes);
}
