/**
 * `report.html` in `working_dir`: made anew from the JSON files beside it whenever one of them is written, so that a build, a
 * sensitivity run, an evaluation and a tuning each add their part.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { saveFileAtomic } from '../files/save-file.ts'
import type { PageData } from '../report/page/data.ts'
import { reportDocument } from '../report/page/document.ts'
import { VERSION } from '../version.ts'
import { ARTEFACT_STAGES, artefactName, artefactPath, type ArtefactStage } from './artefacts.ts'
import type { BuildReport } from './build-report.ts'

/** The parts that other commands add: `<prefix>_<part>.json`. */
export type ReportPart = 'histograms' | 'sensitivity' | 'evaluation' | 'tuning'

/** Which artefact a part was made from; a part of an earlier build is left out of the page. */
const MADE_FROM: Record<ReportPart, ArtefactStage> = {
  histograms: 'calibrated',
  sensitivity: 'calibrated',
  evaluation: 'quantized',
  tuning: 'quantized',
}

/** A build's files: where they lie, and what their names begin with. */
export interface BuildFolder {
  workingDir: string
  prefix: string
}

/** The build that left an artefact; undefined where the file stands in no `working_dir` of ours. */
export function buildFolderOf(artefact: string): BuildFolder | undefined {
  const workingDir = dirname(artefact)
  for (const stage of ARTEFACT_STAGES) {
    const suffix = artefactName('', stage)
    if (!artefact.endsWith(suffix)) continue
    const folder = { workingDir, prefix: basename(artefact).slice(0, -suffix.length) }
    return existsSync(jsonPath(folder, 'report')) ? folder : undefined
  }
  return undefined
}

export function jsonPath({ workingDir, prefix }: BuildFolder, part: ReportPart | 'report'): string {
  return join(workingDir, `${prefix}_${part}.json`)
}

/** Save one part of the report beside the artefact it speaks of. */
export function savePart(folder: BuildFolder, part: ReportPart, content: object): void {
  const model = artefactDigest(folder, MADE_FROM[part])
  saveFileAtomic(jsonPath(folder, part), `${JSON.stringify({ model, ...content })}\n`)
}

/** A part of the current build; undefined where there is none or it speaks of an earlier one. */
export function loadPart<Part extends ReportPart>(folder: BuildFolder, part: Part): PageData[Part] | undefined {
  const path = jsonPath(folder, part)
  if (!existsSync(path)) return undefined
  const content = JSON.parse(readFileSync(path, 'utf8')) as { model: string } & NonNullable<PageData[Part]>
  return content.model === artefactDigest(folder, MADE_FROM[part]) ? content : undefined
}

function artefactDigest({ workingDir, prefix }: BuildFolder, stage: ArtefactStage): string {
  return createHash('sha256')
    .update(readFileSync(artefactPath(workingDir, prefix, stage)))
    .digest('hex')
}

/** Write `report.html` of a build and return its path. */
export function renderReport(folder: BuildFolder): string {
  const report = JSON.parse(readFileSync(jsonPath(folder, 'report'), 'utf8')) as BuildReport
  const data: PageData = {
    version: VERSION,
    report,
    histograms: loadPart(folder, 'histograms'),
    sensitivity: loadPart(folder, 'sensitivity'),
    evaluation: loadPart(folder, 'evaluation'),
    tuning: loadPart(folder, 'tuning'),
  }
  const path = join(folder.workingDir, 'report.html')
  saveFileAtomic(path, reportDocument(data))
  return path
}
