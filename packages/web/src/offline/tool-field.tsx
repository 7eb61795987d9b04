import type { ReactNode } from 'react';
import { Field } from '../ui/field.tsx';
import { isCloudTool } from './refusal.ts';
import { useWords } from './use-words.ts';

interface ToolFieldProps {
  readonly id: string;
  /** Undefined until they are known. */
  readonly tools: readonly string[] | undefined;
  readonly tool: string;
  readonly help: ReactNode;
  readonly onChange: (tool: string) => void;
}

/** Who is to fetch it. */
export function ToolField({ id, tools, tool, help, onChange }: ToolFieldProps) {
  const { t } = useWords();
  if (tools?.length === 0) {
    return (
      <p role="alert" className="text-bad">
        {t('no_tools')}
      </p>
    );
  }
  return (
    <Field id={id} label={t('tool')} help={help}>
      <select
        value={tool}
        disabled={tools === undefined}
        onChange={(event) => onChange(event.target.value)}
        className="h-10 touch:h-12 w-full rounded-control border border-line-strong bg-surface px-3"
      >
        {(tools ?? []).map((one) => (
          <option key={one} value={one}>
            {t(isCloudTool(one) ? 'tool_cloud' : 'tool_gateway', { tool: one })}
          </option>
        ))}
      </select>
    </Field>
  );
}
