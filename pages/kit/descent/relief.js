// The same surface as a solid: drawn back to front, once, and not turned.

const TURN = 0.62 // radians about the upright axis
const TILT = 0.62 // how far one looks down on it
const CELLS = [42, 30]

function paintRelief(context, width, height, surface, levels, start, titles, colours, scale) {
  context.clearRect(0, 0, width, height)
  const corner = (i, j) => [MAP[0] * ((2 * i) / CELLS[0] - 1), MAP[1] * ((2 * j) / CELLS[1] - 1)]
  const heights = []
  for (let j = 0; j <= CELLS[1]; j++) for (let i = 0; i <= CELLS[0]; i++) heights.push(surface.value(...corner(i, j)))
  const [low, high] = [Math.min(...heights), Math.max(...heights)]
  const unit = Math.min(width / 7.6, height / 5.6)
  const seen = ([x, y], loss) => {
    const across = x * Math.cos(TURN) - y * Math.sin(TURN)
    const away = x * Math.sin(TURN) + y * Math.cos(TURN)
    const up = 2.4 * ((loss - low) / (high - low))
    return [width / 2 + unit * across, height * 0.66 - unit * (TILT * away + up * 0.82)]
  }
  const faces = []
  for (let j = 0; j < CELLS[1]; j++) {
    for (let i = 0; i < CELLS[0]; i++) {
      const around = [corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1)]
      const losses = around.map((at) => surface.value(...at))
      const [x, y] = corner(i + 0.5, j + 0.5)
      const loss = losses.reduce((sum, value) => sum + value) / 4
      faces.push({ far: x * Math.sin(TURN) + y * Math.cos(TURN), corners: around.map((at, k) => seen(at, losses[k])), loss })
    }
  }
  faces.sort((a, b) => b.far - a.far)
  context.lineWidth = 0.5
  for (const { corners, loss } of faces) {
    context.beginPath()
    corners.forEach((point, k) => (k ? context.lineTo(...point) : context.moveTo(...point)))
    context.closePath()
    context.fillStyle = tint(bandOf(loss, levels), colours)
    context.fill()
    context.strokeStyle = colours.contour
    context.stroke()
  }
  paintReliefTitles(context, seen, low, titles, colours, scale)
  paintMarker(context, "circle", seen(start, surface.value(...start)), 4 * scale, colours.ink, colours.background)
}

function paintReliefTitles(context, seen, low, titles, colours, scale) {
  context.font = `${11 * scale}px ${colours.font}`
  context.fillStyle = colours.faint
  context.textBaseline = "top"
  context.textAlign = "center"
  const [x, y] = [seen([0, -MAP[1]], low), seen([MAP[0], 0], low)]
  context.fillText(titles.x, x[0] - 16 * scale, x[1] + 12 * scale)
  context.textAlign = "right"
  context.fillText(titles.y, Math.max(...[-1, 1].map((side) => seen([MAP[0], side * MAP[1]], low)[0])), y[1] + 16 * scale)
  context.textAlign = "left"
  context.fillText(titles.relief, 0, 3 * scale)
}
