import { driveRefusal, type Refusal } from '../../refusal.ts';

/*
 * Refusals of changes (protocol reference §2.7). Names and HTTP statuses are the reference's; texts are ours but for the three
 * that §9.15 shows.
 */

/** §9.15, field for field. */
export function duplicatedName(): Refusal {
  return driveRefusal({ error: 'file_duplicated_name', code: 3, text: 'File name cannot be repeated' });
}

export function sameName(): Refusal {
  return driveRefusal({
    error: 'file_rename_to_same_name',
    code: 3,
    text: 'The new name is the same as the old one',
  });
}

export function emptyName(): Refusal {
  return driveRefusal({ error: 'file_name_empty', code: 3, text: 'File name cannot be empty' });
}

export function renameUncompleted(): Refusal {
  return driveRefusal({
    error: 'file_rename_uncompleted',
    code: 9,
    text: 'The file is still being processed, please try again later',
  });
}

export function inRecycleBin(): Refusal {
  return driveRefusal({ error: 'file_in_recycle_bin', code: 9, text: 'The file is in the recycle bin' });
}

/** No code was captured; 3 is a guess that no client takes for a captcha or a token. */
export function systemFolder(): Refusal {
  return driveRefusal({
    error: 'file_operate_system_folder',
    code: 3,
    text: 'System folders cannot be changed',
  });
}

/** No code was captured; 5 is a guess, as for anything that is not there. */
export function targetFolderMissing(): Refusal {
  return driveRefusal({ error: 'space_folder_not_exist', code: 5, text: 'The folder does not exist' });
}

export function tooManyIds(): Refusal {
  return driveRefusal({
    error: 'operating_file_count_exceeded',
    code: 11,
    text: 'Too many files in one operation',
  });
}

/** §9.15, field for field. */
export function moveOrCopyToCurrent(): Refusal {
  return driveRefusal({
    error: 'file_move_or_copy_to_cur',
    code: 9,
    text: "Please don't move or copy to current folder or sub folder",
  });
}

/** §9.15, field for field. */
export function spaceNotEnough(): Refusal {
  return driveRefusal({ error: 'file_space_not_enough', code: 8, text: 'Storage space is not enough' });
}
