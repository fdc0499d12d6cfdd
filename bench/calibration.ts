/** Calibration time and memory: all methods together, against min/max alone and against inference alone. Medians of three. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { formatTable } from '../src/terminal/table.ts'
import { benchModels } from './models.ts'
import { median } from './median.ts'

const RUNS = 3

interface Figures {
  seconds: number
  megabytes: number
}

function once(name: string, mode: string, images: number): Figures {
  const script = fileURLToPath(new URL('calibration-run.ts', import.meta.url))
  const output = execFileSync(process.execPath, ['--import', 'tsx', script, name, mode, String(images)])
  return JSON.parse(output.toString()) as Figures
}

const rows: string[][] = []
for (const { name } of benchModels().slice(1)) {
  for (const images of [10, 100]) {
    const modes = ['all', 'min-max', 'inference'] as const
    const runs = new Map(modes.map((mode) => [mode, [] as Figures[]]))
    // Interleaved, so that a drifting machine hits all modes alike.
    for (let i = 0; i < RUNS; i++) for (const mode of modes) runs.get(mode)!.push(once(name, mode, images))
    const seconds = (mode: (typeof modes)[number]): number => median(runs.get(mode)!.map((run) => run.seconds))
    const memory = median(runs.get('all')!.map((run) => run.megabytes))
    rows.push([
      name,
      String(images),
      seconds('all').toFixed(2),
      (seconds('all') / seconds('min-max')).toFixed(2),
      (seconds('all') / seconds('inference')).toFixed(2),
      memory.toFixed(0),
    ])
  }
}
const columns = ['Model', 'Images', 'All methods s', '/ min-max alone', '/ inference alone', 'Peak RSS MB']
for (const line of formatTable(columns, rows)) console.log(line)
