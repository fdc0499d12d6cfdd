/** `openmapper zoo list`: a table of all models. */
import type { Card } from '../../../cards/card.ts'
import { readiness } from '../../../cards/readiness.ts'
import { zooName } from '../../../cards/zoo.ts'
import { formatTable } from '../../../terminal/table.ts'
import { type CommandContext, flag, type OptionValues } from '../../command.ts'

const COLUMNS = ['Name', 'Folder', 'Task', 'Data set', 'Float', 'INT8', 'Published float / INT8', 'Files', 'Pictures']

export function listZoo(cards: readonly Card[], options: OptionValues, { print }: CommandContext): void {
  const rows = cards.map((card) => ({ card, ready: readiness(card) }))
  if (flag(options, 'json')) {
    const objects = rows.map(({ card: { name, title, task, dataset, accuracy, published, ...card }, ready }) => ({
      name,
      title,
      folder: zooName({ ...card, name, title, task, dataset, accuracy, published }),
      task,
      dataset,
      accuracy,
      published,
      files: ready.files.map(({ file, path }) => ({ file: file.file, path })),
      data: ready.data,
      calibration: ready.calibration,
    }))
    print(JSON.stringify(objects))
    return
  }
  const cells = rows.map(({ card, ready }) => [
    card.name,
    zooName(card),
    card.task,
    card.dataset,
    figure(card.accuracy?.float),
    figure(card.accuracy?.int8),
    card.published ? `${figure(card.published.float)} / ${figure(card.published.int8)}` : '--',
    ready.files.every(({ path }) => path !== undefined) ? 'here' : 'missing',
    ready.data === undefined ? 'missing' : 'here',
  ])
  for (const line of formatTable(COLUMNS, cells)) print(line)
  print('')
  print(
    'Float and INT8: measured here, on the pictures that the card names. Published: by the authors, on the whole set.',
  )
  print('Next: openmapper zoo show NAME')
}

export function figure(value: number | undefined): string {
  return value === undefined ? '--' : value.toFixed(4)
}
