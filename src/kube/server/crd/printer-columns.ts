import { AGE, age, type Cell, type Column, type Columns, NAME } from '../table/column.ts';
import type { PrinterColumn } from './crd.ts';
import { compileJsonPath } from './json-path.ts';

/** The columns of a custom resource: its name, and what the CRD says, or its age. */
export function printerColumns(columns: readonly PrinterColumn[] | undefined): Columns {
  return columns?.length ? [NAME, ...columns.map(compile)] : [NAME, AGE];
}

function compile({ jsonPath, type, ...column }: PrinterColumn): Column {
  const read = compileJsonPath(jsonPath);
  return {
    ...column,
    // As kube-apiserver: dates are shown as ages and declared as what they are.
    type,
    cell: (object, now) => {
      const [value] = read?.(object) ?? [];
      if (type === 'date') return typeof value === 'string' ? age(value, now) : null;
      return cellOf(value, type);
    },
  };
}

function cellOf(value: unknown, type: PrinterColumn['type']): Cell {
  if (value === undefined || value === null) return undefined;
  if (type === 'string') return typeof value === 'string' ? value : JSON.stringify(value);
  return typeof value === 'object' ? JSON.stringify(value) : (value as Cell);
}
