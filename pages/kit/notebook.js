// The notebook's secret code: kept in this browser, and told to Python once a page load and when it changes.
// crypto.getRandomValues works without https; randomUUID and subtle do not, and classrooms use plain http.

const KEY = "tl.notebook"
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
const CODE = new RegExp(`^[${ALPHABET}]{26}$`)

let said // what Python was told last; Streamlit sends it along with every later rerun, so that none can lose it
let written // the last move that was written: each is written once, for another tab may have moved on since
let look = () => {} // what this page does when another tab has changed the code

// Once a page load and not once a call: Streamlit calls the function below at every change of its data.
window.addEventListener("storage", (event) => {
  if (event.key === KEY || event.key === null) look()
})

function keptCode(move) {
  if (move && move.id !== written) {
    localStorage.setItem(KEY, move.code)
    written = move.id
  }
  const found = localStorage.getItem(KEY)
  if (CODE.test(found ?? "")) return found
  const bytes = crypto.getRandomValues(new Uint8Array(26))
  const code = [...bytes].map((byte) => ALPHABET[byte & 31]).join("")
  localStorage.setItem(KEY, code)
  return code
}

function keptCodeOrNone(move) {
  try {
    return keptCode(move)
  } catch {
    return "" // storage is blocked or full: this browser keeps nothing
  }
}

export default function ({ data, setStateValue }) {
  look = () => {
    const code = keptCodeOrNone(data.move)
    if (code === said) return
    said = code
    setStateValue("code", code)
  }
  look()
}
