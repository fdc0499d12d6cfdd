/** All detection decoders by the name cards use. A new one: `defineDecoder` in a file here, and a name in this list. */
import type { DetectionDecoder } from './decoder.ts'
import { yoloxDecoder } from './yolox.ts'

const ALL: readonly DetectionDecoder[] = [yoloxDecoder]

export const DETECTION_DECODERS: ReadonlyMap<string, DetectionDecoder> = new Map(ALL.map((item) => [item.name, item]))
