/** Outputs of detection heads to encode known boxes into. */
import type { TaskOutput } from '../../src/tasks/output.ts'

export type HeadLayout = 'NCHW' | 'NHWC'

export interface GridOutput extends TaskOutput {
  readonly data: Float32Array
  set(channel: number, row: number, column: number, value: number): void
}

/** 1 x channels x rows x columns or 1 x rows x columns x channels, all `fill`. */
export function gridOutput(
  layout: HeadLayout,
  size: { channels: number; rows: number; columns: number },
  fill = 0,
  name = 'head',
): GridOutput {
  const { channels, rows, columns } = size
  const data = new Float32Array(channels * rows * columns).fill(fill)
  const shape = layout === 'NCHW' ? [1, channels, rows, columns] : [1, rows, columns, channels]
  return {
    name,
    shape,
    data,
    set(channel, row, column, value) {
      const cell = row * columns + column
      data[layout === 'NCHW' ? channel * rows * columns + cell : cell * channels + channel] = value
    },
  }
}
