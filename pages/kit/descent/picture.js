// What the stage draws: the map and the solid once, the race in every frame.

Object.assign(Stage.prototype, {
  layOut() {
    if (!this.tracks) return
    const room = this.part("views").clientWidth
    if (!room) return
    this.scale = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16
    const { colours, words } = this.data
    const { scale } = this
    const wide = room > 560
    const width = Math.floor(wide ? 0.63 * room : room)
    const [left, right, top, under] = [44, 60, 18, 34].map((size) => size * scale)
    const height = Math.min(300, ((width - left - right) * 2) / 3)
    this.place = new Place({ left, top, width: width - left - right, height }, DOMAIN)
    this.size = [width, Math.ceil(top + height + under)]
    const titles = { x: words.x, y: words.y, loss: words.loss, relief: words.relief }
    this.paintStill(titles)
    const solid = this.part("relief")
    const rest = wide ? room - width - 12 : room
    const surface = SURFACES[this.data.surface]
    const sized = fitted(solid, rest, this.size[1])
    paintRelief(sized, rest, this.size[1], surface, this.field.levels, this.start, titles, colours, scale)
    this.context = fitted(this.map, ...this.size)
    this.draw()
    this.controls()
  },

  // The map under the race; painted anew only where it differs, and not for every key that moves the start.
  paintStill(titles) {
    const { colours, surface } = this.data
    const wanted = JSON.stringify([surface, this.size, this.scale, window.devicePixelRatio, colours, titles])
    if (wanted === this.painted) return
    this.painted = wanted
    this.still ??= document.createElement("canvas")
    const context = fitted(this.still, ...this.size)
    this.field = paintMap(context, this.place, SURFACES[surface].value, colours)
    paintAxes(context, this.place, this.field, titles, colours, this.scale)
  },

  draw() {
    const { context, place, scale } = this
    const { colours } = this.data
    context.clearRect(0, 0, ...this.size)
    context.drawImage(this.still, 0, 0, ...this.size)
    const { left, top, width, height } = place.box
    context.save()
    context.beginPath()
    context.rect(left, top, width, height)
    context.clip()
    const heads = this.tracks.map((track) => this.drawTrack(track))
    context.restore()
    paintMarker(context, "cross", place.to(this.start), 3.5 * scale, colours.ink, colours.background)
    this.drawHeads(heads)
    const now = performance.now()
    if (this.playing && now - this.read < READ_EVERY) return
    this.read = now
    this.part("scrub").value = Math.floor(this.at)
    this.part("count").textContent = filled(this.data.words.count, { step: Math.floor(this.at), steps: STEPS })
    this.fillNow()
  },

  // The path so far, and where its head is: between two steps while it moves.
  drawTrack(track) {
    const { points } = track
    const done = Math.min(Math.floor(this.at), points.length - 1)
    const weights = points.slice(0, done + 1).map(({ x, y }) => [x, y])
    const [here, next] = [points[done], points[done + 1]]
    const share = next ? this.at - done : 0
    if (share > 0) weights.push([here.x + share * (next.x - here.x), here.y + share * (next.y - here.y)])
    const path = weights.map((at) => this.place.to(at))
    strokePath(this.context, path, { ...track, scale: this.scale }, this.data.colours)
    return { track, at: path.at(-1) }
  },

  // Markers with names; who has left the map waits at its edge, and names keep apart.
  drawHeads(heads) {
    const { context, place, scale } = this
    const { colours } = this.data
    const { left, top, width, height } = place.box
    context.font = `600 ${11.5 * scale}px ${colours.font}`
    context.textBaseline = "middle"
    const shown = heads.map(({ track, at: [x, y] }) => {
      const inside = place.holds([x, y])
      const held = [Math.max(left, Math.min(left + width, x)), Math.max(top, Math.min(top + height, y))]
      return { track, inside, at: held.map((value) => (Number.isFinite(value) ? value : left)) }
    })
    const taken = []
    for (const { track, inside, at } of [...shown].sort((a, b) => a.at[1] - b.at[1])) {
      paintMarker(context, track.marker, at, (inside ? 5 : 4) * scale, inside ? track.colour : colours.background, inside ? colours.background : track.colour)
      if (this.at <= 0) continue
      const wide = context.measureText(track.title).width
      const toLeft = at[0] + wide + 12 * scale > left + width
      const x = at[0] + (toLeft ? -9 * scale - wide : 9 * scale)
      const free = this.freeHeight(at[1], [x, x + wide], taken)
      context.lineWidth = 3
      context.strokeStyle = colours.background
      context.textAlign = "left"
      context.strokeText(track.title, x, free)
      context.fillStyle = track.text
      context.fillText(track.title, x, free)
    }
  },

  // The nearest height, at or below `y`, at which a name over these pixels covers no other.
  freeHeight(y, [from, to], taken) {
    const line = 13 * this.scale
    let free = y
    for (const other of [...taken].sort((a, b) => a.y - b.y)) {
      if (other.to > from && other.from < to && Math.abs(other.y - free) < line) free = other.y + line
    }
    taken.push({ y: free, from, to })
    return free
  },
})
