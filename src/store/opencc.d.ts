/** OpenCC's table of traditional characters, "traditional simplified …" joined by "|"; the package ships no types for its parts. */
declare module 'opencc-js/dict/TSCharacters' {
  const characters: string;
  // biome-ignore lint/style/noDefaultExport: as the package exports it
  export default characters;
}
