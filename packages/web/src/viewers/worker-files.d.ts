// Files that the bundler takes in as they are and gives an address (design §4).
declare module 'pdfjs-dist/build/pdf.worker.min.mjs' {
  const url: string;
  export default url;
}
