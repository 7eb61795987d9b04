/**
 * Why a storage doesn't work, by names that stay: for frontends with words of their own. Each goes with the English words of an error, and
 * stands for both what happened and what can be done. What a name needs to be put into words is in the error's `params`, noted here.
 */
export type Reason =
  // The cloud and its accounts
  | 'too_frequent'
  | 'slow_down'
  | 'address_refused'
  | 'wrong_password'
  | 'region_refused'
  | 'name_spelling'
  | 'human_check'
  | 'person_wanted'
  | 'refresh_token_dead'
  | 'program_refused'
  | 'security_token_refused'
  | 'session_refused'
  | 'sign_in_wanted'
  | 'sign_in_waits'
  | 'cloud_down'
  | 'unknown_error'
  | 'request_refused'
  | 'answer_unreadable'
  | 'answer_broken'
  | 'account_unread'
  | 'account_unsaved'
  // Shares
  | 'pass_code_missing'
  | 'pass_code_wrong'
  | 'share_unknown'
  | 'share_deleted'
  | 'share_expired'
  | 'share_checked'
  | 'share_blocked'
  | 'share_region'
  | 'share_refused'
  // The way there: `host`, `seconds`, `status`
  | 'bad_certificate'
  | 'unknown_host'
  | 'no_connection'
  | 'no_answer'
  | 'body_stalled'
  | 'proxy_credentials'
  | 'proxy_forbids'
  | 'proxy_refuses'
  | 'proxy_gone'
  | 'service_down'
  | 'egress_invalid'
  // The storage: `seconds`
  | 'storage_slow'
  | 'root_missing'
  | 'internal';

/** What goes into the words of a reason. Holds no secrets. */
export type ReasonParams = Readonly<Record<string, string | number>>;
