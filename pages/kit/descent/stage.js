// The race on the map: choose a start, play, step, step back; everything is computed and animated in this browser.
// Python gives surface, rate, rules, words and colours; it is told where the start is and that a race was run.

const SPEED = 30 // steps a second
const READ_EVERY = 100 // milliseconds between changes of the numbers while it moves: nobody reads faster, and each costs layout
const LONGEST_FRAME = 50 // milliseconds: a rerun that holds the page up makes the race wait and not jump
const SAY_AFTER = 250 // milliseconds after the last key that moved the start
const DOMAIN = { left: -MAP[0], right: MAP[0], bottom: -MAP[1], top: MAP[1] }
const stages = new WeakMap()

const filled = (text, facts) => text.replace(/{(\w+)}/g, (_, name) => facts[name])
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches

class Stage {
  constructor(root) {
    this.root = root
    this.part = (name) => root.querySelector(`[data-part=${name}]`)
    this.map = this.part("map")
    this.said = 0
    this.listen()
    this.watch = new ResizeObserver(() => this.layOut())
    this.watch.observe(this.part("views"))
  }

  listen() {
    this.map.addEventListener("pointerdown", (event) => {
      const box = this.map.getBoundingClientRect()
      const at = [event.clientX - box.left, event.clientY - box.top]
      if (this.place.holds(at, 4)) this.moveStart(this.place.from(at))
    })
    this.map.addEventListener("keydown", (event) => this.onKey(event))
    this.part("play").addEventListener("click", () => this.playOrPause())
    this.part("reset").addEventListener("click", () => this.goTo(0))
    this.part("back").addEventListener("click", () => this.goTo(Math.ceil(this.at) - 1))
    this.part("step").addEventListener("click", () => this.goTo(Math.floor(this.at) + 1))
    this.part("scrub").addEventListener("input", (event) => this.goTo(Number(event.target.value)))
    this.part("twin").addEventListener("toggle", () => this.fillTwin())
    this.part("which").addEventListener("change", () => this.fillTwin())
  }

  // Called with every push of Python's; only what is new may disturb a race that is being watched.
  update(data, say) {
    const before = this.data ?? {}
    this.say = say
    this.data = data
    const looks = JSON.stringify([data.words, data.colours])
    const fresh = data.heard >= this.said || data.surface !== before.surface // else it does not know the last click yet
    const moved = !this.start || (fresh && data.start.some((weight, i) => weight !== this.start[i]))
    if (moved) this.start = data.start
    if (looks !== this.looks) this.word()
    if (moved || data.id !== before.id) this.restart()
    else if (looks !== this.looks) this.layOut()
    this.looks = looks
  }

  word() {
    const { words } = this.data
    for (const element of this.root.querySelectorAll("[data-word]")) element.textContent = words[element.dataset.word]
    this.map.setAttribute("aria-label", words.map_label)
    this.part("scrub").setAttribute("aria-label", words.scrub)
    this.part("device").textContent = filled(words.device, { seconds: Math.round(STEPS / SPEED) })
  }

  restart() {
    this.playing = false
    this.at = 0
    this.phase = "open"
    this.tracks = this.data.rules.map((rule) => {
      const points = trajectory(this.data.surface, rule.name, this.start, this.data.rate)
      return { ...rule, points, ending: ending(this.data.surface, points) }
    })
    this.part("which").replaceChildren(...this.tracks.map(({ name, title }) => new Option(title, name)))
    this.layOut()
    this.fillTwin()
  }

  moveStart(weights) {
    const limited = weights.map((weight, i) => Math.max(-MAP[i], Math.min(MAP[i], weight)))
    this.start = limited.map((weight) => Number(weight.toFixed(2)) || 0)
    this.restart()
    this.part("summary").textContent = filled(this.data.words.start_at, { x: number(this.start[0]), y: number(this.start[1]) })
    clearTimeout(this.later)
    this.said = Date.now()
    this.later = setTimeout(() => this.tell(), SAY_AFTER)
  }

  onKey(event) {
    const size = event.shiftKey ? 0.01 : 0.1
    const way = { ArrowLeft: [-size, 0], ArrowRight: [size, 0], ArrowUp: [0, size], ArrowDown: [0, -size] }[event.key]
    if (way) this.moveStart(this.start.map((weight, i) => weight + way[i]))
    else if (event.key === "Enter" || event.key === " ") this.playOrPause()
    else return
    event.preventDefault()
  }

  tell() {
    clearTimeout(this.later)
    this.said = Date.now()
    const { id, surface } = this.data
    this.say("said", { n: this.said, id, surface, start: this.start, phase: this.phase })
  }

  enter(phase) {
    const order = ["open", "running", "done"]
    if (order.indexOf(phase) <= order.indexOf(this.phase)) return
    this.phase = phase
    this.tell()
  }

  playOrPause() {
    if (this.playing) return this.goTo(Math.floor(this.at))
    if (still()) return this.goTo(STEPS)
    if (this.at >= STEPS) this.at = 0
    this.playing = true
    this.enter("running")
    this.controls()
    let before // the first frame's time lies before this click, so only differences of frames count
    const run = (this.run = {}) // pause and start again within one frame must not leave two loops
    const frame = (now) => {
      if (!this.playing || run !== this.run) return
      before ??= now
      this.at = Math.min(STEPS, this.at + (Math.min(LONGEST_FRAME, now - before) / 1000) * SPEED)
      before = now
      if (this.at >= STEPS) return this.goTo(STEPS)
      this.draw()
      requestAnimationFrame(frame)
    }
    requestAnimationFrame(frame)
  }

  // Stand still after so many steps.
  goTo(step) {
    this.playing = false
    this.at = Math.max(0, Math.min(STEPS, step))
    if (this.at >= STEPS) this.enter("done")
    else if (this.at > 0) this.enter("running")
    this.draw()
    this.controls()
    this.part("summary").textContent = this.summary()
  }

  controls() {
    const { words } = this.data
    const again = this.at >= STEPS ? "again" : this.at > 0 ? "go_on" : "play"
    this.part("play").firstElementChild.textContent = words[this.playing ? "pause" : again]
    this.part("device").hidden = this.playing || this.at > 0
    this.part("back").disabled = this.part("reset").disabled = !this.playing && this.at <= 0
    this.part("step").disabled = !this.playing && this.at >= STEPS
  }

  close() {
    this.playing = false
    clearTimeout(this.later)
    this.watch.disconnect()
  }
}
