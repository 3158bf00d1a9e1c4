/** Pieces that stay together. */
export function stacked(pieces) {
    const height = pieces.reduce((sum, piece) => sum + piece.height, 0);
    const draw = (x, y) => {
        let top = y;
        for (const piece of pieces) {
            piece.draw(x, top);
            top += piece.height;
        }
    };
    return { height, draw };
}
export function room(height) {
    return { height, draw: () => undefined, isRoom: true };
}
export function shift(align, free) {
    return align === 'left' ? 0 : align === 'right' ? free : free / 2;
}
