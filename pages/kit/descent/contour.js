// A map of a loss over two weights: bands of colour, lines of equal loss, axes and a key. Drawn once, not each frame.

const BANDS = 14
const CELL = 4 // pixels of the screen between two values of the field

function mixed(from, to, share) {
  const parts = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16))
  const [a, b] = [parts(from), parts(to)]
  return `rgb(${a.map((value, i) => Math.round(value + (b[i] - value) * share)).join(",")})`
}

// The tint of a band: full for the lowest, the page's own background for the highest.
const tint = (band, colours) => mixed(colours.background, colours.low, 0.62 * (1 - band / (BANDS - 1)) ** 1.3)

function number(value, digits = 3) {
  if (!Number.isFinite(value)) return "∞"
  const size = Math.abs(value)
  if (size < 1e-12) return "0"
  if (size < 1e-3 || size >= 1e4) return value.toExponential(1).replace("e+", "e").replace("-", "−").replace("e-", "e−")
  return String(Number(value.toPrecision(digits))).replace("-", "−")
}

// A canvas as sharp as the screen, `width` × `height` in pixels of the page; its context draws in those.
function fitted(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(height * ratio)
  canvas.style.width = `${width}px`
  canvas.style.height = `${height}px`
  const context = canvas.getContext("2d")
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  return context
}

// Where weights lie on the canvas and back; `box` is left, top, width and height of the map, `domain` its weights.
class Place {
  constructor(box, domain) {
    Object.assign(this, { box, domain })
  }

  to([x, y]) {
    const { box, domain } = this
    return [
      box.left + (box.width * (x - domain.left)) / (domain.right - domain.left),
      box.top + (box.height * (domain.top - y)) / (domain.top - domain.bottom),
    ]
  }

  from([px, py]) {
    const { box, domain } = this
    return [
      domain.left + ((px - box.left) / box.width) * (domain.right - domain.left),
      domain.top - ((py - box.top) / box.height) * (domain.top - domain.bottom),
    ]
  }

  holds([px, py], slack = 0) {
    const { left, top, width, height } = this.box
    return px >= left - slack && px <= left + width + slack && py >= top - slack && py <= top + height + slack
  }
}

// The values of a field on a grid of cells over the map, and levels that cut it into bands of like area.
function sampled(place, value) {
  const { left, top, width, height } = place.box
  const [columns, rows] = [Math.ceil(width / CELL), Math.ceil(height / CELL)]
  const at = (i, j) => [left + (width * i) / columns, top + (height * j) / rows]
  const grid = []
  for (let j = 0; j <= rows; j++) {
    const row = []
    for (let i = 0; i <= columns; i++) row.push(value(...place.from(at(i, j))))
    grid.push(row)
  }
  const sorted = grid.flat().sort((a, b) => a - b)
  const levels = []
  for (let band = 1; band < BANDS; band++) levels.push(sorted[Math.floor((sorted.length - 1) * (band / BANDS) ** 1.6)])
  return { grid, levels, lowest: sorted[0], highest: sorted.at(-1), at, columns, rows }
}

const bandOf = (value, levels) => levels.filter((level) => value > level).length

function paintMap(context, place, value, colours) {
  const field = sampled(place, value)
  const { grid, levels, at, columns, rows } = field
  const tints = Array.from({ length: BANDS }, (_, band) => tint(band, colours))
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const [[x, y], [right, bottom]] = [at(i, j), at(i + 1, j + 1)]
      const middle = (grid[j][i] + grid[j][i + 1] + grid[j + 1][i] + grid[j + 1][i + 1]) / 4
      context.fillStyle = tints[bandOf(middle, levels)]
      const [px, py] = [Math.floor(x), Math.floor(y)] // whole pixels: half ones leave seams
      context.fillRect(px, py, Math.ceil(right) - px, Math.ceil(bottom) - py)
    }
  }
  context.strokeStyle = colours.contour
  context.lineWidth = 0.8
  for (const level of levels) strokeLevel(context, field, level)
  return field
}

// Marching squares: in each cell, join the points where its edges cross the level.
function strokeLevel(context, { grid, at, columns, rows }, level) {
  context.beginPath()
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]]
      const crossings = []
      corners.forEach(([a, b], k) => {
        const [c, d] = corners[(k + 1) % 4]
        const [from, to] = [grid[b][a], grid[d][c]]
        if (from > level === to > level) return
        const share = (level - from) / (to - from)
        const [[x, y], [u, v]] = [at(a, b), at(c, d)]
        crossings.push([x + share * (u - x), y + share * (v - y)])
      })
      for (let k = 0; k + 1 < crossings.length; k += 2) {
        context.moveTo(...crossings[k])
        context.lineTo(...crossings[k + 1])
      }
    }
  }
  context.stroke()
}

function ticks(from, to) {
  const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100].find((size) => (to - from) / size <= 7) ?? 200
  const found = []
  for (let k = Math.ceil(from / step); k * step <= to + 1e-9; k++) found.push(Number((k * step).toFixed(4)))
  return found
}

// Axes with their titles, and the key of the bands at the right.
function paintAxes(context, place, field, titles, colours, scale) {
  const { box, domain } = place
  const bottom = box.top + box.height
  context.font = `${11 * scale}px ${colours.font}`
  context.fillStyle = colours.faint
  context.strokeStyle = colours.faint
  context.lineWidth = 1
  context.strokeRect(box.left, box.top, box.width, box.height)
  context.textAlign = "center"
  context.textBaseline = "top"
  for (const x of ticks(domain.left, domain.right)) context.fillText(number(x), place.to([x, 0])[0], bottom + 4 * scale)
  context.fillText(titles.x, box.left + box.width / 2, bottom + 17 * scale)
  context.textAlign = "right"
  context.textBaseline = "middle"
  for (const y of ticks(domain.bottom, domain.top)) context.fillText(number(y), box.left - 5 * scale, place.to([0, y])[1])
  context.save()
  context.translate(8 * scale, box.top + box.height / 2)
  context.rotate(-Math.PI / 2)
  context.textAlign = "center"
  context.fillText(titles.y, 0, 0)
  context.restore()
  paintKey(context, box, field, titles.loss, colours, scale)
}

function paintKey(context, box, field, title, colours, scale) {
  const [left, width, height] = [box.left + box.width + 10 * scale, 9 * scale, box.height / BANDS]
  for (let band = 0; band < BANDS; band++) {
    context.fillStyle = tint(band, colours)
    context.fillRect(left, box.top + box.height - (band + 1) * height, width, height + 0.5)
  }
  context.strokeRect(left, box.top, width, box.height)
  context.fillStyle = colours.faint
  context.textAlign = "left"
  context.textBaseline = "middle"
  for (let band = 2; band < BANDS - 1; band += 3) {
    context.fillText(number(field.levels[band - 1], 2), left + width + 4 * scale, box.top + box.height - band * height)
  }
  context.fillText(number(field.highest, 2), left + width + 4 * scale, box.top + 5 * scale)
  context.textAlign = "right"
  context.textBaseline = "bottom"
  context.fillText(title, left + width + 34 * scale, box.top - 3 * scale)
}

// A line with a rim of the page's colour, so that it shows on every band.
function strokePath(context, points, style, colours) {
  if (points.length < 2) return
  const path = new Path2D()
  points.forEach((point, i) => (i ? path.lineTo(...point) : path.moveTo(...point)))
  context.lineJoin = "round"
  context.setLineDash([])
  context.strokeStyle = colours.background
  context.lineWidth = 4.5 * style.scale
  context.stroke(path)
  context.setLineDash(style.dash)
  context.strokeStyle = style.colour
  context.lineWidth = 2.2 * style.scale
  context.stroke(path)
  context.setLineDash([])
}

// The shapes tell rules apart beside colour and dash.
function markerPath(shape, x, y, size) {
  const path = new Path2D()
  const corners = {
    triangle: [[0, -1.2], [1.1, 0.8], [-1.1, 0.8]],
    square: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
    diamond: [[0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]],
    cross: [[-0.4, -1.2], [0.4, -1.2], [0.4, -0.4], [1.2, -0.4], [1.2, 0.4], [0.4, 0.4], [0.4, 1.2], [-0.4, 1.2], [-0.4, 0.4], [-1.2, 0.4], [-1.2, -0.4], [-0.4, -0.4]],
  }[shape]
  if (!corners) path.arc(x, y, size, 0, 2 * Math.PI)
  else corners.forEach(([dx, dy], i) => path[i ? "lineTo" : "moveTo"](x + dx * size, y + dy * size))
  path.closePath()
  return path
}

function paintMarker(context, shape, [x, y], size, colour, rim) {
  const path = markerPath(shape, x, y, size)
  context.fillStyle = colour
  context.fill(path)
  context.strokeStyle = rim
  context.lineWidth = 1.2
  context.stroke(path)
}
