// Surfaces and update rules, the same as `tl_core/descent`; `tests/descent` holds both against torch.optim.
// Only operations that are the same to the last bit in both languages: no `exp`, no power.
// No DOM here: what draws stands in the files beside it.

const STEPS = 150
const MAP = [3, 2] // half the width and half the height of the map
const FAR = 10 * MAP[0] // a weight beyond this has diverged
const ARRIVED = 0.01 // of the start's height above the lowest point
const FLAT = 1e-3 // a gradient under which a rule has come to rest
const MOMENTUM = 0.9
const ALPHA = 0.99
const BETAS = [0.9, 0.999]
const EPSILON = 1e-8

const inThePit = (x, y) => 1 / (1 + 2 * (x * x + y * y))

function plateauSlope(x, y) {
  const inside = inThePit(x, y)
  const steep = 8 * inside * inside * inside
  return [steep * x, steep * y]
}

const SURFACES = {
  bowl: { value: (x, y) => (x * x + y * y) / 2, gradient: (x, y) => [x, y], lowest: 0 },
  ravine: { value: (x, y) => (0.2 * x * x + 12 * y * y) / 2, gradient: (x, y) => [0.2 * x, 12 * y], lowest: 0 },
  saddle: {
    value: (x, y) => (x * x) / 2 - (y * y) / 2 + (y * y * y * y) / 8,
    gradient: (x, y) => [x, -y + (y * y * y) / 2],
    lowest: -0.5,
  },
  two_valleys: {
    value: (x, y) => ((x * x - 3) * (x * x - 3)) / 8 + x / 4 + (y * y) / 2,
    gradient: (x, y) => [(x * (x * x - 3)) / 2 + 0.25, y],
    lowest: -0.4429711012059426,
  },
  plateau: { value: (x, y) => 1 - inThePit(x, y) * inThePit(x, y), gradient: plateauSlope, lowest: 0 },
}

// Each takes one weight's gradient and memory, and returns what is added to the weight.
const velocity = (gradient, step, memory) => (memory.first = step === 1 ? gradient : MOMENTUM * memory.first + gradient)

const RULES = {
  sgd: (gradient, rate) => -rate * gradient,
  momentum: (gradient, rate, step, memory) => -rate * velocity(gradient, step, memory),
  nesterov: (gradient, rate, step, memory) => -rate * (gradient + MOMENTUM * velocity(gradient, step, memory)),
  rmsprop: (gradient, rate, step, memory) => {
    memory.second = ALPHA * memory.second + (1 - ALPHA) * gradient * gradient
    return (-rate * gradient) / (Math.sqrt(memory.second) + EPSILON)
  },
  adam: (gradient, rate, step, memory) => {
    memory.first += (gradient - memory.first) * (1 - BETAS[0])
    memory.second = BETAS[1] * memory.second + (1 - BETAS[1]) * gradient * gradient
    memory.left = memory.left.map((share, i) => share * BETAS[i])
    const spread = Math.sqrt(memory.second) / Math.sqrt(1 - memory.left[1]) + EPSILON
    return ((-rate / (1 - memory.left[0])) * memory.first) / spread
  },
}

function pointAt(surface, x, y) {
  return { x, y, loss: surface.value(x, y), slope: Math.hypot(...surface.gradient(x, y)) }
}

const hasDiverged = (point) => !Number.isFinite(point.loss) || Math.abs(point.x) > FAR || Math.abs(point.y) > FAR

// Every point of one rule, the start first; it ends early with the step at which the rule diverged.
function trajectory(name, rule, start, rate) {
  const surface = SURFACES[name]
  const memories = [0, 1].map(() => ({ first: 0, second: 0, left: [1, 1] }))
  const points = [pointAt(surface, ...start)]
  while (points.length <= STEPS && !hasDiverged(points.at(-1))) {
    const here = points.at(-1)
    const slopes = surface.gradient(here.x, here.y)
    const [dx, dy] = slopes.map((slope, i) => RULES[rule](slope, rate, points.length, memories[i]))
    points.push(pointAt(surface, here.x + dx, here.y + dy))
  }
  return points
}

// How a rule fared; see `Ending` in tl_core/descent/race.py.
function ending(name, points) {
  const last = points.at(-1)
  if (hasDiverged(last)) return { kind: "diverged", step: points.length - 1 }
  const { lowest } = SURFACES[name]
  const goal = lowest + ARRIVED * (points[0].loss - lowest)
  const first = points.findLastIndex((point) => point.loss > goal) + 1
  if (first < points.length) return { kind: "arrived", step: first }
  return { kind: last.slope < FLAT ? "resting" : "under_way", step: points.length - 1 }
}
