import { CodedError } from '../../store/codedError.js';
import { lay } from './lay.js';
import { MM } from './pen.js';
import { room, stacked } from './piece.js';
/** The edge of a page that is left white, in millimetres: what every printer can do. */
const MARGIN = 14;
const FOOTER_SIZE = 8;
/** How much larger than wanted type may become where there is room for it, and how much smaller until it fits. */
const SCALES = [1.3, 1.25, 1.2, 1.15, 1.1, 1.05, 1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5];
/** Draws a document's pages. Rejects with `does-not-fit` if something is too large for one page, or for its cell, even in small type. */
export function drawPages(printed, pen) {
    const { blocks, margin = MARGIN, footer, onePage, paper } = printed;
    const page = pageOf(paper, margin, footer !== undefined);
    if (onePage) {
        newPage(pen);
        fitted(blocks, { pen, width: page.width, scale: 1 }, page.height).draw(page.left, page.top);
    }
    else
        flow(blocks, page, pen);
    if (footer !== undefined)
        drawFooters(footer, page, pen);
}
const PAPERS = { A3: [297, 420], A4: [210, 297], A5: [148, 210] };
function pageOf(paper, margin, hasFooter) {
    const [wide, high] = PAPERS[paper];
    const foot = hasFooter ? 6 : 0;
    return { left: margin * MM, top: margin * MM, width: (wide - 2 * margin) * MM, height: (high - 2 * margin - foot) * MM };
}
function newPage({ doc }) {
    doc.addPage();
}
function flow(blocks, page, pen) {
    let y = Number.POSITIVE_INFINITY;
    const begin = () => {
        newPage(pen);
        y = page.top;
    };
    const bottom = page.top + page.height + 0.01;
    const place = { pen, width: page.width, scale: 1 };
    for (const block of blocks) {
        if ('cells' in block) {
            drawCells(block, page, pen);
            y = Number.POSITIVE_INFINITY;
            continue;
        }
        const pieces = lay([block], place);
        for (const [index, piece] of pieces.entries()) {
            if (piece.endsPage) {
                y = Number.POSITIVE_INFINITY;
                continue;
            }
            if (y + keptHeight(pieces, index) > bottom) {
                if (piece.isRoom && y !== Number.POSITIVE_INFINITY)
                    continue;
                begin();
                if (piece.under && piece.under.height + piece.height <= page.height) {
                    piece.under.draw(page.left, y);
                    y += piece.under.height;
                }
            }
            if (piece.height > page.height)
                throw doesNotFit();
            if (piece.isRoom && y === page.top)
                continue;
            piece.draw(page.left, y);
            y += piece.height;
        }
    }
    if (y === Number.POSITIVE_INFINITY && !blocks.some((block) => 'cells' in block))
        begin();
}
/** The height of a piece with what has to stand on the same page. A heading keeps two lines of what follows, at about 16 mm. */
function keptHeight(pieces, index) {
    let height = 0;
    for (let at = index; at < pieces.length; at += 1) {
        const piece = pieces[at];
        height += piece?.height ?? 0;
        if (!piece?.keeps)
            return height;
    }
    return height + 16 * MM;
}
function drawCells({ cells, below, columns, rows }, page, pen) {
    const [width, height] = [page.width / columns, page.height / rows];
    const inner = 4 * MM;
    const place = { pen, width: width - 2 * inner, scale: 1 };
    // laid out once in each size, as it is the same in every cell
    const belows = new Map(SCALES.map((scale) => [scale, stacked(lay(below, { ...place, scale }))]));
    cells.forEach((cell, index) => {
        const at = index % (columns * rows);
        if (at === 0) {
            newPage(pen);
            drawCuts(columns, rows, page, pen);
        }
        const [x, y] = [page.left + (at % columns) * width + inner, page.top + Math.floor(at / columns) * height + inner];
        fitted(cell, place, height - 2 * inner, belows).draw(x, y);
    });
}
/** Thin lines between the cells, through to the edge of the page, so that a stack can be cut at once. */
function drawCuts(columns, rows, { left, top, width, height }, { doc }) {
    doc.lineWidth(0.3).dash(2, { space: 2 });
    for (let column = 0; column <= columns; column += 1) {
        const x = left + (column * width) / columns;
        doc.moveTo(x, 0).lineTo(x, doc.page.height);
    }
    for (let row = 0; row <= rows; row += 1) {
        const y = top + (row * height) / rows;
        doc.moveTo(0, y).lineTo(doc.page.width, y);
    }
    doc.stroke('#999999').undash();
}
/** Blocks in a place that has its height, and what stands below them in each size: in the largest type in which they fit. */
function fitted(blocks, place, height, belows) {
    for (const scale of SCALES) {
        const below = belows?.get(scale) ?? room(0);
        if (below.height > height)
            continue;
        const piece = stacked([...lay(blocks, { ...place, scale }), below]);
        if (piece.height <= height)
            return piece;
    }
    throw doesNotFit();
}
function doesNotFit() {
    return new CodedError('does-not-fit', 'Something is too long for its place on the page: shorten titles and details, or print fewer at once.');
}
function drawFooters(footer, page, pen) {
    const { start, count } = pen.doc.bufferedPageRange();
    const style = { size: FOOTER_SIZE, weight: 'regular', grey: true };
    const y = page.top + page.height + 2 * MM;
    for (let index = start; index < start + count; index += 1) {
        pen.doc.switchToPage(index);
        const number = `${index + 1} / ${count}`;
        pen.write(footer, page.left, y, style);
        pen.write(number, page.left + page.width - pen.width(number, FOOTER_SIZE, 'regular'), y, style);
    }
}
