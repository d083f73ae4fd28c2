// What the stage says beside the picture: the line of every rule at this step, a summary, and the table of all steps.

const DASH_SVG = (track) =>
  `<svg width="30" height="12" aria-hidden="true"><path d="M0 6H30" stroke="${track.colour}" stroke-width="2.2" ` +
  `stroke-dasharray="${track.dash.join(" ")}"/></svg>`

// Two decimals; no minus in front of a zero.
const plain = (weight) => (Math.abs(weight) >= 1e4 ? number(weight) : (Math.round(weight * 100) / 100 || 0).toFixed(2).replace("-", "−"))

Object.assign(Stage.prototype, {
  // How a rule stands after `step` steps, in words.
  standing({ points, ending }, step) {
    const { words } = this.data
    const point = points[Math.min(step, points.length - 1)]
    if (ending.kind === "diverged" && step >= ending.step) return filled(words.diverged, { step: ending.step })
    if (ending.kind === "arrived" && step >= ending.step) return filled(words.arrived, { step: ending.step })
    if (ending.kind === "resting" && step >= STEPS) return words.resting
    if (Math.abs(point.x) > MAP[0] || Math.abs(point.y) > MAP[1]) return words.outside
    return step ? words.under_way : words.waiting
  },

  // One line a rule. The cells are made once a race, so that a frame changes texts alone, and only those that differ.
  fillNow() {
    const body = this.part("now")
    if (this.filled !== this.tracks) {
      body.replaceChildren(...this.tracks.map((track) => this.line(track)))
      this.filled = this.tracks
    }
    const step = Math.floor(this.at)
    this.tracks.forEach((track, i) => {
      const point = track.points[Math.min(step, track.points.length - 1)]
      const texts = [this.weights(point), number(point.loss), number(point.slope), this.standing(track, step)]
      texts.forEach((text, k) => {
        const cell = body.children[i].children[k + 1]
        if (cell.textContent !== text) cell.textContent = text
      })
      body.children[i].classList.toggle("diverged", track.ending.kind === "diverged" && step >= track.ending.step)
    })
  },

  line(track) {
    const row = document.createElement("tr")
    const head = document.createElement("th")
    head.scope = "row"
    head.style.color = track.text
    head.innerHTML = DASH_SVG(track)
    const sign = document.createElement("span")
    sign.className = "sign"
    sign.textContent = track.sign
    head.append(sign, track.title)
    row.append(head, ...Array.from({ length: 4 }, () => document.createElement("td")))
    return row
  },

  weights: (point) => `(${[point.x, point.y].map(plain).join(", ")})`,

  summary() {
    const step = Math.floor(this.at)
    const { words } = this.data
    const lines = this.tracks.map((track) => {
      const { loss } = track.points[Math.min(step, track.points.length - 1)]
      return filled(words.summary_rule, { rule: track.title, loss: number(loss), standing: this.standing(track, step) })
    })
    return filled(words.summary, { step, rules: lines.join(words.summary_join) })
  },

  fillTwin() {
    const twin = this.part("twin")
    if (!twin.open || !this.tracks) return
    const track = this.tracks.find(({ name }) => name === this.part("which").value) ?? this.tracks[0]
    const rows = track.points.map((point, step) => {
      const row = document.createElement("tr")
      const cells = [step, this.weights(point), number(point.loss), number(point.slope)]
      cells.forEach((text, k) => {
        const cell = document.createElement(k ? "td" : "th")
        cell.textContent = text
        row.append(cell)
      })
      return row
    })
    this.part("all").replaceChildren(...rows)
  },
})

export default function ({ parentElement, data, setStateValue }) {
  let stage = stages.get(parentElement)
  if (!stage) stages.set(parentElement, (stage = new Stage(parentElement)))
  stage.update(data, setStateValue)
  return () => {
    stage.close()
    stages.delete(parentElement)
  }
}
