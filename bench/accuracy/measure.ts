/** The rows of one card: calibrated on calibration pictures, built apart, scored and compared in one pass. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Card } from '../../src/cards/card.ts'
import { readiness } from '../../src/cards/readiness.ts'
import { resolveModelFiles } from '../../src/cards/resolve-model.ts'
import { silent } from '../../src/reporter.ts'
import { loadConfigFile } from '../../src/stages/load-config-file.ts'
import { preprocessImages } from '../../src/stages/preprocess.ts'
import { projectRoot } from '../../test/support/shared-data.ts'
import type { BuildFigures, BuildSettings } from './build.ts'
import { buildMethod, type BuildName } from './builds.ts'
import { comparePair } from './compare.ts'
import { withContinuousOutputs } from './continuous.ts'
import { calibrationPictures, picturesOf } from './pictures.ts'
import { type Row, rowOf } from './row.ts'

const CALIBRATION_PICTURES = 100

/** Whether the model and its pictures are on this machine. */
export function isAtHand(card: Card): boolean {
  return picturesOf(card) !== undefined && readiness(card).files.every(({ path }) => path !== undefined)
}

/** For a card that is at hand. */
export async function measureCard(
  card: Card,
  builds: readonly BuildName[],
  commit: string,
  onRow: (row: Row) => void,
): Promise<void> {
  const pictures = picturesOf(card)!
  const folder = mkdtempSync(join(tmpdir(), 'accuracy-'))
  try {
    const [{ typeTrain }] = loadConfigFile(card.config).inputs
    const calibrated = await preprocessImages({
      card,
      source: await calibrationPictures(card, pictures.calibration, join(folder, 'pictures')),
      target: join(folder, 'calibration'),
      typeTrain,
      limit: CALIBRATION_PICTURES,
      reporter: silent,
    })
    for (const build of builds) {
      const workingDir = join(folder, build)
      mkdirSync(workingDir)
      const built = buildApart({
        config: card.config,
        files: resolveModelFiles(card),
        calibration: calibrated.folder,
        workingDir,
        method: buildMethod(build),
      })
      const pair = withContinuousOutputs(built.original, built.quantized, workingDir)
      onRow(rowOf({ model: card.name, build, commit }, built, await comparePair(card, pair, pictures)))
      rmSync(workingDir, { recursive: true })
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function buildApart(settings: BuildSettings): BuildFigures {
  const script = join(projectRoot, 'bench/accuracy/build.ts')
  const out = execFileSync(process.execPath, ['--import', 'tsx', script, JSON.stringify(settings)], {
    cwd: projectRoot,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  return JSON.parse(out) as BuildFigures
}
