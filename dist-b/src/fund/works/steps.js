/** The states of a work, in their order (docs/contract.md: Works). */
export const WORK_STATES = ['approved', 'seeking', 'chosen', 'signed', 'under-way', 'finished', 'to-be-mended', 'accepted', 'paid', 'rated'];
/** Every step that a work may take. What is not here is refused. */
export const WORK_STEPS = {
    approved: { seeking: 'move' },
    seeking: { chosen: 'choose', approved: 'back' },
    chosen: { signed: 'sign', seeking: 'back' },
    signed: { 'under-way': 'move', chosen: 'back' },
    'under-way': { finished: 'move', signed: 'back' },
    finished: { accepted: 'accept', 'to-be-mended': 'mend', 'under-way': 'back' },
    'to-be-mended': { finished: 'move', 'under-way': 'back' },
    accepted: { paid: 'settle', finished: 'back' },
    paid: { rated: 'move', accepted: 'back' },
    rated: { paid: 'back' },
};
/** How a work gets from one state to another; undefined if it may not. */
export function stepBy(from, to) {
    return WORK_STEPS[from][to];
}
/** The steps from a state that need nothing but a day or a reason. */
export function movesFrom(from) {
    return WORK_STATES.flatMap((to) => {
        const by = stepBy(from, to);
        return by === 'move' || by === 'back' || by === 'settle' ? [{ to, isBack: by === 'back' }] : [];
    });
}
