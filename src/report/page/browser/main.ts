/** The page, drawn from the data inside it. */
import type { PageData } from '../data.ts'
import { costsSection } from './costs.ts'
import { decisionsSection } from './decisions.ts'
import { element } from './dom.ts'
import { evaluationSection } from './evaluation.ts'
import { histogramsSection } from './histograms.ts'
import { lookupsSection } from './look-ups.ts'
import { networkSection } from './network.ts'
import { nodesSection } from './nodes.ts'
import { sensitivitySection } from './sensitivity.ts'
import './style.css'
import { header, summary } from './summary.ts'
import { tuningSection } from './tuning.ts'

const data = JSON.parse(document.querySelector('#data')!.textContent ?? '') as PageData
const { report, histograms, evaluation, sensitivity, tuning } = data

const nodes = nodesSection(report.nodes)
const sections = [
  summary(data),
  ...(report.costs ? [costsSection(report.costs)] : []),
  ...(report.lookups ? [lookupsSection(report.lookups)] : []),
  ...(evaluation ? [evaluationSection(evaluation)] : []),
  ...(tuning ? [tuningSection(tuning)] : []),
  ...(sensitivity && sensitivity.targets.length > 0 ? [sensitivitySection(sensitivity.targets)] : []),
  networkSection(report.nodes, (node) => nodes.rows.jumpTo(node)),
  nodes.root,
  ...(histograms ? [histogramsSection(report, histograms.tensors)] : []),
  ...(report.calibration && report.calibration.judged.length > 0 ? [decisionsSection(report.calibration)] : []),
]

const links = sections.map((section) => {
  const title = section.querySelector('h2')?.textContent ?? 'Summary'
  return element('a', { href: `#${section.id}` }, [title])
})

document.body.append(
  header(data),
  element('nav', {}, links),
  element('main', {}, sections),
  element('footer', {}, [
    'Everything on this page stands in the JSON files beside it. Nothing was loaded from a network.',
  ]),
)
