import type { OpName } from './driver.ts';

/** One setting of a driver, as data: it validates, draws the form, marks secrets and prints the docs. */
export interface ConfigField {
  readonly name: string;
  readonly type: 'string' | 'text' | 'number' | 'bool' | 'select';
  readonly label: string;
  readonly help: string;
  readonly required?: boolean;
  /** Never shown again after it was saved. */
  readonly secret?: boolean;
  /** Few need it: forms fold it away. */
  readonly advanced?: boolean;
  /** Of text, in UTF-16 units; 65 536 unless said, 4 096 for one line. */
  readonly maxLength?: number;
  readonly default?: string | number | boolean;
  /** For `select`: the allowed values. */
  readonly options?: readonly string[];
  /** The value is the mount path of a storage that has this operation, or empty. */
  readonly storageWith?: OpName;
}

/** A problem with one field, in words for the person who filled it in. */
export interface ConfigProblem {
  readonly field: string;
  readonly message: string;
}

/** Settings of one driver kind. */
export interface ConfigSpec<C> {
  readonly fields: readonly ConfigField[];
  /**
   * Turns stored or posted values into the driver's config: defaults filled in, strings trimmed, AList's spellings accepted.
   * Never throws; unknown keys are ignored.
   */
  parse(
    values: Readonly<Record<string, unknown>>,
  ): { readonly ok: C } | { readonly problems: readonly ConfigProblem[] };
}
