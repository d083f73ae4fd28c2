// The loss of a real net on a plane, with the path of its training on it. Nothing moves here.

const charts = new WeakMap()

// Values between the measured points; what was not finite counts as the highest that was.
function between({ first, second, loss }) {
  const highest = Math.max(...loss.flat().filter((value) => value !== null))
  const at = (i, j) => loss[j][i] ?? highest
  const find = (axis, value) => {
    const share = ((value - axis[0]) / (axis.at(-1) - axis[0])) * (axis.length - 1)
    const low = Math.max(0, Math.min(axis.length - 2, Math.floor(share)))
    return [low, share - low]
  }
  return (x, y) => {
    const [[i, u], [j, v]] = [find(first, x), find(second, y)]
    return (1 - v) * ((1 - u) * at(i, j) + u * at(i + 1, j)) + v * ((1 - u) * at(i, j + 1) + u * at(i + 1, j + 1))
  }
}

function drawPlane(canvas, data) {
  const room = canvas.parentElement.clientWidth
  if (!room) return
  const scale = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16
  const { plane, words, colours, rule } = data
  const width = Math.min(room, 620 * scale)
  const [left, right, top, under] = [50, 68, 18, 36].map((size) => size * scale)
  const height = 0.5 * (width - left - right)
  const context = fitted(canvas, width, top + height + under)
  const domain = { left: plane.first[0], right: plane.first.at(-1), bottom: plane.second[0], top: plane.second.at(-1) }
  const place = new Place({ left, top, width: width - left - right, height }, domain)
  const field = paintMap(context, place, between(plane), colours)
  paintAxes(context, place, field, { x: words.x, y: words.y, loss: words.loss }, colours, scale)
  const path = plane.path.map((point) => place.to(point))
  strokePath(context, path, { ...rule, dash: [], scale }, colours)
  for (const at of path) paintMarker(context, "circle", at, 2.4 * scale, rule.colour, colours.background)
  paintMarker(context, "cross", path[0], 4.5 * scale, colours.ink, colours.background)
  paintMarker(context, rule.marker, path.at(-1), 6 * scale, rule.colour, colours.background)
  context.font = `600 ${11.5 * scale}px ${colours.font}`
  context.textBaseline = "middle"
  for (const [at, text] of [[path[0], words.begin], [path.at(-1), words.end]]) {
    const toLeft = at[0] > left + width / 2
    context.textAlign = toLeft ? "right" : "left"
    const x = at[0] + (toLeft ? -10 : 10) * scale
    context.lineWidth = 3
    context.strokeStyle = colours.background
    context.strokeText(text, x, at[1])
    context.fillStyle = colours.ink
    context.fillText(text, x, at[1])
  }
  canvas.setAttribute("aria-label", words.alt)
}

export default function ({ parentElement, data }) {
  const canvas = parentElement.querySelector("canvas")
  const before = charts.get(parentElement)
  before?.disconnect()
  const watch = new ResizeObserver(() => drawPlane(canvas, data))
  watch.observe(canvas.parentElement)
  charts.set(parentElement, watch)
  drawPlane(canvas, data)
  return () => {
    charts.get(parentElement)?.disconnect()
    charts.delete(parentElement)
  }
}
