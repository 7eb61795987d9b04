/** The mark: three channels, the middle one opened by a gate. */
export function Mark({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden className="shrink-0">
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <path
        d="M7 9.5h18M7 16h7m4 0h7M7 22.5h18"
        strokeWidth="3"
        strokeLinecap="round"
        className="fill-none stroke-on-accent"
      />
    </svg>
  );
}
