import type { Conversion } from './context.ts'

/** Scatter (until 10) was renamed ScatterElements. */
export const scatter: Conversion = (_, node) => {
  node.opType = 'ScatterElements'
}
