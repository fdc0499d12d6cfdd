/** Builds that are there already are not made again. */
import { existsSync, readFileSync } from 'node:fs'
import type { BuildConfig } from '../config/types.ts'
import type { Engine } from '../engine.ts'
import type { Reporter } from '../reporter.ts'
import { ARTEFACT_STAGES, artefactPath, type ArtefactStage } from '../stages/artefacts.ts'
import { buildModel } from '../stages/build.ts'
import { buildIdentity } from '../stages/build-identity.ts'
import type { BuildReport } from '../stages/build-report.ts'
import { jsonPath } from '../stages/report-page.ts'

type Files = Record<ArtefactStage, string>

/** The files of the build of this configuration, if `working_dir` holds exactly that. */
export function presentBuild(config: BuildConfig): Files | undefined {
  const { workingDir, prefix } = config.model
  const report = jsonPath({ workingDir, prefix }, 'report')
  if (!existsSync(report)) return undefined
  const { identity } = JSON.parse(readFileSync(report, 'utf8')) as BuildReport
  const entries = ARTEFACT_STAGES.map((stage) => [stage, artefactPath(workingDir, prefix, stage)] as const)
  const isWhole = entries.every(([, path]) => existsSync(path))
  return isWhole && identity === buildIdentity(config) ? (Object.fromEntries(entries) as Files) : undefined
}

/** Build, unless the build of this very configuration is there. */
export async function buildOnce(config: BuildConfig, engine: Engine, reporter: Reporter): Promise<Files> {
  const present = presentBuild(config)
  if (present) {
    reporter.info(`the build of this configuration is there: ${present.quantized}`)
    return present
  }
  return (await buildModel(config, { engine, reporter })).files
}
