/** The rules of a form, as they are typed. */
export interface AfterForm {
  /** In MB; '' for none. */
  readonly dropBelow: string;
  readonly dropMatching: string;
  readonly renameMatching: string;
  readonly renameTo: string;
  readonly moveTo: string;
  readonly webhook: string;
}

export const NO_RULES: AfterForm = {
  dropBelow: '',
  dropMatching: '',
  renameMatching: '',
  renameTo: '',
  moveTo: '',
  webhook: '',
};

/** The `after` of `fs/add_offline_download`; undefined for a form in which nothing is asked for. */
export function afterOf(form: AfterForm): Readonly<Record<string, string | number>> | undefined {
  const below = Number(form.dropBelow.replace(',', '.'));
  const rules = {
    drop_smaller: Number.isFinite(below) && below > 0 ? Math.round(below * 1e6) : 0,
    drop_matching: form.dropMatching.trim(),
    rename_matching: form.renameMatching,
    rename_to: form.renameMatching === '' ? '' : form.renameTo,
    move_to: form.moveTo.trim(),
    webhook: form.webhook.trim(),
  };
  return Object.values(rules).some((rule) => rule !== '' && rule !== 0) ? rules : undefined;
}

/** How many of its steps a form asks for. */
export function stepsOf(form: AfterForm): number {
  const { dropBelow, dropMatching, renameMatching, moveTo, webhook } = form;
  return [dropBelow + dropMatching, renameMatching, moveTo, webhook].filter((text) => text.trim() !== '')
    .length;
}
