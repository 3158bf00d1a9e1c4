/** The words by which posters and our texts say what belongs behind a command, and the example that we give of a proposal. */
const COPIED = [
    /^加?上?[您你]?[要想]?[说办问提]的[事话]?$/u,
    /^(?:[您你]的)?(?:姓名|名字)(?:[\s，,、和加]*(?:楼号|几栋))?$/u,
    /^楼下放椅子$/u,
    /^your (?:idea|question|words|name)(?:,? (?:and )?(?:your )?building)?$/i,
    /^name,?(?: and)? building$/i,
    /^what is needed$/i,
    /^chairs downstairs$/i,
];
/** Whether somebody sent our own example, or the words that say what belongs there, instead of their own. */
export function isCopied(text) {
    const said = text.trim().replace(/[。.!！]+$/u, '');
    return COPIED.some((copied) => copied.test(said));
}
