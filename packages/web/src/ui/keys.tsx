/** Keys as they look on a keyboard. */
export function Keys({ names }: { names: readonly string[] }) {
  return names.map((name) => (
    <kbd
      key={name}
      className="rounded-sm border border-b-2 border-line-strong bg-surface px-1.5 py-0.5 font-sans text-xs text-muted"
    >
      {name}
    </kbd>
  ));
}
