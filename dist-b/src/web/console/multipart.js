const MOST_PARTS = 40;
const LONGEST_HEAD = 4_096;
/**
 * The form in a request whose body was read as bytes; undefined if it is not whole. It copies nothing: Node's own reader of forms holds
 * up everything else for half a second over 20 MB.
 */
export function formIn({ body, headers }) {
    const bytes = body;
    const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(headers['content-type'] ?? '') ?? [];
    const boundary = quoted ?? plain;
    if (!Buffer.isBuffer(bytes) || boundary === undefined)
        return undefined;
    const texts = {};
    const files = [];
    const line = `\r\n--${boundary}`;
    if (!bytes.subarray(0, line.length - 2).equals(Buffer.from(line.slice(2))))
        return undefined;
    let at = line.length - 2;
    for (let parts = 0; parts < MOST_PARTS; parts += 1) {
        const mark = bytes.toString('latin1', at, at + 2);
        if (mark === '--')
            return { texts, files };
        const headEnd = bytes.subarray(at, at + LONGEST_HEAD).indexOf('\r\n\r\n');
        const end = headEnd < 0 ? -1 : bytes.indexOf(line, at + headEnd + 2);
        if (mark !== '\r\n' || end < 0)
            return undefined;
        const head = bytes.toString('utf8', at, at + headEnd);
        const content = bytes.subarray(at + headEnd + 4, end);
        const [, name] = /;\s*name="([^"\r\n]*)"/i.exec(head) ?? [];
        const [, file] = /;\s*filename="([^"\r\n]*)"/i.exec(head) ?? [];
        if (name === undefined)
            return undefined;
        if (file === undefined)
            texts[name] = content.toString('utf8');
        else if (file !== '')
            files.push({ field: name, bytes: content });
        at = end + line.length;
    }
    return undefined;
}
