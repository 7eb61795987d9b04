import { createContext, type ReactNode, useContext } from 'react';
import type { ListMemory } from './list-memory.ts';

const ListMemoryContext = createContext<ListMemory | undefined>(undefined);

export function ListMemoryProvider({ value, children }: { value: ListMemory; children: ReactNode }) {
  return <ListMemoryContext value={value}>{children}</ListMemoryContext>;
}

export function useListMemory(): ListMemory {
  const memory = useContext(ListMemoryContext);
  if (memory === undefined) throw new Error('useListMemory needs a ListMemoryProvider above it');
  return memory;
}
