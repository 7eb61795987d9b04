/** `GET /drive/v1/events` (protocol reference §3.12): nothing was added or played. */
export function listEvents(): object {
  return { events: [], next_page_token: '' };
}
