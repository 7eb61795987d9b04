/**
 * Whether this API has routes that take files (`fs/put`, `fs/form`). Frontends offer uploads where they are told that they can be taken, so
 * `write` of listings and `no_upload` of drivers follow this beside what the user may and the storage can do.
 */
export const TAKES_UPLOADS: boolean = false;
