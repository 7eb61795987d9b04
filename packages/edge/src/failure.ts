/** What the worker answers instead of a file. The message is for a person and names no upstream address. */
export class EdgeFailure extends Error {
  override readonly name = 'EdgeFailure';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}
