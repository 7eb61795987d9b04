/** Bundled files, imported with `{ type: 'file' }`: the path to read them from. */
declare module '*.mp4' {
  const path: string;
  export default path;
}
declare module '*.mp3' {
  const path: string;
  export default path;
}
declare module '*.jpg' {
  const path: string;
  export default path;
}
declare module '*.pdf' {
  const path: string;
  export default path;
}
declare module '*.srt' {
  const path: string;
  export default path;
}
declare module '*.ass' {
  const path: string;
  export default path;
}
declare module '*.zip' {
  const path: string;
  export default path;
}
declare module '*.md' {
  const path: string;
  export default path;
}
